import { Module } from '@nestjs/common';
import { ImmurepoModule } from 'immurepo/nest';
import { Budgets } from './budgets.js';
import { BudgetsController } from './budgets.controller.js';

@Module({
  imports: [ImmurepoModule.forFeature([Budgets])],
  controllers: [BudgetsController],
  exports: [ImmurepoModule],
})
export class BudgetsModule {}
