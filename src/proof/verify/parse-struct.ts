// A document's own bytes, a `google.protobuf.Struct`, as a plain object. The hash covers bytes that a lenient reader may take
// in several ways (a field twice, fields it does not know), so that nothing but one reading is accepted.

import type { DocumentObject, DocumentValue } from './document-value.js';
import { failure } from './failure.js';
import { MessageBytes, WireType } from './message-bytes.js';

/** How deep objects and lists may stand in one another in what is read. */
export const MAX_READ_DEPTH = 100;

const tagOf = (number: number, type: number) => (number << 3) | type;
const FIELDS = tagOf(1, WireType.BYTES);
const [ENTRY_KEY, ENTRY_VALUE] = [tagOf(1, WireType.BYTES), tagOf(2, WireType.BYTES)];
const VALUES = tagOf(1, WireType.BYTES);
const VALUE = {
  NULL: tagOf(1, WireType.VARINT),
  NUMBER: tagOf(2, WireType.FIXED64),
  STRING: tagOf(3, WireType.BYTES),
  BOOL: tagOf(4, WireType.VARINT),
  STRUCT: tagOf(5, WireType.BYTES),
  LIST: tagOf(6, WireType.BYTES),
} as const;

/**
 * Reads a document.
 *
 * @param bytes untrusted, or proven: then the only document they can be read as
 * @param where their name in the answer
 * @returns a plain object in memory of its own; a field called `__proto__` is a field like others
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE for more than {@link MAX_READ_DEPTH} levels
 */
export function parseStruct(bytes: Uint8Array, where: string): DocumentObject {
  return readStruct(bytes, where, 1);
}

/** Sets an own property, whatever it is called. */
export function setField(target: object, name: string, value: DocumentValue): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function readStruct(bytes: Uint8Array, where: string, depth: number): DocumentObject {
  requireDepth(where, depth);
  const reader = new MessageBytes(bytes, where);
  const object = {};
  while (!reader.ended) {
    if (reader.tag() !== FIELDS) throw reader.refuse('fields of a document', 'something else');
    const [name, value] = readField(reader.bytes(), where, depth);
    if (Object.hasOwn(object, name))
      throw reader.refuse('each field once', `the field ${JSON.stringify(name)} twice`);
    setField(object, name, value);
  }
  return object;
}

function readField(bytes: Uint8Array, where: string, depth: number): [string, DocumentValue] {
  const reader = new MessageBytes(bytes, where);
  let name: string | undefined;
  let value: DocumentValue | undefined;
  while (!reader.ended) {
    const tag = reader.tag();
    if (tag === ENTRY_KEY && name === undefined) name = reader.text();
    else if (tag === ENTRY_VALUE && value === undefined) value = readValue(reader.bytes(), where, depth);
    else throw reader.refuse('a name and a value', 'something else');
  }
  if (value === undefined) throw reader.refuse('a value', undefined);
  return [name ?? '', value];
}

function readValue(bytes: Uint8Array, where: string, depth: number): DocumentValue {
  const reader = new MessageBytes(bytes, where);
  const value = readKind(reader, where, depth);
  if (!reader.ended) throw reader.refuse('one value', 'more');
  return value;
}

function readKind(reader: MessageBytes, where: string, depth: number): DocumentValue {
  if (reader.ended) throw reader.refuse('a value', undefined);
  switch (reader.tag()) {
    case VALUE.NULL:
      if (reader.varint() !== 0) throw reader.refuse('null', 'a number that means nothing');
      return null;
    case VALUE.NUMBER:
      return reader.double();
    case VALUE.STRING:
      return reader.text();
    case VALUE.BOOL:
      return readBool(reader);
    case VALUE.STRUCT:
      return readStruct(reader.bytes(), where, depth + 1);
    case VALUE.LIST:
      return readList(reader.bytes(), where, depth + 1);
    default:
      throw reader.refuse('a kind of value', 'something else');
  }
}

function readBool(reader: MessageBytes): boolean {
  const value = reader.varint();
  if (value > 1) throw reader.refuse('true or false', value);
  return value === 1;
}

function readList(bytes: Uint8Array, where: string, depth: number): DocumentValue[] {
  requireDepth(where, depth);
  const reader = new MessageBytes(bytes, where);
  const list: DocumentValue[] = [];
  while (!reader.ended) {
    if (reader.tag() !== VALUES) throw reader.refuse('values of a list', 'something else');
    list.push(readValue(reader.bytes(), where, depth));
  }
  return list;
}

function requireDepth(where: string, depth: number): void {
  if (depth <= MAX_READ_DEPTH) return;
  throw failure('PROOF_TOO_LARGE', {
    check: `levels of ${where}`,
    expected: `at most ${MAX_READ_DEPTH}`,
    found: depth,
  });
}
