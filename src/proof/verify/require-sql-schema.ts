// A schema that a caller pins must be one: a slip there is a TypeError, never a verdict on the server.

import { SQL_TYPES, type SqlColumn, type SqlTableSchema } from '../layout/sql-row.js';

const MAX_U32 = 0xffff_ffff;
/** The longest VARCHAR or BLOB that a primary key can have. */
const MAX_KEY_LENGTH = 1024;

/** Requires a schema that can be a table's. @throws TypeError */
export function requireSqlSchema(schema: SqlTableSchema): void {
  const { table, tableId, columns, primaryKey } = schema;
  require(typeof table === 'string' && table !== '', 'table must be a name');
  require(isId(tableId), 'tableId must be a whole number of at least 1');
  require(isList(columns), 'columns must be a list');
  columns.forEach(requireColumn);
  require(isDistinct(columns.map(({ id }) => id)), 'two columns have one id');
  require(isDistinct(columns.map(({ name }) => name)), 'two columns have one name');
  require(Array.isArray(primaryKey) &&
    primaryKey.length > 0 &&
    isDistinct(primaryKey), 'primaryKey must be a list of column ids');
  for (const id of primaryKey) {
    const column = columns.find((one) => one.id === id);
    require(column !== undefined &&
      isKeyColumn(column), `no column ${String(id)} that a primary key can have`);
  }
}

function requireColumn({ id, name, type, maxLength }: SqlColumn): void {
  require(isId(id), 'the id of a column must be a whole number of at least 1');
  require(typeof name === 'string' && name !== '', 'the name of a column must be a text');
  require(SQL_TYPES.includes(type), `the type of column ${name} is none of ${SQL_TYPES.join(', ')}`);
  require(maxLength === 0 || isId(maxLength), `maxLength of column ${name} must be a whole number`);
}

function isKeyColumn({ type, maxLength }: SqlColumn): boolean {
  if (type === 'VARCHAR' || type === 'BLOB') return maxLength >= 1 && maxLength <= MAX_KEY_LENGTH;
  return type !== 'JSON';
}

function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_U32;
}

function isList(value: readonly unknown[]): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function require(holds: boolean, what: string): asserts holds {
  if (!holds) throw new TypeError(`schema: ${what}.`);
}
