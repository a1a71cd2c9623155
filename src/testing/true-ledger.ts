// The ledger as it is, seen past all lies: what tampering is checked against and made from.

import type { KeyObject } from 'node:crypto';
import { PlainClient, type UnverifiedEntry, type UnverifiedTx } from '../client/index.js';
import { openConnection } from '../client/connection.js';
import { LocalTransport } from '../client/local-transport.js';
import { cbor } from '../codec/cbor.js';
import type { Codec } from '../codec/codec.js';
import { messagePack } from '../codec/message-pack.js';
import type { Hydrator } from '../entity/hydrator.js';
import type { Engine } from '../engine/engine.js';
import { WorkScope } from '../repository/work-scope.js';
import { type Departure, type HistorySource, OtherHistory } from './other-history.js';

/** A clock that some reads see standing still. */
export class ReadingClock {
  readonly #now: () => bigint;
  readonly #still = new WorkScope<bigint>();

  /** @param now seconds since 1970 */
  constructor(now: () => bigint) {
    this.#now = now;
  }

  /** Seconds since 1970. */
  readonly now = (): bigint => this.#still.current ?? this.#now();

  /** Reads as of 1970, when nothing had expired yet. Others meanwhile go by the clock. */
  beforeAnyExpiry<T>(read: () => Promise<T>): Promise<T> {
    return this.#still.run(0n, read);
  }
}

/** Where the ledger is. */
export interface TrueLedgerOptions {
  readonly engine: Engine;
  readonly database: string;
  /** The engine's. */
  readonly clock: ReadingClock;
  readonly signingKey: string | KeyObject | undefined;
}

/** One database of an engine in memory, read without proofs. */
export class TrueLedger implements HistorySource {
  readonly database: string;
  readonly signingKey: string | KeyObject | undefined;
  readonly now: () => bigint;
  /** What its records may be written with, by number, besides the default codec and those of the entities. */
  readonly codecs = new Map<number, Codec>([cbor, messagePack].map((codec) => [codec.id, codec]));
  /** What makes instances, by name. */
  readonly hydrators = new Map<string, Hydrator>();
  readonly #engine: Engine;
  readonly #clock: ReadingClock;
  #client: Promise<PlainClient> | undefined;

  /** @param options nothing is opened before the first read */
  constructor({ engine, database, clock, signingKey }: TrueLedgerOptions) {
    this.database = database;
    this.signingKey = signingKey;
    this.now = clock.now;
    this.#engine = engine;
    this.#clock = clock;
  }

  /** The newest transaction's id; 0 where there is none. */
  async headTxId(): Promise<bigint> {
    return (await (await this.#open()).currentState()).txId;
  }

  /** The newest write of a key, if there is one. */
  async newest(key: Uint8Array): Promise<UnverifiedEntry | undefined> {
    return (await this.#open()).get(key);
  }

  /** {@inheritDoc HistorySource.transaction} */
  async transaction(txId: bigint): Promise<UnverifiedTx> {
    const client = await this.#open();
    return this.#clock.beforeAnyExpiry(() => client.tx(txId, { values: true }));
  }

  /** Another history of this ledger. */
  otherHistory(departure: Departure): Promise<OtherHistory> {
    return OtherHistory.of(this, departure);
  }

  /** Ends its session. */
  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  #open(): Promise<PlainClient> {
    return (this.#client ??= this.#connect());
  }

  async #connect(): Promise<PlainClient> {
    const transport = new LocalTransport(this.#engine.service, {
      address: 'memory',
      // The engine is not its to end.
      close: () => Promise.resolve(),
    });
    const options = { ...this.#engine.ownCredentials, database: this.database };
    return new PlainClient(await openConnection(options, { transport }));
  }
}
