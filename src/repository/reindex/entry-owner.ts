// Whose an index entry is: the record it speaks of, and whether that record says so too.

import { equalBytes } from '../../bytes.js';
import { parseRecord } from '../../codec/parse-record.js';
import { factsOf } from '../../codec/revision-facts.js';
import type { VerifiedEntry } from '../../client/index.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { rangeOfPrefix } from '../query/key-range.js';
import { recordKeyOf } from '../query/record-key-of.js';
import { isUnreadable } from '../query/unreadable.js';

/** The key of the record an entry speaks of; undefined for an entry that speaks of none. */
export function ownerKeyOf<T extends object>(
  schema: EntitySchema<T>,
  index: IndexSchema,
  entry: VerifiedEntry,
): Uint8Array | undefined {
  return recordKeyOf(schema, { index, range: rangeOfPrefix(index.keys.prefix), desc: false }, entry);
}

/** Whether a record lists an entry. One that this code cannot read may do so, as newer code sees it. */
export function listsKey(record: VerifiedEntry, key: Uint8Array): boolean {
  try {
    return factsOf(parseRecord(record.value).extensions).indexKeys.some((listed) => equalBytes(listed, key));
  } catch (error) {
    if (isUnreadable(error)) return true;
    throw error;
  }
}
