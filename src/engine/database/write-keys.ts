// Writing plain values, and deleting.

import { toMapKey } from '../../bytes.js';
import { kvKey, kvValue } from '../../proof/layout/entry.js';
import { encodeKeyMetadata, type KeyMetadata } from '../../proof/layout/kv-metadata.js';
import { newestRevision } from '../index/revisions.js';
import { illegalArguments, refused, ServiceFailure, Status } from '../service-failure.js';
import type { Plan } from './commit-queue.js';
import type { NewEntry } from './new-transaction.js';
import { assertHold, assertMeant, assertPossible, type Precondition } from './preconditions.js';
import { isExpired } from './read-entry.js';
import { expired, keyNotFound, noEntries, txNotFound } from './refusals.js';
import type { DatabaseSettings } from './settings.js';

/** A key to be written, as applications have it. */
export interface KeyWrite {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
}

/** The text of a transaction with two writes of one key. */
export const DUPLICATED_KEYS = 'duplicated keys are not supported in single batch transaction';

const DELETED: KeyMetadata = { deleted: true, nonIndexable: false };

/** Attributes that say nothing are none. */
export function normalMetadata(metadata: KeyMetadata | undefined): KeyMetadata | undefined {
  return encodeKeyMetadata(metadata).length === 0 ? undefined : metadata;
}

/**
 * Writes keys in one transaction. What can be refused without looking at the database is refused here.
 *
 * @throws ServiceFailure, also from the plan
 */
export function planSet(
  writes: readonly KeyWrite[],
  preconditions: readonly Precondition[],
  settings: DatabaseSettings,
): Plan {
  const seen = new Set<string>();
  const entries = writes.map(({ key, value, metadata }) => {
    if (key.length === 0) throw illegalArguments();
    if (seen.has(toMapKey(key))) throw new ServiceFailure(Status.INVALID_ARGUMENT, DUPLICATED_KEYS);
    seen.add(toMapKey(key));
    const entry = { key: kvKey(key), metadata: normalMetadata(metadata), value: kvValue(value) };
    assertFits(entry, settings);
    return entry;
  });
  assertMeant(preconditions, settings, true);
  assertCommittable(entries, settings);
  assertPossible(preconditions, settings);
  return (view) => {
    assertHold(view, preconditions);
    return { entries };
  };
}

/** Deletes keys, all of which must be there. @throws ServiceFailure, also from the plan */
export function planDelete(keys: readonly Uint8Array[], sinceTx: bigint, settings: DatabaseSettings): Plan {
  return (view) => {
    if (sinceTx > view.lastTxId) throw txNotFound();
    const seen = new Set<string>();
    const entries = keys.map((key) => {
      if (key.length === 0) throw illegalArguments();
      const stored = kvKey(key);
      const newest = newestRevision(view.rows, stored);
      if (newest === undefined) throw keyNotFound();
      if (isExpired(newest.metadata, view.now)) throw expired();
      if (newest.metadata?.deleted === true || seen.has(toMapKey(key))) throw keyNotFound();
      seen.add(toMapKey(key));
      return { key: stored, metadata: DELETED, value: new Uint8Array(0) };
    });
    assertCommittable(entries, settings);
    return { entries };
  };
}

/** @throws ServiceFailure for a key or value longer than the database takes */
export function assertFits({ key, value }: NewEntry, settings: DatabaseSettings): void {
  if (key.length > settings.maxKeyLen) throw refused('max key length exceeded');
  if (value.length > settings.maxValueLen) throw refused('max value length exceeded');
}

/** @throws ServiceFailure for no entry, too many, or metadata where the format has none */
export function assertCommittable(entries: readonly NewEntry[], settings: DatabaseSettings): void {
  if (entries.length === 0) throw noEntries();
  if (entries.length > settings.maxTxEntries) throw refused('max number of entries per tx exceeded');
  if (settings.headerVersion === 0 && entries.some(({ metadata }) => metadata !== undefined)) {
    throw metadataUnsupported();
  }
}

/** Headers of version 0 hash no metadata. */
export const metadataUnsupported = () =>
  refused(
    'metadata is unsupported when in 1.1 compatibility mode, do not use metadata-related features such as expiration and logical deletion',
  );
