// Whether a ledger answers, and whether what it answered was true so far.

import { Inject, Injectable } from '@nestjs/common';
import type { OperationOptions } from '../client/index.js';
import { ImmuError, VerificationError } from '../errors.js';
import { ApplicationLedgers } from './application-ledgers.js';
import { FAILED_CHECK, isFailedCheck, publicText } from './error-answers.js';
import type { FailedCheck, LedgerWatch } from './ledger-watch.js';

/** How a ledger is. */
export type LedgerStatus = 'up' | 'down' | 'tampered';

/** What a look at a ledger found. Nothing of it must be kept from whoever may see the health of the service. */
export interface LedgerHealthReport {
  /**
   * `up`: its newest state continues the trusted one · `down`: it does not answer · `tampered`: a check failed since the
   * start of the application, in any operation of the ledger or of one of its tenants. That stays so.
   */
  readonly status: LedgerStatus;
  /** The newest transaction, where it is up; undefined for an empty ledger too. */
  readonly txId?: bigint;
  /** The code of what is wrong. */
  readonly code?: string;
  /** What is wrong, for a person. */
  readonly message?: string;
  /** Since when, as far as this application knows. */
  readonly since?: Date;
}

/** Which ledger is looked at, and for how long. */
export interface LedgerHealthOptions extends OperationOptions {
  /** Its name; default the one without. */
  readonly ledger?: string;
}

const DEFAULT_TIMEOUT_MS = 3_000;

/**
 * The health of the ledgers of the application; can be injected anywhere.
 *
 * @example
 * constructor(private readonly health: LedgerHealth) {}
 * async ready() { return (await this.health.check()).status === 'up'; }
 */
@Injectable()
export class LedgerHealth {
  readonly #ledgers: ApplicationLedgers;

  /** Made by `ImmurepoModule.forRoot`. */
  constructor(@Inject(ApplicationLedgers) ledgers: ApplicationLedgers) {
    this.#ledgers = ledgers;
  }

  /**
   * Proves that the newest state of the ledger continues the trusted one. Tenants are not asked: of them is known what
   * operations of this application found out.
   *
   * @param options `ledger`, its name; `timeoutMs`, default 3,000
   * @returns what was found; a ledger that is away or was tampered with is no error
   * @throws TypeError for a name that no ledger of the application has · ImmuError ABORTED by your own `signal`, which says
   *   nothing of the ledger
   */
  async check(options: LedgerHealthOptions = {}): Promise<LedgerHealthReport> {
    const { ledger, timeoutMs = DEFAULT_TIMEOUT_MS, ...operation } = options;
    const watch = this.#ledgers.of(ledger);
    const before = watch.failedCheck();
    if (before !== undefined) return tampered(before);
    try {
      const state = await watch.ledger.verifyState({ timeoutMs, ...operation });
      watch.answered(true);
      // Another operation may have failed meanwhile.
      const meanwhile = watch.failedCheck();
      if (meanwhile !== undefined) return tampered(meanwhile);
      return { status: 'up', ...(state === undefined ? {} : { txId: state.txId }) };
    } catch (error) {
      const isGivenUp = error instanceof ImmuError && error.code === 'ABORTED';
      if (isGivenUp && operation.signal?.aborted === true) throw error;
      return reportOf(watch, error);
    }
  }
}

function reportOf(watch: LedgerWatch, error: unknown): LedgerHealthReport {
  if (!(error instanceof ImmuError || error instanceof VerificationError)) throw error;
  if (isFailedCheck(error)) return tampered(watch.note(error));
  watch.answered(false);
  const since = watch.awaySince ?? new Date();
  return { status: 'down', code: error.code, message: publicText(error), since };
}

function tampered({ code, since }: FailedCheck): LedgerHealthReport {
  return { status: 'tampered', code, message: FAILED_CHECK, since };
}
