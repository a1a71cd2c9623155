// Over all entries of an entity's indexes: an entry that no record lists is never answered, and is cleared away.

import { NO_BYTES, toHex, toMapKey } from '../../bytes.js';
import { describeKeyParts } from '../../codec/describe-key.js';
import { parseKey } from '../../codec/record-key.js';
import type { VerifiedEntry } from '../../client/index.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { ImmuError } from '../../errors.js';
import { rangeOfPrefix } from '../query/key-range.js';
import { isUnreadable } from '../query/unreadable.js';
import { listsKey, ownerKeyOf } from './entry-owner.js';
import { entriesAt, inParts, keysIn, type Pass } from './pass.js';

/** Looks at every entry of an index, and deletes those that no record lists, unless it is only to check. */
export async function passOverEntries<T extends object>(
  pass: Pass<T>,
  index: IndexSchema,
  pageSize: number,
): Promise<void> {
  const { check, tally } = pass;
  for await (const keys of keysIn(pass, rangeOfPrefix(index.keys.prefix), pageSize)) {
    const orphans = await inParts(keys, (part) => orphansAmong(pass, index, part));
    tally.entries += keys.length;
    if (!check) await clearAway(pass, index, orphans);
    else for (const orphan of orphans) takeDown(pass, index, orphan, false);
    tally.tell('entries');
  }
}

/** Entries that are there, and that the records they speak of do not list. */
async function orphansAmong<T extends object>(
  pass: Pass<T>,
  index: IndexSchema,
  keys: readonly Uint8Array[],
): Promise<VerifiedEntry[]> {
  const ownerOf = (entry: VerifiedEntry) => ownerKeyOf(pass.schema, index, entry);
  const entries = (await entriesAt(pass, keys)).filter((entry) => entry !== undefined);
  const owners = await entriesAt(
    pass,
    entries.flatMap((entry) => ownerOf(entry) ?? []),
  );
  const isOrphan = orphanRule(ownerOf, owners);
  const suspects = entries.filter(isOrphan);
  if (suspects.length === 0) return [];
  // Entries and records were read one after the other, and may have changed in between: one answer must say it of both.
  const named = suspects.flatMap((entry) => ownerOf(entry) ?? []);
  const again = await entriesAt(pass, [...suspects.map(({ key }) => key), ...named]);
  const asked = new Set(named.map(toMapKey));
  const isOrphanStill = orphanRule(ownerOf, again.slice(suspects.length));
  return again.slice(0, suspects.length).filter((entry): entry is VerifiedEntry => {
    const owner = entry && ownerOf(entry);
    // A unique value that has just passed to another entity is in use.
    const isNew = owner !== undefined && !asked.has(toMapKey(owner));
    return entry !== undefined && !isNew && isOrphanStill(entry);
  });
}

/** @param records those that entries speak of, as far as they are there */
function orphanRule(
  ownerOf: (entry: VerifiedEntry) => Uint8Array | undefined,
  records: readonly (VerifiedEntry | undefined)[],
): (entry: VerifiedEntry) => boolean {
  const byKey = new Map(records.flatMap((entry) => (entry ? [[toMapKey(entry.key), entry] as const] : [])));
  return (entry) => {
    const owner = ownerOf(entry);
    const record = owner && byKey.get(toMapKey(owner));
    return record === undefined || !listsKey(record, entry.key);
  };
}

/** In one transaction where possible. An entry that a writer has taken into use meanwhile is none of those. */
async function clearAway<T extends object>(
  pass: Pass<T>,
  index: IndexSchema,
  orphans: readonly VerifiedEntry[],
): Promise<void> {
  if (orphans.length === 0) return;
  const { context, bounds, tally } = pass;
  const metadata = { deleted: true, nonIndexable: false };
  const tombstones = orphans.map(({ key }) => ({ key, value: NO_BYTES, metadata }));
  const preconditions = orphans.map(({ key, txId }) => ({ kind: 'notModifiedAfter', key, txId }) as const);
  try {
    await context.client.verifiedSet(tombstones, { ...bounds, preconditions });
    for (const orphan of orphans) takeDown(pass, index, orphan, true);
    tally.deleted += orphans.length;
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'PRECONDITION_FAILED') throw error;
    if (orphans.length === 1) return;
    const half = Math.ceil(orphans.length / 2);
    await clearAway(pass, index, orphans.slice(0, half));
    await clearAway(pass, index, orphans.slice(half));
  }
}

function takeDown<T extends object>(
  { tally }: Pass<T>,
  { name }: IndexSchema,
  { key }: VerifiedEntry,
  repaired: boolean,
): void {
  const message = `The index "${name}" has an entry ${describeEntry(key)} that no record lists`;
  tally.found({ kind: 'orphan-entry', key, message }, repaired);
}

/** Something else may have written it. */
function describeEntry(key: Uint8Array): string {
  try {
    return describeKeyParts(parseKey(key).parts);
  } catch (error) {
    if (isUnreadable(error)) return `0x${toHex(key)}`;
    throw error;
  }
}
