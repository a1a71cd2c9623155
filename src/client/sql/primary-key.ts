// The primary key of a row as a caller gives it, in the types of its columns.

import { isWellFormed } from '../../bytes.js';
import type { SqlColumn, SqlStoredValue, SqlTableSchema } from '../../proof/index.js';
import type { SQLValue } from '../../wire/immudb/schema/sql.js';
import { microsecondsOf } from './timestamp.js';

/** One value of a primary key; a number for an INTEGER must be a safe one. */
export type SqlKeyValue = bigint | number | boolean | string | Uint8Array | Date;

/** A primary key: its only value, its values in order, or by the names of their columns. */
export type SqlKey = SqlKeyValue | readonly SqlKeyValue[] | Readonly<Record<string, SqlKeyValue>>;

/** A primary key as it is checked, and as it is asked for. */
export interface AskedKey {
  readonly stored: readonly SqlStoredValue[];
  readonly wire: SQLValue[];
}

/**
 * A primary key in the types of its columns.
 *
 * @throws TypeError for a value too few or too many, or not of its column's type
 */
export function askedKey(schema: SqlTableSchema, key: SqlKey): AskedKey {
  const columns = schema.primaryKey.map((id) => columnOf(schema, id));
  const values = valuesOf(columns, key, schema.table);
  const stored = columns.map((column, position) => toStored(column, values[position]));
  return { stored, wire: columns.map((column, position) => toWire(column, stored[position])) };
}

function columnOf({ table, columns }: SqlTableSchema, id: number): SqlColumn {
  const column = columns.find((one) => one.id === id);
  if (column === undefined)
    throw new TypeError(`the schema of ${table} has no column ${id}, which its key names`);
  return column;
}

function valuesOf(columns: readonly SqlColumn[], key: SqlKey, table: string): readonly unknown[] {
  const values = byPosition(columns, key);
  if (values.length === columns.length) return values;
  const names = columns.map(({ name }) => name).join(', ');
  throw new TypeError(`the primary key of ${table} is (${names}): ${columns.length} values`);
}

function byPosition(columns: readonly SqlColumn[], key: SqlKey): readonly unknown[] {
  if (Array.isArray(key)) return key as readonly unknown[];
  if (
    typeof key !== 'object' ||
    (key as unknown) === null ||
    key instanceof Date ||
    key instanceof Uint8Array
  )
    return [key];
  const named = key as Readonly<Record<string, SqlKeyValue>>;
  const isKnown = (name: string) => columns.some((column) => column.name === name);
  const stray = Object.keys(named).find((name) => !isKnown(name));
  if (stray !== undefined) throw new TypeError(`${stray} is no column of the primary key`);
  return columns.flatMap(({ name }) => (Object.hasOwn(named, name) ? [named[name]] : []));
}

/** What fits no column is left to the encoding of the key, which refuses it. */
function toStored({ type, name }: SqlColumn, value: unknown): SqlStoredValue {
  if (type === 'INTEGER' && typeof value === 'number') {
    if (Number.isSafeInteger(value)) return BigInt(value);
    throw new TypeError(`${name}: ${value} is no safe integer; pass a bigint`);
  }
  if (type === 'TIMESTAMP' && value instanceof Date) return microsecondsOf(value);
  if (type === 'UUID' && typeof value === 'string') return value.toLowerCase();
  if (typeof value === 'string' && !isWellFormed(value))
    throw new TypeError(`${name}: a text with half a surrogate pair`);
  // In memory of its own: it is looked at again when the answer is there.
  return value instanceof Uint8Array ? new Uint8Array(value) : (value as SqlStoredValue);
}

function toWire({ type, name }: SqlColumn, value: SqlStoredValue | undefined): SQLValue {
  if (type === 'INTEGER' && typeof value === 'bigint') return { value: { $case: 'n', value } };
  if (type === 'TIMESTAMP' && typeof value === 'bigint') return { value: { $case: 'ts', value } };
  if (type === 'FLOAT' && typeof value === 'number') return { value: { $case: 'f', value } };
  if (type === 'BOOLEAN' && typeof value === 'boolean') return { value: { $case: 'b', value } };
  if (type === 'BLOB' && value instanceof Uint8Array) return { value: { $case: 'bs', value } };
  if ((type === 'VARCHAR' || type === 'UUID') && typeof value === 'string')
    return { value: { $case: 's', value } };
  throw new TypeError(`the value given for column ${name} of the primary key is no ${type}`);
}
