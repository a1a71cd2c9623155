import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Ledger } from 'immurepo';
import { LedgerHealth, type LedgerHealthReport, type LedgerStatus } from 'immurepo/nest';
import { StateView } from '../ledger/state.view.js';

class ProblemSinceView {
  @ApiProperty({ example: 'BINDING_MISMATCH' }) readonly code: string;
  @ApiProperty() readonly message: string;
  @ApiPropertyOptional({ format: 'date-time' }) readonly since?: string;

  constructor({ code, message, since }: LedgerHealthReport) {
    this.code = code ?? 'UNKNOWN';
    this.message = message ?? 'The ledger is not as it should be.';
    if (since !== undefined) this.since = since.toISOString();
  }
}

/** The trusted state, and whether anything was found that contradicts it. */
class LedgerStateView extends StateView {
  @ApiProperty({ enum: ['up', 'down', 'tampered'] }) readonly status: LedgerStatus;
  @ApiProperty() readonly ledgerId: string;
  @ApiProperty() readonly database: string;
  @ApiProperty() readonly origin: string;
  @ApiPropertyOptional() readonly problem?: ProblemSinceView;

  constructor(
    report: LedgerHealthReport,
    identity: { readonly ledgerId: string; readonly database: string; readonly origin: string },
    state: ConstructorParameters<typeof StateView>[0],
  ) {
    super(state);
    this.status = report.status;
    this.ledgerId = identity.ledgerId;
    this.database = identity.database;
    this.origin = identity.origin;
    if (report.status !== 'up') this.problem = new ProblemSinceView(report);
  }
}

@ApiTags('ledger')
@Controller('api/state')
export class StateController {
  constructor(
    private readonly ledger: Ledger,
    private readonly health: LedgerHealth,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The state everything is checked against, proven to continue what was trusted before.',
  })
  @ApiOkResponse({ type: LedgerStateView })
  async state(): Promise<LedgerStateView> {
    const report = await this.health.check();
    const { client } = this.ledger;
    return new LedgerStateView(report, await client.openTrust(), await client.trustedState());
  }
}
