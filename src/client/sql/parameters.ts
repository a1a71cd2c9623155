// Parameters of a statement: from values of this language to the server's, by rules that leave no type to chance.

import { isWellFormed } from '../../bytes.js';
import type { NamedParam, SQLValue } from '../../wire/immudb/schema/sql.js';
import { microsecondsOf } from './timestamp.js';

/** A parameter whose SQL type was chosen: made by {@link sqlInteger}, {@link sqlFloat} and {@link sqlJson}. */
export class TypedSqlParameter {
  readonly #value: SQLValue;

  /** Use the functions that make them. */
  constructor(value: SQLValue) {
    this.#value = value;
  }

  /** As it is sent. */
  get wire(): SQLValue {
    return this.#value;
  }
}

/**
 * What a parameter can be, and the SQL type it is sent as: `null` NULL · `bigint` INTEGER · a `number` that is a safe
 * integer INTEGER, any other finite one FLOAT (an INTEGER is taken for a FLOAT column too) · `boolean` BOOLEAN · `string`
 * VARCHAR, which the server also takes for UUID, JSON text and TIMESTAMP columns · `Uint8Array` BLOB, also for UUID ·
 * `Date` TIMESTAMP, a `SqlTimestamp` with its microseconds.
 */
export type SqlParameter = null | bigint | number | boolean | string | Uint8Array | Date | TypedSqlParameter;

/** Parameters by name, for `@name`, or by position, for `?` and `$1`. */
export type SqlParameters = readonly SqlParameter[] | Readonly<Record<string, SqlParameter>>;

const MAX_I64 = 2n ** 63n - 1n;
const NAME = /^[a-z_][a-z0-9_]*$/;

/** An INTEGER. @throws TypeError for a number that is no safe integer, or a bigint beyond 64 bits */
export function sqlInteger(value: bigint | number): TypedSqlParameter {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new TypeError(`sqlInteger: ${value} is no safe integer; pass a bigint`);
  return new TypedSqlParameter(integer(BigInt(value)));
}

/** A FLOAT, also where the number is whole: `sqlFloat(1)`. @throws TypeError unless it is finite */
export function sqlFloat(value: number): TypedSqlParameter {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError('sqlFloat: the value must be a finite number');
  return new TypedSqlParameter({ value: { $case: 'f', value } });
}

/**
 * JSON: any value that `JSON.stringify` can write, a text and `null` included, which are JSON values of their own.
 *
 * @throws TypeError for what JSON cannot hold: `undefined`, functions, bigints
 */
export function sqlJson(value: unknown): TypedSqlParameter {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('sqlJson: JSON cannot hold this value');
  return new TypedSqlParameter({ value: { $case: 's', value: text } });
}

/**
 * Parameters as they are sent.
 *
 * @throws TypeError for a value of no SQL type, a name no statement can use, or two names that the server takes for one
 */
export function toWireParameters(parameters: SqlParameters | undefined): NamedParam[] {
  if (parameters === undefined) return [];
  if (isList(parameters))
    // Array.from, as map would pass over holes.
    return Array.from(parameters, (value, index) => parameter(`param${index + 1}`, value));
  if (typeof parameters !== 'object' || (parameters as unknown) === null)
    throw new TypeError('parameters must be an array or an object');
  const names = new Set<string>();
  return Object.entries(parameters).map(([name, value]) => {
    // The server knows them in lower case only.
    const known = name.toLowerCase();
    if (!NAME.test(known))
      throw new TypeError(`parameter ${JSON.stringify(name)}: a name is letters, digits and _`);
    if (names.has(known))
      throw new TypeError(`parameter ${name}: given twice, as the server ignores upper case`);
    names.add(known);
    return parameter(known, value);
  });
}

function isList(parameters: SqlParameters): parameters is readonly SqlParameter[] {
  return Array.isArray(parameters);
}

function parameter(name: string, value: SqlParameter): NamedParam {
  try {
    return { name, value: toWireValue(value) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`parameter ${name}: ${error.message}`, { cause: error });
  }
}

/** One value as it is sent. @throws TypeError for a value of no SQL type */
export function toWireValue(value: SqlParameter): SQLValue {
  if (value === null) return { value: { $case: 'null', value: 0 } };
  if (value instanceof TypedSqlParameter) return value.wire;
  if (value instanceof Uint8Array) return { value: { $case: 'bs', value: new Uint8Array(value) } };
  if (value instanceof Date) return { value: { $case: 'ts', value: microsecondsOf(value) } };
  switch (typeof value) {
    case 'bigint':
      return integer(value);
    case 'number':
      return numeric(value);
    case 'boolean':
      return { value: { $case: 'b', value } };
    case 'string':
      return { value: { $case: 's', value: wellFormed(value) } };
    default:
      throw new TypeError(notSql(value));
  }
}

/** The types say that there is no such value; whoever writes no types may have one. */
function notSql(value: unknown): string {
  return value === undefined
    ? 'undefined is no SQL value; NULL is null'
    : 'an object is no SQL value; JSON is sqlJson(…)';
}

function integer(value: bigint): SQLValue {
  if (value > MAX_I64 || value < -MAX_I64 - 1n) throw new TypeError('a bigint beyond 64 bits is no INTEGER');
  return { value: { $case: 'n', value } };
}

function numeric(value: number): SQLValue {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no SQL value`);
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return integer(BigInt(value));
  if (Number.isInteger(value) && value !== 0)
    throw new TypeError(`${value} may have lost digits: pass a bigint, or sqlFloat(…)`);
  return { value: { $case: 'f', value } };
}

/** Lone surrogates would be sent as another text. */
function wellFormed(text: string): string {
  if (isWellFormed(text)) return text;
  throw new TypeError('a text with half a surrogate pair cannot be sent');
}
