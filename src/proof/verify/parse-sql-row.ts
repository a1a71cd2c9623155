// The bytes of a row off the network: `u32(count)`, then per column that is not NULL `u32(id) ‖ u32(length) ‖ value`.

import { fromUtf8 } from '../../bytes.js';
import { type SqlColumn, type SqlStoredValue, type SqlTableSchema, uuidText } from '../layout/sql-row.js';
import { malformed } from './parse-fields.js';

const ROW = 'the stored row';

/** The bytes each value of a type has, where that is fixed. */
const LENGTHS: Partial<Record<SqlColumn['type'], number>> = {
  INTEGER: 8,
  BOOLEAN: 1,
  UUID: 16,
  FLOAT: 8,
  TIMESTAMP: 8,
};

/**
 * Reads a row.
 *
 * @param bytes untrusted
 * @param maxColumnId the highest id a column of the table ever had: values of columns that are not in the schema, because
 *   they were dropped or are newer than it, are passed over up to here
 * @returns the values by column id, without those that are NULL
 * @throws VerificationError MALFORMED_PROOF for a column twice, an id beyond, a value not of its type, and bytes too many
 *   or too few
 */
export function parseSqlRow(
  bytes: Uint8Array,
  { columns }: SqlTableSchema,
  maxColumnId: number,
): ReadonlyMap<number, SqlStoredValue> {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const values = new Map<number, SqlStoredValue>();
  const seen = new Set<number>();
  const reader = new RowReader(bytes);
  for (let left = reader.u32(); left > 0; left--) {
    const id = reader.u32();
    if (seen.has(id)) throw malformed(ROW, 'every column once', id);
    if (id < 1 || id > maxColumnId) throw malformed(ROW, `column ids from 1 to ${maxColumnId}`, id);
    seen.add(id);
    const value = reader.take(reader.u32());
    const column = byId.get(id);
    if (column !== undefined) values.set(id, parseSqlValue(value, column));
  }
  reader.requireEnd();
  return values;
}

function parseSqlValue(bytes: Uint8Array, { type, name }: SqlColumn): SqlStoredValue {
  const length = LENGTHS[type];
  const where = `${ROW}, column ${name}`;
  if (length !== undefined && bytes.length !== length) throw malformed(where, `${length} bytes`, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'INTEGER':
    case 'TIMESTAMP':
      return view.getBigInt64(0);
    case 'FLOAT':
      return view.getFloat64(0);
    case 'BOOLEAN':
      if (view.getUint8(0) > 1) throw malformed(where, '0 or 1', bytes);
      return view.getUint8(0) === 1;
    case 'UUID':
      return uuidText(bytes);
    case 'BLOB':
      return new Uint8Array(bytes);
    case 'VARCHAR':
    case 'JSON': {
      const text = fromUtf8(bytes);
      if (text === undefined) throw malformed(where, 'text in UTF-8', bytes);
      return text;
    }
  }
}

class RowReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length !== length) throw malformed(ROW, `${length} more bytes`, taken.length);
    this.#at += length;
    return taken;
  }

  requireEnd(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw malformed(ROW, 'no bytes behind the last column', left);
  }
}
