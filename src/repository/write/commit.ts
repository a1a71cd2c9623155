// One transaction from prepared writes: sent under its conditions, all committed or none, and evidence bound only to
// what was proven.

import type { OperationOptions, VerifiedEntry } from '../../client/index.js';
import { ImmuError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import { baseOf, evidenceFor } from '../stored-revision.js';
import { track } from '../verified.js';
import { markerOf, replayed } from './idempotency.js';
import type { CommittedWrite, PreparedWrite } from './prepared-write.js';
import { explainRefusal } from './refusal.js';
import { newWriteId } from './write-id.js';
import { assertFits, type Guard, type PlannedRecord, planWrites, type WritePlan } from './write-plan.js';

/** How to commit. */
export interface CommitOptions extends OperationOptions {
  /** Records read on the way to these writes, which must not have changed. */
  readonly guards?: readonly Guard[];
  /** A name for this write: made again under the same name, it is the same write and not another. */
  readonly idempotencyKey?: string | undefined;
  /** What the name stands for, where not all of it has to be written. Default: what is written. */
  readonly asked?: readonly PreparedWrite[];
}

/** What is needed of the ledger. */
export type Committing = Pick<RepositoryContext, 'client' | 'provenance'>;

/** How often values that nobody holds are taken over before that is called a conflict. */
const MAX_TAKEOVERS = 3;

/**
 * Commits writes in one transaction and binds the evidence to their instances.
 *
 * @returns in the order of the writes
 * @throws ConflictError if another writer changed one of them, or a guarded record, since; nothing was written
 * @throws UniqueViolationError if somebody else has a unique value; nothing was written
 * @throws ImmuError BATCH_TOO_LARGE, IDEMPOTENCY_KEY_REUSED, ACTOR_REQUIRED
 */
export async function commitWrites(
  context: Committing,
  writes: readonly PreparedWrite[],
  options: CommitOptions,
): Promise<CommittedWrite[]> {
  const { client } = context;
  const { guards = [], asked = writes, idempotencyKey, ...operation } = options;
  const nameless = writes.filter((write) => write.provenance === undefined);
  const provenance =
    nameless.length === 0 ? {} : context.provenance.current(nameless.map(({ schema }) => schema));
  const marker = markerOf(asked, idempotencyKey);
  let orphans: ReadonlyMap<string, bigint> = new Map();
  for (let takeovers = 0; ; takeovers++) {
    const plan = planWrites(writes, newWriteId(), { provenance, guards, orphans, marker });
    assertFits(plan, client.limits);
    try {
      const { entries, preconditions } = plan;
      const proven = await client.verifiedSet(entries, { ...operation, preconditions });
      return settled(plan, proven.entries);
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'PRECONDITION_FAILED') throw error;
      const before = marker && (await replayed(context, plan, marker, operation));
      if (before !== undefined) return before;
      const refusal = await explainRefusal(client, { plan, guards, cause: error }, operation);
      if (refusal.kind === 'error') throw refusal.error;
      if (takeovers === MAX_TAKEOVERS) throw refusal.error;
      ({ orphans } = refusal);
    }
  }
}

function settled(plan: WritePlan, entries: readonly VerifiedEntry[]): CommittedWrite[] {
  return plan.records.flatMap((planned, index) => {
    const entry = entries[index];
    return entry === undefined ? [] : [settle(planned, entry)];
  });
}

/** The entry is proven to hold the very bytes of the record. */
function settle({ write, record }: PlannedRecord, entry: VerifiedEntry): CommittedWrite {
  const { schema, entity, base } = write;
  const evidence = evidenceFor(schema, record, entry);
  const stored = baseOf(record, entry, base?.undeclared);
  if (entity !== undefined) track(entity, { schema, evidence, base: stored });
  return { write, evidence, facts: stored.facts };
}
