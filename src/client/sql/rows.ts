// Rows as the server answers them: named columns, and values in this language's types.

import { ImmuError } from '../../errors.js';
import type { Column, Row, SQLQueryResult, SQLValue } from '../../wire/immudb/schema/sql.js';
import { printable } from '../printable.js';
import { SqlTimestamp } from './timestamp.js';

/** What a column of a result can hold; JSON columns anything that JSON can say. */
export type SqlValue = null | bigint | number | boolean | string | Uint8Array | SqlTimestamp;

/** How JSON columns are given. */
export interface JsonOption {
  /**
   * `parse`: as `JSON.parse` gives them, which rounds numbers beyond 53 bits, and JSON `null` cannot be told from NULL.
   * `text`: as the server writes them; of a query, it has then rounded such numbers itself. Default `parse`.
   */
  readonly json?: 'parse' | 'text' | undefined;
}

/** One column of a result, as the server says. */
export interface UnverifiedColumn {
  /** Its name or alias, without its table. */
  readonly name: string;
  /** `INTEGER`, `VARCHAR`, `ANY` and so on. */
  readonly type: string;
}

/**
 * The columns of a result.
 *
 * @throws ImmuError SQL_STATEMENT where two have one name, of which an object would keep one
 */
export function parseColumns(columns: readonly Column[]): readonly UnverifiedColumn[] {
  const parsed = columns.map(({ name, type }) => ({ name: bareName(name), type }));
  const names = new Set<string>();
  for (const { name } of parsed) {
    if (names.has(name))
      throw new ImmuError(
        'SQL_STATEMENT',
        `Two columns of the result are called "${printable(name, 64)}": name one of them otherwise, with AS.`,
        { details: { column: name } },
      );
    names.add(name);
  }
  return parsed;
}

/** `(table.column)` without its table. Neither tables nor columns have dots in their names; paths into JSON may. */
function bareName(selector: string): string {
  // Before 1.5, the database stood before the table.
  const [, name] = /^\((?:\w+\.){1,2}(.+)\)$/s.exec(selector) ?? [];
  return name ?? selector;
}

/**
 * The rows of one message.
 *
 * @throws ImmuError SERVER_ERROR for rows that do not fit the columns
 */
export function parseRows<R>(
  rows: readonly Row[],
  columns: readonly UnverifiedColumn[],
  { json = 'parse' }: JsonOption,
): R[] {
  return rows.map(({ values }) => {
    if (values.length !== columns.length)
      throw malformed(`a row of ${values.length} values for ${columns.length} columns`);
    // From entries, so that a column called __proto__ is a column.
    return Object.fromEntries(
      columns.map(({ name, type }, index) => [
        name,
        fromWireValue(values[index], json === 'parse' && type === 'JSON'),
      ]),
    ) as R;
  });
}

/**
 * The rows of an answer that is one message.
 *
 * @throws ImmuError SERVER_ERROR, SQL_STATEMENT
 */
export function parseResult<R>({ columns, rows }: SQLQueryResult, options: JsonOption = {}): R[] {
  return parseRows(rows, parseColumns(columns), options);
}

/**
 * One value.
 *
 * @param isJson whether a text is JSON to be parsed
 * @throws ImmuError SERVER_ERROR for no value, or JSON that is none
 */
function fromWireValue(value: SQLValue | undefined, isJson = false): unknown {
  const arm = value?.value;
  if (arm === undefined) throw malformed('a value of no type');
  switch (arm.$case) {
    case 'null':
      return null;
    case 'ts':
      return new SqlTimestamp(arm.value);
    case 'bs':
      // In memory of its own: the answer's would be kept for as long as one value of it.
      return new Uint8Array(arm.value);
    case 's':
      return isJson ? parseJson(arm.value) : arm.value;
    default:
      return arm.value;
  }
}

/** What a JSON text says. @throws ImmuError SERVER_ERROR where it is none */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw malformed(`"${printable(text, 64)}" as JSON`, error);
  }
}

function malformed(what: string, cause?: unknown): ImmuError {
  return new ImmuError('SERVER_ERROR', `SQL: the server answered ${what}.`, { cause });
}
