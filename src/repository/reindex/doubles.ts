// Which records cannot be indexed because another entity has a unique value of theirs.

import { equalBytes, toMapKey } from '../../bytes.js';
import type { VerifiedEntry } from '../../client/index.js';
import { describeRecord } from '../entity-bytes.js';
import { listsKey, ownerKeyOf } from './entry-owner.js';
import type { Amiss, Fault } from './look-at-records.js';
import { entriesAt, inParts, type Pass } from './pass.js';

/**
 * The faults of records, those told apart which another entity is in the way of: it has a unique value, and lists it. Where
 * nobody lists a value yet, whoever is indexed first will get it, and nobody is in the way so far.
 */
export function faultsOf<T extends object>(pass: Pass<T>, amiss: readonly Amiss[]): Promise<Fault[]> {
  return inParts(amiss, (part) => faultsAmong(pass, part));
}

async function faultsAmong<T extends object>(pass: Pass<T>, amiss: readonly Amiss[]): Promise<Fault[]> {
  const holders = await holdersOf(pass, amiss);
  return amiss.map(({ fault, wanted }) => {
    const taken = wanted.find(({ key }) => {
      const holder = holders.get(toMapKey(key));
      return holder !== undefined && !equalBytes(holder.key, fault.key);
    });
    const holder = taken && holders.get(toMapKey(taken.key));
    if (taken === undefined || holder === undefined) return fault;
    const subject = describeRecord(pass.schema, fault.key);
    const owner = describeRecord(pass.schema, holder.key);
    const message = `${subject} cannot have its value in the unique index "${taken.index.name}": ${owner} has it`;
    return { kind: 'unique-violation', key: fault.key, message };
  });
}

/** The records that have, and list, the unique values these want: by the value's key. */
async function holdersOf<T extends object>(
  pass: Pass<T>,
  amiss: readonly Amiss[],
): Promise<ReadonlyMap<string, VerifiedEntry>> {
  const uniques = amiss.flatMap(({ wanted }) => wanted.filter(({ index }) => index.unique));
  const entries = await entriesAt(
    pass,
    uniques.map(({ key }) => key),
  );
  const named = uniques.flatMap(({ key, index }, position) => {
    const entry = entries[position];
    const recordKey = entry && ownerKeyOf(pass.schema, index, entry);
    return recordKey === undefined ? [] : [{ key, recordKey }];
  });
  const records = await entriesAt(
    pass,
    named.map(({ recordKey }) => recordKey),
  );
  return new Map(
    named.flatMap(({ key }, position) => {
      const record = records[position];
      return record !== undefined && listsKey(record, key) ? [[toMapKey(key), record] as const] : [];
    }),
  );
}
