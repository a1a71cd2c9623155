// Whole keys: which kind, of which entity, under which name (FORMAT.md, "Keys").
import { concatBytes } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { describeKeyParts } from './describe-key.js';
import { encodeKeyParts, stringBody, type KeyPart } from './key-parts.js';
import { refuseKey, takeByte, takeParts, takeStringBody, type KeyCursor } from './parse-key-parts.js';

/** The first byte of every key: what else lives in the database is not ours. */
const MARK = 0xe1;

/** The second byte: what a key is for. */
export const KIND_BYTE = { record: 0x01, index: 0x02, unique: 0x03, meta: 0x04 } as const;

/** What a key is for: an entity's record, an index entry, a unique value, or something about an index. */
export type KeyKind = keyof typeof KIND_BYTE;

/** The most bytes a whole key may have. immudb's own limit is one more, taken by its prefix. */
export const MAX_KEY_BYTES = 1023;

const NAME = /^[a-z][a-z0-9._-]{0,63}$/;

/** All keys of one kind, of one entity, under one name: they share a prefix and a number of parts. */
export interface KeySpace {
  readonly kind: KeyKind;
  /** Empty unless the application separates its data. */
  readonly namespace: string;
  readonly entity: string;
  /** The index's name. `undefined` exactly for records. */
  readonly name: string | undefined;
  /** What every key of the space starts with, and no other key does. */
  readonly prefix: Uint8Array;
}

/** A key read back. */
export interface ParsedKey {
  readonly kind: KeyKind;
  readonly namespace: string;
  readonly entity: string;
  /** The index's name. `undefined` exactly for records. */
  readonly name: string | undefined;
  readonly parts: readonly KeyPart[];
}

/** Whether the text can name an entity or an index: a lower-case letter, then up to 63 of `a-z 0-9 . _ -`. */
export function isStoredName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Checks a name that will be part of keys for ever.
 *
 * @param what what it names, for the error: `entity`, `index` or `namespace`
 * @throws TypeError unless {@link isStoredName}
 */
export function verifyStoredName(what: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && isStoredName(name)) return;
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  throw new TypeError(
    `${typeof name === 'string' ? JSON.stringify(name) : String(name)} cannot be the name of ${article} ${what}: ` +
      'use a lower-case letter followed by up to 63 of a-z, 0-9, ".", "_" and "-".',
  );
}

function keySpace(kind: KeyKind, namespace: string, entity: string, name: string | undefined): KeySpace {
  if (namespace !== '') verifyStoredName('namespace', namespace);
  verifyStoredName('entity', entity);
  if (name !== undefined) verifyStoredName('index', name);
  const prefix = concatBytes(
    Uint8Array.of(MARK, KIND_BYTE[kind]),
    stringBody(namespace),
    stringBody(entity),
    ...(name === undefined ? [] : [stringBody(name)]),
  );
  return { kind, namespace, entity, name, prefix };
}

/**
 * Where the records of an entity are.
 *
 * @param entity its stored name
 * @param namespace default none
 * @throws TypeError for a name that is not one
 */
export function recordKeys(entity: string, namespace = ''): KeySpace {
  return keySpace('record', namespace, entity, undefined);
}

/**
 * Where the entries of an index are, or what is known about it.
 *
 * @param kind which of the three kinds that carry a name
 * @param entity the entity's stored name
 * @param name the index's name
 * @param namespace default none
 * @throws TypeError for a name that is not one
 */
export function namedKeys(
  kind: Exclude<KeyKind, 'record'>,
  entity: string,
  name: string,
  namespace = '',
): KeySpace {
  return keySpace(kind, namespace, entity, name);
}

/** Names the entity where a part is refused: the part itself does not know it. */
function encodeParts(space: KeySpace, parts: readonly KeyPart[]): Uint8Array {
  try {
    return encodeKeyParts(parts);
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(error.code, `${space.entity}: ${error.message}`, { cause: error });
  }
}

/**
 * One key.
 *
 * @param space what it belongs to
 * @param parts the id, or the index's values; always as many for one space
 * @throws ImmuError `VALUE_REFUSED` for a value that cannot be part of a key, `KEY_TOO_LARGE` naming the id
 */
export function encodeKey(space: KeySpace, parts: readonly KeyPart[]): Uint8Array {
  if (parts.length === 0 && space.kind !== 'meta')
    throw new TypeError(`A key of ${space.entity} needs a part.`);
  const key = concatBytes(space.prefix, encodeParts(space, parts));
  if (key.length <= MAX_KEY_BYTES) return key;
  throw new ImmuError(
    'KEY_TOO_LARGE',
    `The ${space.kind} key of ${space.entity} ${describeKeyParts(parts)} has ${key.length} bytes, ` +
      `at most ${MAX_KEY_BYTES} fit: use a shorter ${space.kind === 'record' ? 'id' : 'value'}.`,
    { details: { entity: space.entity, bytes: key.length, maxBytes: MAX_KEY_BYTES } },
  );
}

function takeName(cursor: KeyCursor): string {
  const name = takeStringBody(cursor);
  return isStoredName(name) ? name : refuseKey(cursor, 'a name that is not one');
}

function takeKind(cursor: KeyCursor): KeyKind {
  const byte = takeByte(cursor);
  for (const kind of ['record', 'index', 'unique', 'meta'] as const)
    if (KIND_BYTE[kind] === byte) return kind;
  return refuseKey(cursor, `unknown kind ${byte}`);
}

/**
 * Reads a key back.
 *
 * @param bytes from anyone
 * @throws ImmuError `UNREADABLE_RECORD` unless it is one that {@link encodeKey} writes
 */
export function parseKey(bytes: Uint8Array): ParsedKey {
  const cursor: KeyCursor = { bytes, at: 0 };
  if (bytes.length > MAX_KEY_BYTES) refuseKey(cursor, `${bytes.length} bytes`);
  if (takeByte(cursor) !== MARK) refuseKey(cursor, 'another first byte');
  const kind = takeKind(cursor);
  const namespace = takeStringBody(cursor);
  if (namespace !== '' && !isStoredName(namespace)) refuseKey(cursor, 'a namespace that is not one');
  const entity = takeName(cursor);
  const name = kind === 'record' ? undefined : takeName(cursor);
  const parts = takeParts(cursor);
  if (parts.length === 0 && kind !== 'meta') refuseKey(cursor, 'no parts');
  return { kind, namespace, entity, name, parts };
}
