// A write as it goes over the wire, how to recognise it in a proven transaction, and whether it may be sent twice.

import { equalBytes } from '../../bytes.js';
import type { ProvenEntries } from '../../proof/index.js';
import { kvKey, kvValue } from '../../proof/layout/entry.js';
import { sha256 } from '../../proof/layout/hash.js';
import { encodeKeyMetadata } from '../../proof/layout/kv-metadata.js';
import type { EntryToWrite, Precondition } from '../writes.js';

/** A write as it is sent, and sent again unchanged while its outcome is unknown. */
export interface WriteRequest {
  /** What tells it from another write with the same content. */
  readonly id: symbol;
  /** What it writes under keys; of other things it writes nothing is said here. */
  readonly entries: readonly EntryToWrite[];
  readonly preconditions: readonly Precondition[];
  /** What errors call it, as the subject of a sentence. Default: by its entries. */
  readonly description?: string;
  /** Whether what it writes is not known in full: any other write may then be alike. */
  readonly opaque?: boolean;
}

/** The write, in memory of our own: what the caller does to its arrays meanwhile must not change a repetition. */
export function writeRequest(
  entries: readonly EntryToWrite[],
  preconditions: readonly Precondition[],
): WriteRequest {
  return {
    id: Symbol('write'),
    entries: entries.map(({ key, value, metadata }) => ({
      key: new Uint8Array(key),
      value: new Uint8Array(value),
      ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
    })),
    preconditions: preconditions.map((condition) => ({ ...condition, key: new Uint8Array(condition.key) })),
  };
}

/** Whether a proven transaction holds exactly the entries of this request, in order. */
export function holdsExactly(proven: ProvenEntries, entries: readonly EntryToWrite[]): boolean {
  if (proven.entries.length !== entries.length) return false;
  return entries.every((wanted, index) => {
    const found = proven.entries[index];
    if (found === undefined) return false;
    return (
      equalBytes(found.key, kvKey(wanted.key)) &&
      equalBytes(found.hValue, sha256(kvValue(wanted.value))) &&
      equalBytes(encodeKeyMetadata(found.metadata), encodeKeyMetadata(wanted.metadata))
    );
  });
}

/**
 * Whether a write that was perhaps committed may be sent again:
 *
 * - `excluded`: it cannot be applied twice, as its own success makes a condition fail for ever
 * - `after looking`: its own success makes a condition fail until somebody deletes the key
 * - `possible`: nothing keeps it from being applied twice, so it is never sent again
 */
export type Repetition = 'excluded' | 'after looking' | 'possible';

/**
 * What keeps a write from being applied twice.
 *
 * @param baseline the newest transaction trusted before the write was first sent: the write's own is a later one
 */
export function repetitionOf({ entries, preconditions }: WriteRequest, baseline: bigint): Repetition {
  const written = ({ key }: Precondition): EntryToWrite | undefined =>
    // Conditions do not see what is written non-indexable.
    entries.find((entry) => equalBytes(entry.key, key) && entry.metadata?.nonIndexable !== true);
  const excludes = (condition: Precondition): boolean =>
    condition.kind === 'notModifiedAfter' && condition.txId <= baseline && written(condition) !== undefined;
  if (preconditions.some(excludes)) return 'excluded';
  const hinders = (condition: Precondition): boolean => {
    if (condition.kind !== 'mustNotExist') return false;
    const entry = written(condition);
    // A key that is written deleted or expiring does not exist for long, or not at all.
    return entry !== undefined && entry.metadata?.deleted !== true && entry.metadata?.expiresAt === undefined;
  };
  return preconditions.some(hinders) ? 'after looking' : 'possible';
}
