// The record of an entity with other values in it, otherwise as it was: what somebody would write who edits the stored
// data.

import { parseRecord } from '../codec/parse-record.js';
import { encodeRecord } from '../codec/record.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { UpdateData } from '../entity/entity-types.js';
import { entityOf, payloadOf } from '../repository/entity-bytes.js';
import { codecsOf } from '../repository/payload-codecs.js';

/**
 * Forges a record.
 *
 * @param key where it is stored
 * @param stored its bytes
 * @param values the properties to be changed
 * @returns other bytes; the same for a deleted one, which has no values
 * @throws TypeError for properties it does not have · ImmuError VALUE_REFUSED, UNREADABLE_RECORD
 */
export function forgedRecord<T extends object>(
  schema: EntitySchema<T>,
  key: Uint8Array,
  stored: Uint8Array,
  values: UpdateData<T>,
): Uint8Array {
  const record = parseRecord(stored);
  if (record.tombstone) return stored;
  const { entity, undeclared } = entityOf(schema, record, key);
  schema.assign(entity, values);
  const codec = codecsOf(schema).reader(record.codec);
  const payload = payloadOf(schema, entity, undeclared, codec);
  return encodeRecord({ ...record, entityVersion: schema.version, payload });
}
