// All revisions of one entity, and the check that they are one unbroken chain: each names its predecessor by number,
// transaction and hash, so that a revision the server leaves out, repeats or invents is found.

import { isLinkAfter } from '../codec/revision-chain.js';
import type { OperationOptions, VerifiedEntry, VerifiedRevision } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { ImmuError, VerificationError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { decodeRevision, type StoredRevision } from './stored-revision.js';
import { describeRecord, type StoredSchema } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { handOut, type HandingOut } from './hand-out.js';
import { latestOf, predecessorOf } from './time/chain.js';
import { chainFork, notSuccessor, sharesPredecessor } from './time/chain-errors.js';
import type { Verified } from './verified.js';

/** The operation, for those who are told of a contradiction. */
const OPERATION = 'history';

/** One revision of an entity, as history lists it. */
export interface Revision<T> {
  /** 1, 2, 3 … */
  readonly revision: bigint;
  /** Whether this revision deleted the entity. */
  readonly deleted: boolean;
  /** The entity as of this revision; undefined where it was deleted. */
  readonly entity: Verified<T> | undefined;
  /** The version of the class that wrote it. */
  readonly entityVersion: number;
  readonly txId: bigint;
  /** When the server says it committed it. */
  readonly committedAt: Date;
  /** Who wrote it, as the application said; so are the two below. */
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
  /** When it ceases to count; undefined for never. */
  readonly expiresAt: Date | undefined;
  /** What proves it. */
  readonly evidence: Evidence;
}

/**
 * Reads, proves and chains every revision of a key, oldest first. Up to the newest one that is shown, none is missing;
 * that there is no newer one is not provable.
 *
 * @throws ChainForkError if two revisions name the same predecessor
 * @throws VerificationError CHAIN_BROKEN if one is missing between the others
 */
export async function readHistory<T extends object>(
  context: Pick<RepositoryContext, 'client' | 'lifecycle'>,
  schema: EntitySchema<T>,
  key: Uint8Array,
  options: OperationOptions,
): Promise<Revision<T>[]> {
  const listed = await context.client.verifiedHistory(key, options);
  const revisions = listed.map((entry) => decodeRevision(schema, valueOf(schema, entry)));
  try {
    revisions.forEach((revision, index) => {
      assertFollows(schema, key, revisions[index - 1], revision);
    });
  } catch (error) {
    if (error instanceof VerificationError) context.client.report(OPERATION, error);
    throw error;
  }
  return revisions.map((revision) => revisionOf(context, schema, revision));
}

/**
 * Reads the revisions of a key one by one, newest first: each is the one that the revision before it names. For entities
 * with more revisions than fit into memory; costs a call for each, and stops reading where the caller does.
 *
 * A fork shows only in {@link readHistory}: here one of its branches is followed.
 *
 * @param options `timeoutMs` holds for each revision, `signal` for all
 * @throws VerificationError CHAIN_BROKEN if a revision that another one names is not shown
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT, ABORTED between two revisions, and others
 */
export async function* historyPages<T extends object>(
  context: Pick<RepositoryContext, 'client' | 'lifecycle'>,
  schema: EntitySchema<T>,
  key: Uint8Array,
  options: OperationOptions,
): AsyncGenerator<Revision<T>, void, undefined> {
  const chain = { client: context.client, schema, key, operation: OPERATION };
  let revision = await latestOf(chain, options);
  while (revision !== undefined) {
    yield revisionOf(context, schema, decodeRevision(schema, revision.entry));
    revision = await predecessorOf(chain, revision, options);
  }
}

/** A revision to hand out, with the evidence bound to its instance. */
function revisionOf<T extends object>(
  context: HandingOut,
  schema: EntitySchema<T>,
  revision: StoredRevision<T>,
): Revision<T> {
  const { record, base, evidence } = revision;
  const { actor, reason, correlationId, expiresAt } = base.facts;
  return {
    revision: record.revision,
    deleted: record.tombstone,
    entity: handOut(context, schema, revision) as Verified<T> | undefined,
    entityVersion: record.entityVersion,
    txId: evidence.txId,
    committedAt: evidence.committedAt,
    actor,
    reason,
    correlationId,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    evidence,
  };
}

/** Record keys hold plain values only; anything else was written by another program. */
function valueOf(schema: StoredSchema, entry: VerifiedRevision): VerifiedEntry {
  if (entry.kind === 'value') return entry;
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `${describeRecord(schema, entry.key)} was written as ${entry.kind} in transaction ${String(entry.txId)}, which no ` +
      'repository does: another program wrote to its key.',
    { details: { entity: schema.name, key: entry.key, txId: entry.txId } },
  );
}

function assertFollows(
  schema: StoredSchema,
  key: Uint8Array,
  before: StoredRevision<object> | undefined,
  revision: StoredRevision<object>,
): void {
  if (isLinkAfter(revision.record, before?.base)) return;
  const [first, second] = [before === undefined ? undefined : placed(before), placed(revision)];
  if (first !== undefined && sharesPredecessor(first, second)) throw chainFork(schema, key, first, second);
  throw notSuccessor(schema, key, first, second);
}

function placed({ record, base }: StoredRevision<object>) {
  return { record, txId: base.txId };
}
