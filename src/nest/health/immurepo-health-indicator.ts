// The health of a ledger, as `@nestjs/terminus` reports it.

import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { LedgerHealth, type LedgerHealthOptions } from '../ledger-health.js';

/**
 * A health indicator for terminus: down where the ledger does not answer, and where a check has failed since the start.
 * Which of the two it is says `ledger`: `down` or `tampered`.
 *
 * @example
 * @Module({ imports: [TerminusModule], controllers: [HealthController], providers: [ImmurepoHealthIndicator] })
 * class HealthModule {}
 *
 * // in HealthController
 * @Get() @HealthCheck()
 * check() { return this.health.check([() => this.ledger.isHealthy('ledger')]); }
 */
@Injectable()
export class ImmurepoHealthIndicator {
  readonly #indicators: HealthIndicatorService;
  readonly #health: LedgerHealth;

  /** Made by Nest, in a module that imports `TerminusModule`. */
  constructor(
    @Inject(HealthIndicatorService) indicators: HealthIndicatorService,
    @Inject(LedgerHealth) health: LedgerHealth,
  ) {
    this.#indicators = indicators;
    this.#health = health;
  }

  /**
   * Looks at a ledger.
   *
   * @param key the name of the result among those of the check
   * @param options `ledger`, its name; `timeoutMs`, default 3,000
   * @throws TypeError for a name that no ledger of the application has · ImmuError ABORTED by your own `signal`
   */
  async isHealthy<const Key extends string>(
    key: Key,
    options: LedgerHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const { status, txId, since, ...problem } = await this.#health.check(options);
    const details = {
      ledger: status,
      ...(txId === undefined ? {} : { txId: String(txId) }),
      ...problem,
      ...(since === undefined ? {} : { since: since.toISOString() }),
    };
    const session = this.#indicators.check(key);
    return status === 'up' ? session.up(details) : session.down(details);
  }
}
