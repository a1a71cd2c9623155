// The ledgers an application runs on, by name, and what became known of each since the start.

import { Injectable, Logger } from '@nestjs/common';
import type { Ledger } from '../repository/ledger.js';
import { LedgerWatch } from './ledger-watch.js';
import { DEFAULT_LEDGER, ledgerName } from './tokens.js';

/** Those that were injected, which tests may have put others in place of. */
@Injectable()
export class ApplicationLedgers {
  readonly #log = new Logger('ImmurepoModule');
  readonly #watches = new Map<string, LedgerWatch>();

  /** The names, sorted: they are opened in no order. */
  get names(): readonly string[] {
    return [...this.#watches.keys()].sort();
  }

  /** Begins with one. */
  add(name: string, ledger: Ledger): void {
    const watch = new LedgerWatch(ledger, (problem, tenant) => {
      const own = name === DEFAULT_LEDGER ? 'ledger' : `ledger "${name}"`;
      const which = tenant === undefined ? `The ${own}` : `Tenant "${tenant}" of the ${own}`;
      this.#log.error(`${which} contradicts itself (${problem.code}): ${problem.message}`);
    });
    this.#watches.set(name, watch);
  }

  /** All of them, as they are now: a module that is loaded later may bring another. */
  get all(): readonly Ledger[] {
    return [...this.#watches.values()].map(({ ledger }) => ledger);
  }

  /** Ends listening to them. */
  stop(): void {
    for (const watch of this.#watches.values()) watch.stop();
  }

  /** One of them. @throws TypeError if there is none of that name */
  of(given: string | undefined): LedgerWatch {
    const name = ledgerName(given);
    const watch = this.#watches.get(name);
    if (watch !== undefined) return watch;
    const known = this.names.map((other) => `"${other}"`).join(', ') || 'none';
    throw new TypeError(
      `This application has no ledger "${name}" (it has: ${known}): add ImmurepoModule.forRoot` +
        `(${name === DEFAULT_LEDGER ? '…' : `{ name: '${name}', … }`}).`,
    );
  }
}
