import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ImmurepoHealthIndicator } from 'immurepo/nest/health';
import { HealthController } from './health.controller.js';
import { StateController } from './state.controller.js';

@Module({
  imports: [TerminusModule],
  controllers: [StateController, HealthController],
  providers: [ImmurepoHealthIndicator],
})
export class StateModule {}
