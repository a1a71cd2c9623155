// An entity's payload: its stored properties in the codec of its record.

import type { Codec, PlainRecord } from '../codec/codec.js';
import { describeKeyParts } from '../codec/describe-key.js';
import { parseKey } from '../codec/record-key.js';
import type { StoredRecord } from '../codec/record.js';
import type { Hydrated } from '../entity/entity-instance.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { codecsOf } from './payload-codecs.js';

/** What storing needs of an entity's schema, whatever its class. */
export type StoredSchema = Pick<
  EntitySchema,
  'className' | 'name' | 'version' | 'settings' | 'keys' | 'indexes' | 'toPlain'
> & {
  /** The id of an entity. @throws TypeError if it is not set */
  idOf(entity: object): unknown;
  /** The record key of an id that `idOf` gave. */
  keyFor(id: unknown): Uint8Array;
};

/**
 * The payload of an entity.
 *
 * @param undeclared stored properties its class does not know, to be kept
 * @param codec what writes it. Default: what new records are written with
 * @throws ImmuError VALUE_REFUSED naming the property, VALUE_TOO_LARGE
 */
export function payloadOf(
  schema: StoredSchema,
  entity: object,
  undeclared: PlainRecord | undefined,
  codec: Codec = codecsOf(schema).writer,
): Uint8Array {
  return codec.encode(schema.toPlain(entity, undeclared), schema.className);
}

/**
 * The entity of a record that is no tombstone.
 *
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT, NEWER_RECORD
 */
export function entityOf<T extends object>(
  schema: EntitySchema<T>,
  record: StoredRecord,
  key: Uint8Array,
): Hydrated<T> {
  return schema.hydrate(plainOf(schema, record), key, record.entityVersion);
}

/**
 * The stored properties of a record that is no tombstone, as they were stored.
 *
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 */
export function plainOf(
  schema: Pick<StoredSchema, 'settings'>,
  { codec, payload }: Pick<StoredRecord, 'codec' | 'payload'>,
): Record<string, unknown> {
  return codecsOf(schema).reader(codec).decode(payload);
}

/** The entity a record key names, for errors: `Account "a"`. */
export function describeRecord(schema: StoredSchema, key: Uint8Array): string {
  return `${schema.className} ${describeKeyParts(parseKey(key).parts)}`;
}
