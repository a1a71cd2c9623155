// Why a transaction's conditions did not hold. The server does not say which: what they speak of is read, with proofs.

import { toMapKey } from '../../bytes.js';
import { describeKeyParts } from '../../codec/describe-key.js';
import { parseRecord } from '../../codec/parse-record.js';
import { parseKeyParts } from '../../codec/parse-key-parts.js';
import { encodeKey, parseKey } from '../../codec/record-key.js';
import { factsOf } from '../../codec/revision-facts.js';
import type { ImmuClient, OperationOptions, VerifiedEntry } from '../../client/index.js';
import { ConflictError, ImmuError } from '../../errors.js';
import { describeRecord } from '../entity-bytes.js';
import type { IndexEntry } from './prepared-write.js';
import { takenBy } from './unique-violation.js';
import type { AddedEntry, Guard, WritePlan } from './write-plan.js';

/** What a refused plan asks for. */
export type Refusal =
  | { readonly kind: 'error'; readonly error: ImmuError }
  /** Nothing is in the way any more: plan again, and take over those unique keys that are there and nobody's. */
  | {
      readonly kind: 'again';
      readonly orphans: ReadonlyMap<string, bigint>;
      /** To be thrown where that is not done. */
      readonly error: ImmuError;
    };

/** The plan that was refused. */
export interface RefusedPlan {
  readonly plan: WritePlan;
  readonly guards: readonly Guard[];
  readonly cause: ImmuError;
}

/** Finds out why a plan was refused. */
export async function explainRefusal(
  client: ImmuClient,
  refused: RefusedPlan,
  options: OperationOptions,
): Promise<Refusal> {
  const { plan, guards, cause } = refused;
  const uniques = plan.added.filter(({ index }) => index.unique);
  const keys = [
    ...plan.records.map(({ write }) => write.key),
    ...guards.map(({ key }) => key),
    ...uniques.map(({ key }) => key),
  ];
  const found = await client.verifiedGetAll(keys, options);
  const movedWrites = plan.records.flatMap(({ write: { schema, key, base } }, index) =>
    moved({ key, txId: base?.txId }, found[index], describeRecord(schema, key)),
  );
  const movedGuards = guards.flatMap((guard, index) =>
    moved(guard, found[plan.records.length + index], `${describeRead(guard.key)}, which was only read,`),
  );
  const changed = [...movedWrites, ...movedGuards];
  if (changed.length > 0) return { kind: 'error', error: conflict(changed, cause) };
  if (uniques.length === 0) return { kind: 'error', error: conflict([], cause) };
  const holders = found.slice(plan.records.length + guards.length);
  return explainUniques(client, plan, uniques, holders, cause, options);
}

/** Whatever it is of: `account "a"`. */
function describeRead(key: Uint8Array): string {
  const { entity, parts } = parseKey(key);
  return `${entity} ${describeKeyParts(parts)}`;
}

interface Moved {
  readonly key: Uint8Array;
  readonly story: string;
  /** The transaction that changed it. */
  readonly txId?: bigint | undefined;
}

function moved(guard: Guard, now: VerifiedEntry | undefined, subject: string): Moved[] {
  if (now?.txId === guard.txId) return [];
  const builtOn =
    guard.txId === undefined ? 'was to be new' : `was loaded at transaction ${String(guard.txId)}`;
  const since = now === undefined ? '' : ` and was written in transaction ${String(now.txId)}`;
  return [{ key: guard.key, story: `${subject} ${builtOn}${since}`, txId: now?.txId }];
}

function conflict(changed: readonly Moved[], cause: ImmuError): ConflictError {
  const stories = changed.slice(0, 5).map(({ story }) => story);
  return new ConflictError(
    `${stories.length === 0 ? 'An entity was changed' : stories.join('; ')} (another writer was first). Nothing was written: load ` +
      'again, decide anew, and save.',
    {
      cause,
      details: {
        changed: changed.map(({ key }) => key),
        newestTxId: changed.reduce((newest, { txId = 0n }) => (txId > newest ? txId : newest), 0n),
      },
    },
  );
}

/** A unique value counts only while the record of whoever has it lists it. */
async function explainUniques(
  client: ImmuClient,
  plan: WritePlan,
  uniques: readonly AddedEntry[],
  holders: readonly (VerifiedEntry | undefined)[],
  cause: ImmuError,
  options: OperationOptions,
): Promise<Refusal> {
  const written = new Map(plan.records.map(({ write }) => [toMapKey(write.key), write]));
  const orphans = new Map<string, bigint>();
  for (const [position, entry] of uniques.entries()) {
    const holder = holders[position];
    if (holder === undefined) continue;
    const ownerKey = ownerOf(entry, holder);
    const writing = ownerKey && written.get(toMapKey(ownerKey));
    // Who gives it up in this very transaction is no obstacle.
    if (ownerKey !== undefined && (writing === undefined || has(writing.indexEntries, entry))) {
      const owner = await client.verifiedGet(ownerKey, options);
      const facts = owner && factsOfOwner(entry, owner);
      const lists = facts?.indexKeys.some((key) => toMapKey(key) === toMapKey(entry.key)) === true;
      if (lists) {
        const expired = facts.expiresAt !== undefined && facts.expiresAt <= Date.now();
        return { kind: 'error', error: takenBy(entry, entry.write, ownerKey, expired, cause) };
      }
    }
    orphans.set(toMapKey(entry.key), holder.txId);
  }
  const stories = uniques.slice(0, 1).map(({ key, index }) => ({
    key,
    story: `A value of the unique index "${index.name}" was taken and given up again meanwhile`,
  }));
  return { kind: 'again', orphans, error: conflict(stories, cause) };
}

function has(entries: readonly IndexEntry[], { key }: IndexEntry): boolean {
  return entries.some((entry) => toMapKey(entry.key) === toMapKey(key));
}

/** @throws ImmuError naming the owner where its record cannot be read: then nobody can say whether it lists the value */
function factsOfOwner({ index, write: { schema } }: AddedEntry, { key, value, txId }: VerifiedEntry) {
  try {
    return factsOf(parseRecord(value).extensions);
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(
      error.code,
      `A value of the unique index "${index.name}" may be that of ${describeRecord(schema, key)}, as committed in transaction ` +
        `${String(txId)}. Nothing was written: ${error.message}`,
      { cause: error, details: { ...error.details, entity: schema.name, index: index.name, key, txId } },
    );
  }
}

/** The record key of whoever a unique entry names; undefined for one that names nobody. */
function ownerOf({ write: { schema } }: AddedEntry, holder: VerifiedEntry): Uint8Array | undefined {
  try {
    return encodeKey(schema.keys, parseKeyParts(holder.value));
  } catch (error) {
    // No repository wrote it: without an id, or with one that is too long.
    if (error instanceof ImmuError || error instanceof TypeError) return undefined;
    throw error;
  }
}
