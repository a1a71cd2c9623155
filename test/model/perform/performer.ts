// Does what an action says, on a real ledger, and tells what came of it.

import type { Ledger, Repository } from 'immurepo';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Transaction } from '../../../src/repository/transaction/transaction.js';
import type { Action } from '../program/actions.js';
import type { Kind } from '../expect/kinds.js';
import { failureOf, type Outcome } from '../program/outcomes.js';
import type { AnyRepository, Instance } from './instance.js';
import { performRead } from './perform-read.js';
import { performTransaction } from './perform-transaction.js';
import { performWrite } from './perform-write.js';

/** The instances a program holds, and the ledgers it works with. */
export class Performer {
  readonly #ledgers: readonly Ledger[];
  readonly #slots = new Map<string, Instance>();

  /** @param ledgers on one database, each with a trusted state of its own */
  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
  }

  /** Does it. Only what the ledger refuses is an outcome; anything else is thrown. */
  async perform(action: Action, tx?: Transaction): Promise<Outcome> {
    try {
      return await this.#perform(action, tx);
    } catch (error) {
      return { failure: failureOf(error), error };
    }
  }

  #perform(action: Action, tx: Transaction | undefined): Promise<Outcome> {
    const { kind, provenance } = action;
    const ledger = this.ledger(action);
    if (action.op === 'transaction')
      return inNameOf(ledger, provenance, () => performTransaction(this, action, tx));
    const repository = tx === undefined ? ledger.repository(kind.entity) : tx.repository(kind.entity);
    const repositories = {
      any: repository as unknown as AnyRepository,
      ledger: ledger.repository(kind.entity) as unknown as Repository<Instance>,
    };
    return inNameOf(ledger, provenance, async () => {
      const written = await performWrite(this, action, repositories, tx !== undefined);
      return written ?? performRead(this, action, repositories.ledger, tx && repositories.any);
    });
  }

  /** The ledger of whoever acts. */
  ledger({ by }: Pick<Action, 'by'>): Ledger {
    return this.#ledgers[by % this.#ledgers.length]!;
  }

  /** An instance the program holds. */
  instance(kind: Kind, slot: number): Instance | undefined {
    return this.#slots.get(`${kind.name} ${slot}`);
  }

  /** Takes an instance into a slot. */
  hold(kind: Kind, slot: number, instance: Instance): void {
    this.#slots.set(`${kind.name} ${slot}`, instance);
  }
}

function inNameOf<Result>(
  ledger: Ledger,
  provenance: Provenance,
  work: () => Promise<Result>,
): Promise<Result> {
  return Object.keys(provenance).length === 0 ? work() : ledger.as(provenance, work);
}
