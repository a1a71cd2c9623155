// What goes into a document and comes out of one. What goes in is checked and copied, so that what is compared with its
// proof later is what was sent.

import { isPlainObject } from '../../plain-object.js';
import { ImmuError } from '../../errors.js';
import type { DocumentObject, DocumentValue } from '../../proof/index.js';
import { printable } from '../printable.js';

/** How deep objects and lists may stand in one another: deeper ones are stored by the server, but no search reads them. */
export const MAX_DOCUMENT_DEPTH = 30;

/** From here on a number is no 64-bit integer whose digits could have been lost. */
const PAST_INTEGERS = 2 ** 63;

const LONE_SURROGATE = /\p{Surrogate}/u;
const HALF_A_PAIR = 'the text has half a surrogate pair, which UTF-8 cannot hold';

/** A value that is no list and no object. */
export type DocumentScalar = null | boolean | number | string;

/**
 * A copy of a document, without what is `undefined`.
 *
 * @param document possibly untyped
 * @throws ImmuError VALUE_REFUSED, naming the field, for what would not come back as it was
 */
export function documentToSend(document: DocumentObject): DocumentObject {
  if (!isPlainObject(document)) throw refused('', 'a document is a plain object, and this is none');
  return copyObject(document, '', 1);
}

/** Documents to insert, each as {@link documentToSend}. @throws ImmuError VALUE_REFUSED · INVALID_ARGUMENT for none */
export function documentsToSend(documents: readonly DocumentObject[]): DocumentObject[] {
  if (documents.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'There are no documents to insert: give at least one.');
  return documents.map(documentToSend);
}

/**
 * A document of an unverified answer: plain objects, whatever their fields are called. What generated code reads a field
 * `__proto__` into is the prototype of the object, which is undone here; a value of it that is no object is lost, and
 * read only by proof.
 */
export function documentReceived(document: object): DocumentObject {
  const copy = {};
  for (const [name, value] of Object.entries(document)) setField(copy, name, valueReceived(value));
  const prototype: unknown = Object.getPrototypeOf(document);
  if (prototype !== Object.prototype) setField(copy, '__proto__', valueReceived(prototype));
  return copy;
}

function valueReceived(value: unknown): DocumentValue {
  if (Array.isArray(value)) return value.map(valueReceived);
  return typeof value === 'object' && value !== null ? documentReceived(value) : (value as DocumentValue);
}

function setField(target: object, name: string, value: DocumentValue): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function copyObject(object: object, path: string, depth: number): DocumentObject {
  const copy: Record<string, DocumentValue> = {};
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    const at = path === '' ? name : `${path}.${name}`;
    // A field of that name would be the prototype of what others read.
    if (name === '__proto__') throw refused(at, 'a field cannot be called __proto__');
    if (LONE_SURROGATE.test(name)) throw refused(at, HALF_A_PAIR);
    if (value !== undefined) copy[name] = copyValue(value, at, depth);
  }
  return copy;
}

function copyValue(value: unknown, path: string, depth: number): DocumentValue {
  const isList = Array.isArray(value);
  if (!isList && !isPlainObject(value)) return checkScalar(value, path);
  if (depth >= MAX_DOCUMENT_DEPTH)
    throw refused(path, `objects and lists may stand in one another ${MAX_DOCUMENT_DEPTH} deep`);
  if (!isList) return copyObject(value, path, depth + 1);
  // Array.from, as map would pass over holes.
  return Array.from(value, (item: unknown, index) => copyValue(item, `${path}[${index}]`, depth + 1));
}

/** What a document can hold at one place, besides lists and objects. @throws ImmuError VALUE_REFUSED */
export function checkScalar(value: unknown, path: string): DocumentScalar {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw refused(path, HALF_A_PAIR);
    return value;
  }
  if (typeof value === 'number') return checkNumber(value, path);
  if (typeof value === 'bigint')
    throw refused(path, 'documents hold no bigint: give it as text, or as a number up to 2^53');
  throw refused(
    path,
    'documents hold what JSON does: null, booleans, numbers, text, lists and plain objects',
  );
}

function checkNumber(value: number, path: string): number {
  if (!Number.isFinite(value)) throw refused(path, `${value} is no number that JSON has`);
  if (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= PAST_INTEGERS)
    return value;
  throw refused(
    path,
    `${value} is an integer beyond 2^53, of which documents, holding doubles, lose the last digits: give it as text`,
  );
}

function refused(path: string, why: string): ImmuError {
  const field = printable(path, 128);
  return new ImmuError('VALUE_REFUSED', `${path === '' ? 'The document' : `Field "${field}"`}: ${why}.`, {
    details: { field },
  });
}
