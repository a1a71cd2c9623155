// Types whose values are stored as they are, and checked on the way in and out.

import { types } from 'node:util';
import { fromBase64 } from '../../bytes.js';
import type { BoundType, PropertyType } from '../property-type.js';
import { isLossy } from './exact-json.js';
import { mismatch, TypeMismatch } from './mismatch.js';

/** One such type. */
interface Scalar<V> {
  readonly name: string;
  readonly isKeyPart: boolean;
  readonly is: (value: unknown) => value is V;
  /** The value of a text or of another JSON value; undefined if it is none of the type. */
  readonly ofText: (text: unknown) => V | undefined;
  /** Whether an engine may spell what it read otherwise than the one that wrote it. Default false. */
  readonly mayRespell?: boolean;
}

/** @returns a type that stores its values as they are */
export function scalar<V>({ name, isKeyPart, is, ofText, mayRespell = false }: Scalar<V>): PropertyType<V> {
  const checked = (value: unknown): V => (is(value) ? value : mismatch(name, value));
  const bound: BoundType<V> = {
    toStored: checked,
    fromStored: checked,
    fromText: (text) => {
      const value = is(text) ? text : ofText(text);
      if (value !== undefined) return value;
      if (typeof text !== 'string') return mismatch(name, text);
      throw new TypeMismatch(`must be ${name}, and ${JSON.stringify(shortened(text))} is none`);
    },
    mayRespell,
  };
  return { name, isKeyPart, isIndexable: isKeyPart, bind: () => bound };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isBigint = (value: unknown): value is bigint => typeof value === 'bigint';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;
/** A day, or a time with its offset: without one it would depend on where the program runs. */
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const REGEXP = /^\/(.+)\/([a-z]*)$/s;

function bigintOf(text: unknown): bigint | undefined {
  if (Number.isSafeInteger(text)) return BigInt(text as number);
  return isString(text) && INTEGER.test(text) ? BigInt(text) : undefined;
}

function numberOf(text: unknown): number | undefined {
  if (!isString(text) || !NUMBER.test(text)) return undefined;
  const number = Number(text);
  // 1e999 would become infinite.
  if (!Number.isFinite(number)) return undefined;
  if (!isLossy(text, number)) return number;
  throw new TypeMismatch(
    `must be a number, and ${shortened(text)} would be rounded to ${String(number)}: a bigint keeps all digits`,
  );
}

function dateOf(text: unknown): Date | undefined {
  if (!isString(text) || !DATE.test(text)) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const day = text.slice(0, 10);
  // 2030-02-30 would become the second of March.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? date : undefined;
}

function regExpOf(text: unknown): RegExp | undefined {
  const [, source, flags] = isString(text) ? (REGEXP.exec(text) ?? []) : [];
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** Text. */
export const string = (): PropertyType<string> =>
  scalar({ name: 'a string', isKeyPart: true, is: isString, ofText: () => undefined });

/** A JavaScript number: −0, NaN and infinities included, as a property; not as an id or indexed. */
export const number = (): PropertyType<number> =>
  scalar({
    name: 'a number',
    isKeyPart: true,
    is: isNumber,
    ofText: numberOf,
  });

/** An integer of any size. */
export const bigint = (): PropertyType<bigint> =>
  scalar({ name: 'a bigint', isKeyPart: true, is: isBigint, ofText: bigintOf });

/** True or false. */
export const boolean = (): PropertyType<boolean> =>
  scalar({
    name: 'a boolean',
    isKeyPart: true,
    is: isBoolean,
    ofText: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  });

/** A moment, to the millisecond. */
export const date = (): PropertyType<Date> =>
  scalar({
    name: 'a Date',
    isKeyPart: true,
    is: (value): value is Date => types.isDate(value),
    ofText: dateOf,
  });

/** Bytes; a Buffer is read back as a Uint8Array. */
export const bytes = (): PropertyType<Uint8Array> =>
  scalar({
    name: 'a Uint8Array',
    isKeyPart: true,
    is: (value): value is Uint8Array => types.isUint8Array(value),
    ofText: (text) => (isString(text) ? fromBase64(text) : undefined),
  });

/** A URL. */
export const url = (): PropertyType<URL> =>
  scalar({
    name: 'a URL',
    isKeyPart: false,
    is: (value): value is URL => value instanceof URL,
    ofText: (text) => (isString(text) && URL.canParse(text) ? new URL(text) : undefined),
    mayRespell: true,
  });

/** A regular expression, its flags included. */
export const regExp = (): PropertyType<RegExp> =>
  scalar({
    name: 'a RegExp',
    isKeyPart: false,
    is: (value): value is RegExp => types.isRegExp(value),
    ofText: regExpOf,
    mayRespell: true,
  });

/** Anything that can be stored: unchecked, typed as the application says. */
export function any<V = unknown>(): PropertyType<V> {
  const bound: BoundType<V> = {
    toStored: (value) => value,
    fromStored: (stored) => stored as V,
    fromText: (text) => text as V,
    mayRespell: false,
  };
  // What no key can hold is refused by its value.
  return { name: 'any value that can be stored', isKeyPart: false, isIndexable: true, bind: () => bound };
}
