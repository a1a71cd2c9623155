// A write as it goes over the wire, and how to recognise it in a proven transaction.

import { equalBytes } from '../../bytes.js';
import { encodeKeyMetadata, kvKey, kvValue, type ProvenEntries, sha256 } from '../../proof/index.js';
import type { EntryToWrite, Precondition } from '../writes.js';

/** A write as it is sent, and sent again unchanged while its outcome is unknown. */
export interface WriteRequest {
  readonly entries: readonly EntryToWrite[];
  readonly preconditions: readonly Precondition[];
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
