// Whether records list what their class says they are found under, and whether those entries are there.

import { equalBytes, NO_BYTES, toMapKey } from '../../bytes.js';
import type { VerifiedEntry } from '../../client/index.js';
import { ImmuError } from '../../errors.js';
import { describeRecord } from '../entity-bytes.js';
import { decodeRevision, type StoredRevision } from '../stored-revision.js';
import {
  type IndexEntry,
  indexEntriesOf,
  prepareWrite,
  type PreparedWrite,
} from '../write/prepared-write.js';
import { entriesAt, inParts, type Pass } from './pass.js';
import type { IndexFault } from './report.js';

/** What is wrong with a record or an entry. */
export type Fault = Omit<IndexFault, 'repaired'>;

/** A record that is not as it should be. */
export interface Amiss {
  readonly fault: Fault;
  /** What puts it right; undefined where nothing can. */
  readonly write: PreparedWrite | undefined;
  /** What it is to be found under. */
  readonly wanted: readonly IndexEntry[];
}

/** A record as it is now, and what it is to be found under. */
interface Looked<T extends object> {
  readonly key: Uint8Array;
  readonly revision: StoredRevision<T>;
  readonly wanted: readonly IndexEntry[];
}

/** The values of entries that are there, by key. */
type Entries = ReadonlyMap<string, Uint8Array>;

/** Looks at records. */
export function lookAt<T extends object>(pass: Pass<T>, keys: readonly Uint8Array[]): Promise<Amiss[]> {
  return inParts(keys, (part) => lookAtOnce(pass, part));
}

async function lookAtOnce<T extends object>(pass: Pass<T>, keys: readonly Uint8Array[]): Promise<Amiss[]> {
  const hopeless: Amiss[] = [];
  const looked = lookedOf(pass, await entriesAt(pass, keys), hopeless);
  const there = await valuesAt(pass, looked.flatMap(keysWanted));
  const suspects = looked.filter((one) => isListed(one) && absentOf(one, there).size > 0);
  const amiss = looked.filter((one) => !isListed(one)).map((one) => amissOf(pass, one, absentOf(one, there)));
  const confirmed = suspects.length === 0 ? [] : await lookTogether(pass, suspects, hopeless);
  return [...hopeless, ...amiss, ...confirmed];
}

/**
 * A record and its entries were read one after the other, and may have been changed in between: only what one answer says of
 * both counts. An entry that was not asked for came with a later revision, in its transaction.
 */
async function lookTogether<T extends object>(
  pass: Pass<T>,
  suspects: readonly Looked<T>[],
  hopeless: Amiss[],
): Promise<Amiss[]> {
  const entryKeys = suspects.flatMap(keysWanted);
  const found = await entriesAt(pass, [...suspects.map(({ key }) => key), ...entryKeys]);
  const looked = lookedOf(pass, found.slice(0, suspects.length), hopeless);
  const there = valuesOf(found.slice(suspects.length));
  const asked = new Set(entryKeys.map(toMapKey));
  return looked.flatMap((one) => {
    const absent = new Set([...absentOf(one, there)].filter((name) => asked.has(name)));
    return isListed(one) && absent.size === 0 ? [] : [amissOf(pass, one, absent)];
  });
}

/** Those that are stored and not deleted. What has expired is found all the same: it may be saved again. */
function lookedOf<T extends object>(
  { schema }: Pass<T>,
  entries: readonly (VerifiedEntry | undefined)[],
  hopeless: Amiss[],
): Looked<T>[] {
  return entries.flatMap((entry) => {
    if (entry === undefined) return [];
    const { key } = entry;
    let revision: StoredRevision<T>;
    try {
      revision = decodeRevision(schema, entry);
    } catch (error) {
      if (!(error instanceof ImmuError)) throw error;
      hopeless.push(hopelessly({ kind: 'unreadable', key, message: error.message }));
      return [];
    }
    const { entity } = revision;
    if (entity === undefined) return [];
    const wanted = attempt(() => indexEntriesOf(schema, key, entity));
    if ('value' in wanted) return [{ key, revision, wanted: wanted.value }];
    hopeless.push(hopelessly(refused(`${describeRecord(schema, key)} cannot be indexed`, key, wanted.error)));
    return [];
  });
}

/** Getters are the application's, and may throw whatever they like for what was stored before they were written. */
function attempt<Value>(work: () => Value): { readonly value: Value } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** The fault of a record that this code cannot index or store. */
export function refused(what: string, key: Uint8Array, error: unknown): Fault {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'refused', key, message: `${what}: ${why}` };
}

function keysWanted<T extends object>({ wanted }: Looked<T>): Uint8Array[] {
  return wanted.map(({ key }) => key);
}

async function valuesAt<T extends object>(pass: Pass<T>, keys: readonly Uint8Array[]): Promise<Entries> {
  return valuesOf(await entriesAt(pass, keys));
}

function valuesOf(entries: readonly (VerifiedEntry | undefined)[]): Entries {
  return new Map(entries.flatMap((entry) => (entry ? [[toMapKey(entry.key), entry.value] as const] : [])));
}

/** Whether a record lists exactly what it is to be found under. Both lists ascend. */
function isListed<T extends object>({ revision, wanted }: Looked<T>): boolean {
  const { indexKeys } = revision.base.facts;
  return (
    wanted.length === indexKeys.length &&
    wanted.every(({ key }, position) => equalBytes(key, indexKeys[position] ?? NO_BYTES))
  );
}

/** The entries that are not there, or say something else, by key. */
function absentOf<T extends object>({ wanted }: Looked<T>, there: Entries): ReadonlySet<string> {
  const names = wanted.flatMap(({ key, value }) => {
    const found = there.get(toMapKey(key));
    return found !== undefined && equalBytes(found, value) ? [] : [toMapKey(key)];
  });
  return new Set(names);
}

/** What the record lists and is not there is written as if the record did not list it yet. */
function amissOf<T extends object>({ schema }: Pass<T>, one: Looked<T>, absent: ReadonlySet<string>): Amiss {
  const { key, revision, wanted } = one;
  const { entity, base } = revision;
  const indexKeys = base.facts.indexKeys.filter((listed) => !absent.has(toMapKey(listed)));
  const pending = { schema, key, entity, base: { ...base, facts: { ...base.facts, indexKeys } } };
  const write = attempt(() => prepareWrite(pending));
  const subject = describeRecord(schema, key);
  if ('error' in write) return hopelessly(refused(`${subject} cannot be stored anew`, key, write.error));
  const missing = wanted.filter((entry) => absent.has(toMapKey(entry.key)));
  const names = [...new Set(missing.map(({ index }) => `"${index.name}"`))].join(', ');
  const fault: Fault = isListed(one)
    ? { kind: 'missing-entry', key, message: `${subject} lists an entry of ${names} that is not there` }
    : { kind: 'not-listed', key, message: `${subject} does not list what its class says it is found under` };
  return { fault, write: write.value, wanted };
}

function hopelessly(fault: Fault): Amiss {
  return { fault, write: undefined, wanted: [] };
}
