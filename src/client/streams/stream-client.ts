// Streams: values that need not be held in memory. What is given is checked here, and keys are copied; what does the work is
// loaded when it is first needed, as most programs never do.

import type { StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import type { ZScanOptions } from '../key-value/sorted-sets.js';
import { assertKey, assertTxId } from '../limits.js';
import { OnFirstUse } from '../on-first-use.js';
import type { PageOptions, ScanOptions } from '../listing.js';
import { type GetOptions, toWireKeyRequest } from '../plain-reads.js';
import { taken } from '../taken.js';
import type { UnverifiedTxHeader } from '../unverified.js';
import type { VerifiedValue } from '../verified/evidence.js';
import type { BeginVerified } from '../verified/operation.js';
import { maxBytesOf, type StreamReadOptions } from './max-bytes.js';
import type { StreamListOptions, UnverifiedStreamedEntry, UnverifiedStreamedMember } from './plain-reads.js';
import type { ProvisionalValue } from './provisional-value.js';
import type { StreamEntryToWrite } from './source.js';
import { operationsToSend, sourcesOf, type StreamOperation } from './to-send.js';
import type { PendingValue } from './verified-get.js';
import type { VerifiedStreamedWrite } from './verified-set.js';

const topic = new OnFirstUse(() => import('./work.js'));

/** The transaction id at the head of a verified write counts with its values (seen on 1.11.1). */
const SINCE_TX_BYTES = 8;

/** Which write of a key to read. */
export interface VerifiedStreamOptions extends StreamReadOptions {
  /** Exactly the write of this transaction; the latest when left out. */
  readonly atTx?: bigint;
}

/**
 * The operations on keys and values with the values as streams, in and out: a `ReadableStream`, a Node stream, a generator, or
 * bytes. What goes in says its length beforehand. immudb takes 32 MiB in one call, and no metadata and no conditions.
 */
export class StreamClient {
  readonly #connection: Connection;
  readonly #begin: BeginVerified;

  /**
   * @param connection its calls go over
   * @param begin begins its verified operations
   */
  constructor(connection: Connection, begin: BeginVerified) {
    this.#connection = connection;
    this.#begin = begin;
  }

  /**
   * Writes one key.
   *
   * @throws ImmuError STREAM_LENGTH_MISMATCH where the stream gives fewer or more bytes than announced, or what it fails with:
   *   nothing was written
   * @example
   * await client.streams.set({ key, value: createReadStream(path), length: (await stat(path)).size });
   */
  set(entry: StreamEntryToWrite, options?: StreamOptions): Promise<UnverifiedTxHeader> {
    return this.setAll([entry], options);
  }

  /** Writes entries in one transaction, all or none. @see sourcesOf of to-send.ts for limits */
  async setAll(entries: readonly StreamEntryToWrite[], options?: StreamOptions): Promise<UnverifiedTxHeader> {
    const sources = sourcesOf(entries);
    const bounds = taken(options);
    return topic.run((work) => work.streamedSet(this.#connection, sources, bounds));
  }

  /** Executes operations in one transaction, all or none: keys with values, and members of sorted sets. */
  async execAll(
    operations: readonly StreamOperation[],
    options?: StreamOptions,
  ): Promise<UnverifiedTxHeader> {
    const checked = operationsToSend(operations);
    const bounds = taken(options);
    return topic.run((work) => work.streamedExecAll(this.#connection, checked, bounds));
  }

  /**
   * Reads one key.
   *
   * @returns the value on its way: read it, or cancel it. undefined where the key is absent
   */
  async get(
    key: Uint8Array,
    options: Omit<GetOptions, 'timeoutMs'> & StreamReadOptions = {},
  ): Promise<UnverifiedStreamedEntry | undefined> {
    const request = toWireKeyRequest(key, options);
    const copy = { ...request, key: new Uint8Array(key) };
    const bounds = taken(options);
    return topic.run((work) => work.streamedGet(this.#connection, copy, bounds));
  }

  /** Lists live keys in byte order, one page. A value is read before the next entry is asked for, or passed over. */
  scan(options?: StreamListOptions<ScanOptions>): AsyncGenerator<UnverifiedStreamedEntry, void, undefined> {
    const asked = taken(options);
    return topic.each((work) => work.streamedScan(this.#connection, asked));
  }

  /** Lists the revisions of a key, one page. Which were deleted, or when they were written, a stream does not tell. */
  history(
    key: Uint8Array,
    options?: StreamListOptions<PageOptions>,
  ): AsyncGenerator<UnverifiedStreamedEntry, void, undefined> {
    const [wanted, asked] = [taken(key), taken(options)];
    return topic.each((work) => work.streamedHistory(this.#connection, wanted, asked));
  }

  /** Lists members of a sorted set in order of score, one page. */
  zScan(
    set: Uint8Array,
    options?: StreamListOptions<ZScanOptions>,
  ): AsyncGenerator<UnverifiedStreamedMember, void, undefined> {
    const [name, asked] = [taken(set), taken(options)];
    return topic.each((work) => work.streamedZScan(this.#connection, name, asked));
  }

  /** Writes one key and proves that exactly it was committed. @throws as {@link verifiedSetAll} */
  verifiedSet(entry: StreamEntryToWrite, options?: StreamOptions): Promise<VerifiedStreamedWrite> {
    return this.verifiedSetAll([entry], options);
  }

  /**
   * Writes entries in one transaction and proves that exactly these were committed, with exactly the values that were sent.
   *
   * @throws ImmuError as {@link setAll} · UnknownOutcomeError if the answer was lost and could not be settled: a stream is never
   *   sent twice
   */
  async verifiedSetAll(
    entries: readonly StreamEntryToWrite[],
    options: StreamOptions = {},
  ): Promise<VerifiedStreamedWrite> {
    const sources = sourcesOf(entries, SINCE_TX_BYTES);
    const bounds = taken(options);
    return topic.run(async (work) => {
      const { context } = await this.#begin('verifiedSet', bounds);
      return work.verifiedStreamedSet(context, sources, bounds);
    });
  }

  /**
   * Reads one key and proves it, through a reference too. The value is held back until all of it is proven.
   *
   * @returns undefined if the server says the key is absent, which cannot be proven
   * @throws ImmuError VALUE_TOO_LARGE for a value above `maxBytes` · VerificationError: nothing of the answer was returned
   */
  async verifiedGet(
    key: Uint8Array,
    options: VerifiedStreamOptions = {},
  ): Promise<VerifiedValue | undefined> {
    const pending = await this.#pending(key, options);
    if (pending === undefined) return undefined;
    const value = new Uint8Array(pending.length);
    const chunks = pending.chunks();
    for (let filled = 0; ;) {
      const next = await chunks.next();
      if (next.done === true) {
        const { length: _, ...verified } = next.value;
        return { ...verified, value };
      }
      value.set(next.value, filled);
      filled += next.value.length;
    }
  }

  /**
   * Reads one key, through a reference too, and gives its value as it comes: proven when the iteration ends, and not before.
   *
   * @returns undefined if the server says the key is absent, which cannot be proven
   */
  async provisionalGet(
    key: Uint8Array,
    options: VerifiedStreamOptions = {},
  ): Promise<ProvisionalValue | undefined> {
    const pending = await this.#pending(key, options);
    return pending && topic.run((work) => Promise.resolve(new work.ProvisionalValue(pending)));
  }

  async #pending(key: Uint8Array, options: VerifiedStreamOptions): Promise<PendingValue | undefined> {
    assertKey(key);
    const { atTx } = options;
    if (atTx !== undefined) assertTxId('atTx', atTx);
    const bounds = taken(options);
    const read = { key: new Uint8Array(key), atTx, maxBytes: maxBytesOf(options), options: bounds };
    return topic.run(async (work) => {
      const { context } = await this.#begin('verifiedGet', bounds);
      return work.pendingGet(context, read);
    });
  }
}
