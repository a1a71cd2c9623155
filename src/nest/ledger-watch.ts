// What became known of one ledger while the application runs: once a check has failed, that stays so.

import type { LedgerError } from './error-answers.js';
import type { Ledger } from '../repository/ledger.js';
import { contextIfAny } from '../repository/ledger-context.js';

/** The first check that failed. */
export interface FailedCheck {
  readonly code: string;
  readonly since: Date;
}

/** What is heard of a check that failed. @param tenant the database of the tenant; undefined for the ledger itself */
type HearFailed = (error: LedgerError, tenant: string | undefined) => void;

/** Listens to one ledger, and to its tenants. */
export class LedgerWatch {
  readonly ledger: Ledger;
  #failed: FailedCheck | undefined;
  #awaySince: Date | undefined;
  #listening: readonly (() => void)[] = [];

  /** @param onFailed told of each failed check */
  constructor(ledger: Ledger, onFailed: HearFailed) {
    this.ledger = ledger;
    // A test may have put something else in its place.
    const context = contextIfAny(ledger);
    if (context === undefined) return;
    let told: LedgerError | undefined;
    const hear = ({ error, database }: { readonly error: LedgerError; readonly database?: string }) => {
      // A fork is told twice: as a failed check, and as what latches the ledger.
      if (error === told) return;
      told = error;
      this.note(error);
      onFailed(error, database);
    };
    this.#listening = [
      ledger.on('tampered', hear),
      ledger.on('latched', hear),
      context.tenantChecks.events.on('check-failed', hear),
    ];
  }

  /** Ends listening: the ledger may live on, where a test put it in the place of another. */
  stop(): void {
    for (const stop of this.#listening) stop();
    this.#listening = [];
  }

  /** The first check that failed since the start. */
  failedCheck(): FailedCheck | undefined {
    return this.#failed;
  }

  /** Since when it has not answered, as far as it was asked. */
  get awaySince(): Date | undefined {
    return this.#awaySince;
  }

  /** Takes note of a failed check. @returns the first one */
  note({ code }: { readonly code: string }): FailedCheck {
    return (this.#failed ??= { code, since: new Date() });
  }

  /** Takes note of whether it answered. */
  answered(isThere: boolean): void {
    this.#awaySince = isThere ? undefined : (this.#awaySince ?? new Date());
  }
}
