// What a write will take of a transaction, told before anything is sent.

import type { ClientLimits } from '../../client/index.js';
import { ImmuError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import type { StoredSchema } from '../entity-bytes.js';
import { changesNothing } from '../ledger-records.js';
import type { WriteOptions } from '../records.js';
import { markerOf } from './idempotency.js';
import { expiring, type PendingWrite, prepareWrite } from './prepared-write.js';
import { newWriteId } from './write-id.js';
import { planWrites, type WriteCounts } from './write-plan.js';

/** What saving would write. */
export interface WriteForecast extends WriteCounts {
  /** Entities that hold what is stored already: nothing is written for them. */
  readonly unchanged: number;
  /** Whether one transaction takes it. */
  readonly fits: boolean;
  /** What one transaction takes. */
  readonly limits: Pick<ClientLimits, 'maxEntriesPerTx' | 'maxPreconditions' | 'maxMessageBytes'>;
}

/**
 * Counts what writing would take.
 *
 * @throws as the write itself would: ImmuError VALUE_REFUSED, ACTOR_REQUIRED … · UniqueViolationError within the batch
 */
export function planOf(
  context: RepositoryContext,
  pending: readonly PendingWrite[],
  { expiresAt, idempotencyKey }: WriteOptions,
): WriteForecast {
  const prepared = pending.map((write) => prepareWrite(expiring(write, expiresAt)));
  const changed = prepared.filter((write) => !changesNothing(write));
  const provenance =
    changed.length === 0 ? {} : context.provenance.current(changed.map(({ schema }) => schema));
  const marker = changed.length === 0 ? undefined : markerOf(prepared, idempotencyKey);
  const { counts } = planWrites(changed, newWriteId(), { provenance, marker });
  const { maxEntriesPerTx, maxPreconditions, maxMessageBytes } = context.client.limits;
  return {
    ...counts,
    unchanged: prepared.length - changed.length,
    fits:
      counts.entries <= maxEntriesPerTx &&
      counts.preconditions <= maxPreconditions &&
      counts.bytes <= maxMessageBytes,
    limits: { maxEntriesPerTx, maxPreconditions, maxMessageBytes },
  };
}

/** How many entities fit one transaction even if each moves all its index entries. */
export function batchLimitOf({ indexes }: StoredSchema, limits: ClientLimits): number {
  const entriesEach = 1 + 2 * indexes.length;
  const conditionsEach = 1 + indexes.filter(({ unique }) => unique).length;
  const { maxEntriesPerTx, maxPreconditions } = limits;
  return Math.min(Math.floor(maxEntriesPerTx / entriesEach), Math.floor(maxPreconditions / conditionsEach));
}

/** Refuses what fits in no case, before any of it is read. @throws ImmuError BATCH_TOO_LARGE */
export function assertBatch(schema: StoredSchema, count: number, limits: ClientLimits): void {
  const most = Math.min(limits.maxEntriesPerTx, limits.maxPreconditions);
  if (count <= most) return;
  const limit = batchLimitOf(schema, limits);
  throw new ImmuError(
    'BATCH_TOO_LARGE',
    `${count} ${schema.className} entities do not fit one transaction, which takes ${most} at the most, and ${limit} in any case. ` +
      'Nothing is split silently: save them in batches of batchLimit(), each of which is a transaction of its own.',
    { details: { entity: schema.name, count, limit } },
  );
}
