// Ranges of rows of one tree. A damaged page can make LMDB continue anywhere: each row must be inside the range and
// after the row before.

import { compareBytes } from '../../bytes.js';
import type { RangeOptions, Row, Table } from './ledger-store.js';
import { asBuffer } from './lmdb-buffer.js';
import type { Tree } from './lmdb-environment.js';
import { readError } from './lmdb-errors.js';
import { unseal } from './seal.js';
import { damagedRow } from './storage-errors.js';

/** A key and its sealed value. Both are copies. */
export type Entry = readonly [key: Uint8Array, sealed: Buffer];

/** The lowest key there is, since no key is empty. */
const FIRST = Uint8Array.of(0);

/** Rows of a table that is kept in one tree. @throws ImmuError LEDGER_DAMAGED */
export function* rangeOf(path: string, table: Table, tree: Tree, options: RangeOptions): Iterable<Row> {
  for (const [key, sealed] of entriesOf(path, table, tree, options)) {
    const value = unseal(table, key, sealed);
    if (!value) throw damagedRow(path, table, key, 'does not match its checksum');
    yield [key, value];
  }
}

/** Rows of a tree, still sealed, in order and inside the range. @throws ImmuError LEDGER_DAMAGED */
export function* entriesOf(path: string, table: Table, tree: Tree, options: RangeOptions): Iterable<Entry> {
  const { gte = FIRST, lt, reverse = false } = options;
  if (lt && compareBytes(gte, lt) >= 0) return;
  let last: Uint8Array | undefined;
  try {
    for (const { key, value } of tree.getRange(lmdbRange(gte, lt, reverse))) {
      if (
        compareBytes(key, gte) < 0 ||
        (lt && compareBytes(key, lt) >= 0) ||
        (last && !follows(last, key, reverse))
      )
        throw damagedRow(path, table, key, 'is out of place');
      last = key;
      yield [view(key), asBuffer(value)];
    }
  } catch (error) {
    throw readError(path, error);
  }
}

function lmdbRange(gte: Uint8Array, lt: Uint8Array | undefined, reverse: boolean) {
  // LMDB takes an empty key for none.
  const first = gte.length === 0 ? FIRST : gte;
  if (!reverse) return lt ? { start: first, end: lt } : { start: first };
  const down = { reverse, end: first, inclusiveEnd: true };
  return lt ? { ...down, start: lt, exclusiveStart: true } : down;
}

function follows(last: Uint8Array, key: Uint8Array, reverse: boolean): boolean {
  return reverse ? compareBytes(key, last) < 0 : compareBytes(key, last) > 0;
}

function view(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
