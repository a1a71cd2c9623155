// Rows that cannot be new: their id was stored before, or somebody has a value that must be unique. What is found is proven;
// that there is nothing else is not, and is a condition of the write.

import { toMapKey } from '../bytes.js';
import { parseKeyParts } from '../codec/parse-key-parts.js';
import { parseRecord } from '../codec/parse-record.js';
import { encodeKey } from '../codec/record-key.js';
import { factsOf } from '../codec/revision-facts.js';
import type { ImmuClient, OperationOptions, VerifiedEntry } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { describeRecord } from '../repository/entity-bytes.js';
import type { CheckedRow } from './entity-rows.js';

/** What stands in the way of rows, by the line they begin in. */
export async function storedAlready<T extends object>(
  client: ImmuClient,
  schema: EntitySchema<T>,
  rows: readonly CheckedRow<T>[],
  options: OperationOptions,
): Promise<Map<number, string>> {
  const named = rows.filter(({ hasId }) => hasId);
  const uniques = rows.flatMap(({ row, write }) =>
    write.indexEntries.filter(({ index }) => index.unique).map(({ key, index }) => ({ row, key, index })),
  );
  const found = await client.verifiedGetAll(
    [...named, ...uniques].map(({ key }) => key),
    options,
  );
  const problems = new Map<number, string>();
  for (const [position, { row, key }] of named.entries()) {
    const entry = found[position];
    if (entry === undefined) continue;
    const story = `${describeRecord(schema, key)} was stored before, last in transaction ${String(entry.txId)}.`;
    problems.set(row.line, `${story} An import that updates changes what is stored.`);
  }
  const taken = uniques.flatMap((unique, position) => {
    const holder = found[named.length + position];
    const owner = holder && ownerOf(schema, holder);
    return owner === undefined ? [] : [{ ...unique, owner }];
  });
  const owners = await client.verifiedGetAll(
    taken.map(({ owner }) => owner),
    options,
  );
  for (const [position, { row, key, index, owner }] of taken.entries()) {
    if (problems.has(row.line) || !lists(owners[position], key)) continue;
    const values = index.properties.join(', ');
    problems.set(row.line, `${describeRecord(schema, owner)} has this ${values}, which must be unique.`);
  }
  return problems;
}

/** The record key of whoever a unique entry names. What no repository wrote names nobody: the write looks at it again. */
function ownerOf<T extends object>(
  { keys }: EntitySchema<T>,
  { value }: VerifiedEntry,
): Uint8Array | undefined {
  try {
    return encodeKey(keys, parseKeyParts(value));
  } catch {
    return undefined;
  }
}

/** Whether a record counts as who has a value: one that cannot be read may. */
function lists(owner: VerifiedEntry | undefined, key: Uint8Array): boolean {
  if (owner === undefined) return false;
  try {
    return factsOf(parseRecord(owner.value).extensions).indexKeys.some(
      (listed) => toMapKey(listed) === toMapKey(key),
    );
  } catch {
    return true;
  }
}
