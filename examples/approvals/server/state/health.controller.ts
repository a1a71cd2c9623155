import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { ImmurepoHealthIndicator } from 'immurepo/nest/health';

@ApiTags('ledger')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly ledger: ImmurepoHealthIndicator,
  ) {}

  @Get()
  @ApiOperation({ summary: '200 while the ledger answers and nothing was tampered with, 503 otherwise.' })
  @HealthCheck()
  check() {
    return this.health.check([() => this.ledger.isHealthy('ledger')]);
  }
}
