// The index: which revisions a key has, and where they are. It follows from the log, and could be built from it anew.

import {
  damaged,
  decodeKeyRow,
  decodeRevisionRow,
  encodeKeyRow,
  encodeRevisionRow,
  type KeyRow,
  revisionKey,
  type RevisionRow,
} from '../database/rows.js';
import type { Rows } from '../database/log.js';
import type { Put } from '../storage/ledger-store.js';

/** The longest key there can be. Databases may have a lower limit of their own. */
export const MAX_INDEX_KEY = 1024;

/** The newest revision of a stored key, if it has one. Entries that are not indexable have none. */
export function newestRevision(rows: Rows, key: Uint8Array): KeyRow | undefined {
  if (key.length > MAX_INDEX_KEY) return undefined;
  const row = rows.get('keys', key);
  return row === undefined ? undefined : decodeKeyRow(row);
}

/**
 * One revision of a key.
 *
 * @param revision 1 ≤ revision ≤ the key's newest
 * @throws ImmuError LEDGER_DAMAGED if it is not there
 */
export function revisionAt(rows: Rows, key: Uint8Array, revision: bigint): RevisionRow {
  const row = rows.get('revisions', revisionKey(key, revision));
  if (row === undefined) throw damaged(`Revision ${String(revision)} of a key`);
  return decodeRevisionRow(row);
}

/** The rows that make an entry the newest revision of its key. */
export function putsOfRevision(key: Uint8Array, row: KeyRow): Put[] {
  return [
    { table: 'keys', key, value: encodeKeyRow(row) },
    { table: 'revisions', key: revisionKey(key, row.revision), value: encodeRevisionRow(row) },
  ];
}
