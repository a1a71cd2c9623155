// A unique value that somebody else has, told so that a person knows which, of what, and who.

import { describeKeyParts } from '../../codec/describe-key.js';
import { parseKey } from '../../codec/record-key.js';
import { UniqueViolationError } from '../../errors.js';
import { describeRecord } from '../entity-bytes.js';
import type { IndexEntry, PreparedWrite } from './prepared-write.js';

function violation(
  entry: IndexEntry,
  write: PreparedWrite,
  owner: string,
  ownerKey: Uint8Array,
  cause?: unknown,
): UniqueViolationError {
  const { index, key } = entry;
  const { schema } = write;
  return new UniqueViolationError(
    `${describeRecord(schema, write.key)} cannot have ${index.properties.join(', ')} ` +
      `${describeKeyParts(parseKey(key).parts)}: ${owner} has it, and the index "${index.name}" of ${schema.className} is unique. ` +
      'Nothing was written.',
    { cause, details: { entity: schema.name, index: index.name, key: write.key, ownerKey } },
  );
}

/** Two writes of one transaction want the same unique value. */
export function takenTwice(
  entry: IndexEntry,
  first: PreparedWrite,
  second: PreparedWrite,
): UniqueViolationError {
  return violation(
    entry,
    second,
    `${describeRecord(first.schema, first.key)}, saved in the same transaction,`,
    first.key,
  );
}

/** A stored entity has the value. @param expired whether it does not count any more, and keeps its values all the same */
export function takenBy(
  entry: IndexEntry,
  write: PreparedWrite,
  ownerKey: Uint8Array,
  expired: boolean,
  cause: unknown,
): UniqueViolationError {
  const owner = describeRecord(write.schema, ownerKey);
  const hint = expired ? ' (expired; delete it to free its values)' : '';
  return violation(entry, write, `${owner}${hint}`, ownerKey, cause);
}
