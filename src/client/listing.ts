// Reads without proof that list: a range of keys, or the revisions of one key. One call is one page.

import { NO_BYTES } from '../bytes.js';
import type { HistoryRequest, ScanRequest } from '../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';
import { assertKey, assertTxId, assertWholeNumber, MAX_PAGE_SIZE } from './limits.js';
import { undefinedIfAbsent } from './plain-reads.js';
import { fromWireEntry, type UnverifiedEntry } from './unverified.js';

const { scan: scanMethod, history: historyMethod } = ImmuServiceDefinition.methods;

/** Which part of a list to read. */
export interface PageOptions extends OperationOptions {
  /** How many entries to list, 1 to 2500. Default 2500. */
  readonly limit?: number;
  /** How many to skip. Default 0. */
  readonly offset?: bigint;
  /** Backwards. Default false. */
  readonly desc?: boolean;
}

/** Which keys to list. */
export interface ScanOptions extends PageOptions {
  /** Only keys that begin so. Default: all. */
  readonly prefix?: Uint8Array;
  /** Where to begin, exclusive: for the next page the {@link scanKey} of the last entry. */
  readonly seekKey?: Uint8Array;
  /** Where to end, exclusive. */
  readonly endKey?: Uint8Array;
  /** Begin with the entry at `seekKey` itself. Default false. */
  readonly inclusiveSeek?: boolean;
  /** End with the entry at `endKey` itself. Default false. */
  readonly inclusiveEnd?: boolean;
  /**
   * Let the server answer from any state that has this transaction, however old: only ever the own last write.
   * Default: the newest.
   */
  readonly sinceTx?: bigint;
}

/** @throws TypeError unless the value is a number of entries to skip: 0 ≤ n < 2^63 */
export function assertOffset(offset: bigint | undefined): void {
  if (offset !== undefined && (typeof offset !== 'bigint' || offset < 0n || offset >= 1n << 63n)) {
    throw new TypeError('offset must be a bigint of at least 0n');
  }
}

/**
 * Lists live keys in byte order, one page. A page may be shorter than its limit, and even empty, although more follow:
 * references whose target is gone count for the limit and are not shown. Each page is a view of its own moment, and
 * nothing proves that it is complete.
 *
 * @throws ImmuError SERVER_BEHIND where sinceTx is not committed
 */
export async function scan(connection: Connection, options: ScanOptions = {}): Promise<UnverifiedEntry[]> {
  const request = toWireScan(options);
  const answer = await callService(connection, scanMethod, request, {
    ...options,
    kind: 'read',
    spread: true,
  });
  return answer.entries.map(fromWireEntry);
}

/** The scan as the wire has it. @throws TypeError for options that make no sense */
export function toWireScan(options: ScanOptions): ScanRequest {
  const { limit = MAX_PAGE_SIZE, sinceTx } = options;
  assertWholeNumber('limit', limit, 1, MAX_PAGE_SIZE);
  assertOffset(options.offset);
  if (sinceTx !== undefined) assertTxId('sinceTx', sinceTx);
  return {
    seekKey: options.seekKey ?? NO_BYTES,
    endKey: options.endKey ?? NO_BYTES,
    prefix: options.prefix ?? NO_BYTES,
    desc: options.desc ?? false,
    limit: BigInt(limit),
    sinceTx: sinceTx ?? 0n,
    noWait: false,
    inclusiveSeek: options.inclusiveSeek ?? false,
    inclusiveEnd: options.inclusiveEnd ?? false,
    offset: options.offset ?? 0n,
  };
}

/** The key an entry was listed under: of a reference its own, not its target's. */
export function scanKey(entry: UnverifiedEntry): Uint8Array {
  return entry.referencedBy?.key ?? entry.key;
}

/**
 * Lists the revisions of a key, oldest first, deletions included, one page.
 *
 * @returns empty where the key was never written
 */
export async function history(
  connection: Connection,
  key: Uint8Array,
  options: PageOptions = {},
): Promise<UnverifiedEntry[]> {
  const answer = await undefinedIfAbsent(
    callService(connection, historyMethod, toWireHistory(key, options), {
      ...options,
      kind: 'read',
      spread: true,
    }),
  );
  return answer?.entries.map(fromWireEntry) ?? [];
}

/** The history as the wire has it. @throws TypeError, ImmuError KEY_TOO_LARGE for what makes no sense */
export function toWireHistory(key: Uint8Array, options: PageOptions): HistoryRequest {
  assertKey(key);
  const { limit = MAX_PAGE_SIZE } = options;
  assertWholeNumber('limit', limit, 1, MAX_PAGE_SIZE);
  assertOffset(options.offset);
  return { key, offset: options.offset ?? 0n, limit, desc: options.desc ?? false, sinceTx: 0n };
}
