// Another history of the same database: its first transactions as they are, the others left out or made anew. Answers
// like the ledger itself, proofs and signatures included, and can be written to.

import type { KeyObject } from 'node:crypto';
import type { UnverifiedTx, UnverifiedTxEntry } from '../client/index.js';
import { Database } from '../engine/database/database.js';
import type { NewEntry } from '../engine/database/new-transaction.js';
import { DEFAULT_SETTINGS } from '../engine/database/settings.js';
import { failureOf } from '../engine/service/failure-of.js';
import type { HandlerContext, UnaryHandler } from '../engine/service/handler.js';
import { KEY_VALUE_HANDLERS } from '../engine/service/key-value/handlers.js';
import { StateSigner } from '../engine/service/state-signer.js';
import { MemoryStore } from '../engine/storage/memory-store.js';

/** The history to depart from. */
export interface HistorySource {
  /** The database, part of what a signature covers. */
  readonly database: string;
  readonly signingKey: string | KeyObject | undefined;
  /** Seconds since 1970, for what is written later. */
  readonly now: () => bigint;
  /** A transaction with all its values. */
  transaction(txId: bigint): Promise<UnverifiedTx>;
}

/** How it departs. */
export interface Departure {
  /** The last transaction both have in common, ≥ 0. */
  readonly commonTxId: bigint;
  /** The last one that is made anew: the same entries, a second later. Default: none is. */
  readonly lastTxId?: bigint;
}

const HANDLERS: ReadonlyMap<string, UnaryHandler> = new Map(
  KEY_VALUE_HANDLERS.filter((handler) => handler.kind === 'unary').map((handler) => [handler.path, handler]),
);

/** A database with another history. */
export class OtherHistory {
  readonly #context: HandlerContext;

  private constructor(context: HandlerContext) {
    this.#context = context;
  }

  /** Makes one, in time proportional to its transactions. */
  static async of(
    source: HistorySource,
    { commonTxId, lastTxId = commonTxId }: Departure,
  ): Promise<OtherHistory> {
    const { database: name, signingKey, now } = source;
    let committedAt: bigint | undefined;
    const clock = () => committedAt ?? now();
    const database = Database.open(new MemoryStore(), { name, settings: DEFAULT_SETTINGS, now: clock });
    for (let txId = 1n; txId <= lastTxId; txId++) {
      const { header, entries } = await source.transaction(txId);
      // By entries and time alone, a transaction gets the hashes it has.
      committedAt = txId > commonTxId ? header.serverTime + 1n : header.serverTime;
      const made = entries.map(newEntry);
      await database.commit(() => ({ entries: made }));
    }
    committedAt = undefined;
    const signer = signingKey === undefined ? undefined : new StateSigner(signingKey);
    return new OtherHistory({
      database,
      user: { name: 'immudb' },
      sign: (state) => signer?.sign(name, state),
      now,
    });
  }

  /** Answers a call on the data; `undefined` for any other. @throws ServiceFailure */
  unary(path: string, request: unknown): Promise<unknown> | undefined {
    const handler = HANDLERS.get(path);
    return handler === undefined ? undefined : this.#run(handler, request);
  }

  async #run(handler: UnaryHandler, request: unknown): Promise<unknown> {
    try {
      return await handler.run(this.#context, request);
    } catch (error) {
      throw failureOf(error);
    }
  }
}

function newEntry({ storedKey, metadata, storedValue }: UnverifiedTxEntry): NewEntry {
  if (storedValue === undefined) throw new TypeError('a transaction with all its values was asked for');
  return { key: storedKey, metadata, value: storedValue };
}
