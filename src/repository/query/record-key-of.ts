// From an index entry to the record it points to: a hint, as the entry is not proven and the record decides.
import { parseKeyParts } from '../../codec/parse-key-parts.js';
import { encodeKey } from '../../codec/record-key.js';
import { ImmuError } from '../../errors.js';
import type { Listed } from './listing.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { Query } from './query.js';

/**
 * The record that a listed key stands for: itself, or the one whose id an index key ends with, or a unique one holds.
 *
 * @returns undefined for an entry that names no id: something else wrote it
 */
export function recordKeyOf<T extends object>(
  { keys, idProperties }: EntitySchema<T>,
  { index }: Query,
  { key, value }: Listed,
): Uint8Array | undefined {
  if (index === undefined) return key;
  try {
    const held = parseKeyParts(key.subarray(index.keys.prefix.length));
    const id = index.unique ? parseKeyParts(value) : held.slice(index.properties.length);
    return id.length === idProperties.length ? encodeKey(keys, id) : undefined;
  } catch (error) {
    if (error instanceof ImmuError) return undefined;
    throw error;
  }
}
