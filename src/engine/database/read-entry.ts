// Reading one entry: by its newest revision, by a revision's number, or in a given transaction; and through a reference,
// whose depth is one.

import { equalBytes } from '../../bytes.js';
import { kvKey } from '../../proof/layout/entry.js';
import type { KeyMetadata } from '../../proof/layout/kv-metadata.js';
import { newestRevision, revisionAt } from '../index/revisions.js';
import { illegalArguments, refused } from '../service-failure.js';
import { readEntries, readTx, readValue, type Rows } from './log.js';
import { expired, keyNotFound, txNotFound } from './refusals.js';
import { damaged, type RevisionRow } from './rows.js';

/** What is read, and when. */
export interface ReadView {
  readonly rows: Rows;
  /** The newest transaction there is. */
  readonly lastTxId: bigint;
  /** Seconds since 1970: what expires at or before it is gone. */
  readonly now: bigint;
  /** Whether a newest revision both deleted and expired is said to be deleted: as ExecAll says it. Default: expired. */
  readonly deletedFirst?: boolean;
  /**
   * Told of a transaction that was read. A row may be there before the word that it is: then `lastTxId` is behind.
   */
  readonly saw?: (txId: bigint) => void;
}

/** A reference an entry was found through. */
export interface FoundReference {
  readonly txId: bigint;
  readonly key: Uint8Array;
  /** The transaction of the target it is bound to, or 0. */
  readonly atTx: bigint;
  readonly metadata: KeyMetadata | undefined;
  /** 0 where it was asked for in a transaction. */
  readonly revision: bigint;
}

/** An entry with its value, keys and value as applications have them. */
export interface FoundEntry {
  readonly txId: bigint;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
  /** 0 where it was asked for in a transaction. */
  readonly revision: bigint;
  readonly referencedBy: FoundReference | undefined;
}

/** What is asked of one key. */
export interface KeyQuestion {
  /** As applications have it. */
  readonly key: Uint8Array;
  /** In this transaction, if > 0. */
  readonly atTx: bigint;
  /** The index must have come this far. */
  readonly sinceTx: bigint;
  /** From 1 the first on; from −1 the one before the newest back; 0 for the newest. */
  readonly atRevision: bigint;
}

const REFERENCE = 1;
/** Prefix byte and transaction id, before the key a reference points to. */
const REFERENCE_HEAD_BYTES = 9;

/** Whether an entry is not to be seen any more. */
export function isExpired(metadata: KeyMetadata | undefined, now: bigint): boolean {
  return metadata?.expiresAt !== undefined && metadata.expiresAt <= now;
}

/**
 * Answers a question about one key.
 *
 * @throws ServiceFailure if it is absent, deleted or expired, or the question makes no sense
 */
export function readKey(view: ReadView, question: KeyQuestion): FoundEntry {
  const { key, atTx, sinceTx, atRevision } = question;
  if (key.length === 0) throw illegalArguments('empty key');
  if (atTx > 0n && sinceTx > 0n) throw illegalArguments('SinceTx should not be specified when AtTx is used');
  if (atTx > 0n && atRevision !== 0n) {
    throw illegalArguments('AtRevision should not be specified when AtTx is used');
  }
  if (sinceTx > view.lastTxId) {
    throw illegalArguments('SinceTx must not be greater than the current transaction ID');
  }
  if (atRevision !== 0n) return readRevision(view, kvKey(key), atRevision);
  return atTx === 0n ? readNewest(view, kvKey(key)) : readAt(view, kvKey(key), atTx);
}

/** The newest revision. @param key stored @param depth how many references led here */
export function readNewest(view: ReadView, key: Uint8Array, depth = 0): FoundEntry {
  const row = newestRevision(view.rows, key);
  if (row === undefined || (view.deletedFirst === true && row.metadata?.deleted === true))
    throw keyNotFound();
  return readFound(view, key, row, row.revision, depth);
}

/** The revision in one transaction. @param key stored @param depth how many references led here */
export function readAt(view: ReadView, key: Uint8Array, txId: bigint, depth = 0): FoundEntry {
  return readFound(view, key, locate(view, key, txId), 0n, depth);
}

/** Newest, or in a transaction: what a reference or a member of a sorted set points to. */
export function readTarget(view: ReadView, key: Uint8Array, atTx: bigint, depth: number): FoundEntry {
  return atTx === 0n ? readNewest(view, key, depth) : readAt(view, key, atTx, depth);
}

function readRevision(view: ReadView, key: Uint8Array, asked: bigint): FoundEntry {
  const newest = newestRevision(view.rows, key);
  if (newest === undefined) throw keyNotFound();
  const revision = asked > 0n ? asked : newest.revision + asked;
  if (revision < 1n || revision > newest.revision) throw refused('invalid key revision number');
  return readFound(view, key, revisionAt(view.rows, key, revision), revision, 0);
}

/** Where a key is in a transaction. @param key stored */
export function locate(view: ReadView, key: Uint8Array, txId: bigint): RevisionRow {
  if (txId > view.lastTxId) throw txNotFound();
  const entries = readEntries(view.rows, readTx(view.rows, txId));
  const index = entries.findIndex((entry) => equalBytes(entry.key, key));
  const entry = entries[index];
  if (entry === undefined) throw keyNotFound();
  return { txId, index, valueLength: entry.valueLength, metadata: entry.metadata };
}

/**
 * An entry that was found, with its value; through a reference, the entry it points to.
 *
 * @param key stored
 * @param revision its number, or 0
 * @param depth how many references led here
 */
export function readFound(
  view: ReadView,
  key: Uint8Array,
  found: RevisionRow,
  revision: bigint,
  depth: number,
): FoundEntry {
  const { txId, metadata } = found;
  view.saw?.(txId);
  if (isExpired(metadata, view.now)) throw expired();
  if (metadata?.deleted === true) throw keyNotFound();
  const stored = readValue(view.rows, found);
  if (stored[0] !== REFERENCE) return plain(key, stored, found, revision);
  if (depth === 1) throw refused('key resolution limit reached. It may be due to cyclic references');
  const { atTx, target } = parseReference(stored, txId);
  const reference = { txId, key: key.slice(1), atTx, metadata, revision };
  return { ...readTarget(view, target, atTx, depth + 1), referencedBy: reference };
}

function plain(key: Uint8Array, stored: Uint8Array, found: RevisionRow, revision: bigint): FoundEntry {
  if (stored.length === 0) throw damaged(`A value of transaction ${String(found.txId)}`);
  const { txId, metadata } = found;
  return { txId, key: key.slice(1), value: stored.subarray(1), metadata, revision, referencedBy: undefined };
}

/** What a stored reference points to: `01 ‖ u64 atTx ‖ stored key`. */
export function parseReference(
  stored: Uint8Array,
  txId: bigint,
): { readonly atTx: bigint; readonly target: Uint8Array } {
  if (stored.length <= REFERENCE_HEAD_BYTES) throw damaged(`A reference of transaction ${String(txId)}`);
  const atTx = new DataView(stored.buffer, stored.byteOffset).getBigUint64(1);
  return { atTx, target: stored.subarray(REFERENCE_HEAD_BYTES) };
}
