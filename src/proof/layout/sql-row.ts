// How a row of an SQL table is stored as a key: its table and its primary key, in bytes that sort as the values do.

import { concatBytes, u32be, u64be, utf8 } from '../../bytes.js';

/** The types of columns. */
export const SQL_TYPES = [
  'INTEGER',
  'BOOLEAN',
  'VARCHAR',
  'UUID',
  'BLOB',
  'FLOAT',
  'TIMESTAMP',
  'JSON',
] as const;

/** The type of a column. */
export type SqlType = (typeof SQL_TYPES)[number];

/** A column of a table. */
export interface SqlColumn {
  /** Its number in the table, ≥ 1, never used again after it is dropped. */
  readonly id: number;
  readonly name: string;
  readonly type: SqlType;
  /** The most bytes it holds: as declared for VARCHAR and BLOB, 0 without a bound; 8, 16, 1 or 0 of the others. */
  readonly maxLength: number;
}

/** What must be known of a table to prove a row of it. Plain data, fit for JSON. */
export interface SqlTableSchema {
  /** Its name, in lower case. */
  readonly table: string;
  /** Its number in the database, ≥ 1, never used again after it is dropped. */
  readonly tableId: number;
  readonly columns: readonly SqlColumn[];
  /** The ids of the columns of the primary key, in its order. */
  readonly primaryKey: readonly number[];
}

/** A stored value; a TIMESTAMP in microseconds since 1970, a UUID as its 36 characters in lower case, JSON as its text. */
export type SqlStoredValue = bigint | number | boolean | string | Uint8Array;

/** The number every database has in its own keys. */
export const SQL_DATABASE_ID = 1;
/** The number of the primary index. */
const PRIMARY_INDEX_ID = 0;

const SQL_PREFIX = 0x02;
const NOT_NULL = Uint8Array.of(0x80);
const ROW = Uint8Array.of(SQL_PREFIX, 0x52, 0x2e); // R.
const MAPPED = Uint8Array.of(SQL_PREFIX, 0x4d, 0x2e); // M.
const SIGN = 1n << 63n;

/**
 * The key a row is stored under: `02 ‖ "R." ‖ u32(database) ‖ u32(table) ‖ u32(primary index) ‖ pk`.
 *
 * @param key the encoded values of the primary key, one after another
 */
export function sqlRowKey(tableId: number, key: Uint8Array): Uint8Array {
  return concatBytes(ROW, u32be(SQL_DATABASE_ID), u32be(tableId), u32be(PRIMARY_INDEX_ID), key);
}

/** The key the primary index finds the row by, which is shown in answers: `02 ‖ "M." ‖ u32(table) ‖ u32(index) ‖ pk ‖ pk`. */
export function sqlMappedKey(tableId: number, key: Uint8Array): Uint8Array {
  return concatBytes(MAPPED, u32be(tableId), u32be(PRIMARY_INDEX_ID), key, key);
}

/**
 * One value of a primary key: `80`, then for INTEGER, TIMESTAMP (in nanoseconds) and FLOAT 8 bytes that sort as the
 * numbers do, BOOLEAN 1, UUID 16, and VARCHAR and BLOB padded with zeros to `maxLength`, then u32(length).
 *
 * @throws TypeError for a value that is not of the column's type, or does not fit it
 */
export function encodeSqlKeyValue(column: SqlColumn, value: SqlStoredValue): Uint8Array {
  return concatBytes(NOT_NULL, encodeByType(column, value));
}

function encodeByType({ type, name, maxLength }: SqlColumn, value: SqlStoredValue): Uint8Array {
  if (type === 'INTEGER' && isI64(value)) return u64be(value ^ SIGN);
  if (type === 'TIMESTAMP' && typeof value === 'bigint' && isI64(value * 1000n))
    return u64be((value * 1000n) ^ SIGN);
  if (type === 'FLOAT' && typeof value === 'number' && !Number.isNaN(value)) return sortableFloat(value);
  if (type === 'BOOLEAN' && typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  if (type === 'UUID' && typeof value === 'string') {
    const bytes = uuidBytes(value);
    if (bytes !== undefined) return bytes;
  }
  if (type === 'VARCHAR' && typeof value === 'string') return padded(utf8(value), maxLength, name);
  if (type === 'BLOB' && value instanceof Uint8Array) return padded(value, maxLength, name);
  throw new TypeError(`the value given for column ${name} of the primary key is no ${type} that a key holds`);
}

function isI64(value: unknown): value is bigint {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
}

/** Negative numbers with all bits inverted, others with the sign bit set. */
function sortableFloat(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  const [first = 0] = bytes;
  const isNegative = first >= 0x80;
  return isNegative ? bytes.map((byte) => byte ^ 0xff) : bytes.with(0, first | 0x80);
}

function padded(bytes: Uint8Array, maxLength: number, name: string): Uint8Array {
  if (bytes.length > maxLength)
    throw new TypeError(
      `the value given for column ${name} has ${bytes.length} bytes; the column holds ${maxLength}`,
    );
  return concatBytes(bytes, new Uint8Array(maxLength - bytes.length), u32be(bytes.length));
}

/** The 16 bytes of a UUID in its 36 characters, of either case; `undefined` for any other text. */
function uuidBytes(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** The 36 characters of a UUID, in lower case. @param bytes exactly 16 */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
