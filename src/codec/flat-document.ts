// The canonical document of properties that hold no others: most entities. Written straight, in the very bytes that the
// general way gives (canonical-superjson.ts), at a fraction of its cost.

import { types } from 'node:util';
import { isWellFormed, toBase64 } from '../bytes.js';
import type { PlainRecord } from './codec.js';
import { FORBIDDEN_NAMES } from './payload-limits.js';

/** What stands for itself in JSON and in superjson's paths. */
const PLAIN_NAME = /^[A-Za-z0-9_$-]+$/;

/** A value's JSON text, and what is noted beside it. */
type Written = readonly [json: string, note: string];

const NO_NOTE = '';

function writtenNumber(value: number): Written {
  if (Number.isFinite(value) && !Object.is(value, -0)) return [String(value), NO_NOTE];
  return [Object.is(value, -0) ? '"-0"' : `"${value}"`, '"number"'];
}

function writtenObject(value: object): Written | undefined {
  // Anything beside the content would be lost, and is refused by the general way.
  if (types.isUint8Array(value)) {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isBytes = prototype === Uint8Array.prototype || prototype === Buffer.prototype;
    return isBytes ? [`"${toBase64(value)}"`, '["custom","bytes"]'] : undefined;
  }
  if (!types.isDate(value) || Object.getPrototypeOf(value) !== Date.prototype) return undefined;
  if (Number.isNaN(value.getTime()) || Reflect.ownKeys(value).length > 0) return undefined;
  return [`"${Date.prototype.toISOString.call(value)}"`, '"Date"'];
}

function written(value: unknown): Written | undefined {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? [JSON.stringify(value), NO_NOTE] : undefined;
    case 'number':
      return writtenNumber(value);
    case 'bigint':
      return [`"${value}"`, '"bigint"'];
    case 'boolean':
      return [String(value), NO_NOTE];
    case 'object':
      return value === null ? ['null', NO_NOTE] : writtenObject(value);
    default:
      return undefined;
  }
}

/**
 * The canonical document.
 *
 * @param plain the properties of one entity; undefined ones are left out
 * @returns undefined where one holds others, or is not stored, or has an unusual name: the general way decides
 */
export function flatDocument(plain: PlainRecord): string | undefined {
  if (Object.getPrototypeOf(plain) !== Object.prototype) return undefined;
  if (Object.getOwnPropertySymbols(plain).length > 0) return undefined;
  let [json, notes] = ['', ''];
  for (const name of Object.keys(plain).sort()) {
    if (!PLAIN_NAME.test(name) || FORBIDDEN_NAMES.has(name)) return undefined;
    const value = plain[name];
    if (value === undefined) continue;
    const text = written(value);
    if (text === undefined) return undefined;
    json += `${json === '' ? '' : ','}"${name}":${text[0]}`;
    if (text[1] !== NO_NOTE) notes += `${notes === '' ? '' : ','}"${name}":[${text[1]}]`;
  }
  return notes === '' ? `{"json":{${json}}}` : `{"json":{${json}},"meta":{"v":1,"values":{${notes}}}}`;
}
