// An entity's payload: its stored properties in the one codec that new records are written with.

import { canonicalSuperjson } from '../codec/canonical-superjson.js';
import type { PlainRecord } from '../codec/codec.js';
import { describeKeyParts } from '../codec/describe-key.js';
import { parseKey } from '../codec/record-key.js';
import type { StoredRecord } from '../codec/record.js';
import type { Hydrated } from '../entity/entity-instance.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { ImmuError } from '../errors.js';

/** What storing needs of an entity's schema, whatever its class. */
export type StoredSchema = Pick<
  EntitySchema,
  'className' | 'name' | 'version' | 'keys' | 'indexes' | 'toPlain'
>;

/** The codec of new records. */
export const CODEC = canonicalSuperjson;

/**
 * The payload of an entity.
 *
 * @param undeclared stored properties its class does not know, to be kept
 * @throws ImmuError VALUE_REFUSED naming the property, VALUE_TOO_LARGE
 */
export function payloadOf(
  schema: StoredSchema,
  entity: object,
  undeclared: PlainRecord | undefined,
): Uint8Array {
  return CODEC.encode(schema.toPlain(entity, undeclared), schema.className);
}

/**
 * The entity of a record that is no tombstone.
 *
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 */
export function entityOf<T extends object>(
  schema: EntitySchema<T>,
  record: StoredRecord,
  key: Uint8Array,
): Hydrated<T> {
  if (record.codec !== CODEC.id) {
    throw new ImmuError(
      'UNSUPPORTED_FORMAT',
      `The payload was written by codec ${record.codec}; this version reads codec ${CODEC.id} (${CODEC.name}).`,
      { details: { codec: record.codec } },
    );
  }
  return schema.hydrate(CODEC.decode(record.payload), key);
}

/** The entity a record key names, for errors: `Account "a"`. */
export function describeRecord(schema: StoredSchema, key: Uint8Array): string {
  return `${schema.className} ${describeKeyParts(parseKey(key).parts)}`;
}
