// Writes that have a name: a marker beside the record, written in the same transaction, that a second attempt meets.

import { hash } from 'node:crypto';
import { concatBytes, equalBytes, u32be } from '../../bytes.js';
import { WRITES } from '../../codec/index-state.js';
import { encodeKey, namedKeys } from '../../codec/record-key.js';
import type { EntryToWrite, OperationOptions } from '../../client/index.js';
import { ImmuError } from '../../errors.js';
import { describeRecord } from '../entity-bytes.js';
import type { RepositoryContext } from '../context.js';
import { baseOf, evidenceFor } from '../stored-revision.js';
import { entryAt } from '../time/revision-at.js';
import { track } from '../verified.js';
import type { CommittedWrite, PreparedWrite } from './prepared-write.js';
import type { WritePlan } from './write-plan.js';

/**
 * The marker of a named write: its key from the name, its value from what is written.
 *
 * @throws TypeError for a name that is none · ImmuError KEY_TOO_LARGE
 */
export function markerOf(
  writes: readonly PreparedWrite[],
  idempotencyKey: string | undefined,
): EntryToWrite | undefined {
  const [first] = writes;
  if (idempotencyKey === undefined || first === undefined) return undefined;
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '')
    throw new TypeError('idempotencyKey must be a string that is not empty');
  const { namespace, entity } = first.schema.keys;
  const key = encodeKey(namedKeys('meta', entity, WRITES, namespace), [idempotencyKey]);
  return { key, value: digestOf(writes) };
}

/** What is written, whatever it builds on: keys, properties, and whether it deletes. */
function digestOf(writes: readonly PreparedWrite[]): Uint8Array {
  const parts = writes.flatMap(({ key, payload }) => [
    u32be(key.length),
    key,
    u32be(payload.length),
    payload,
  ]);
  return new Uint8Array(hash('sha256', concatBytes(...parts), 'buffer'));
}

/**
 * What the write of this name committed when it was made before.
 *
 * @returns undefined if it was not
 * @throws ImmuError IDEMPOTENCY_KEY_REUSED if it wrote something else
 */
export async function replayed(
  context: Pick<RepositoryContext, 'client'>,
  plan: WritePlan,
  marker: EntryToWrite,
  options: OperationOptions,
): Promise<CommittedWrite[] | undefined> {
  const found = await context.client.verifiedGet(marker.key, options);
  if (found === undefined) return undefined;
  if (!equalBytes(found.value, marker.value)) throw reused(plan, found.txId);
  const committed: CommittedWrite[] = [];
  for (const { write } of plan.records) {
    // What held already what it was to hold was not written then: it is what it was at that transaction.
    const { schema, key, entity, base } = write;
    const stored = await entryAt(context, schema, key, found.txId, options);
    if (stored === undefined || !equalBytes(stored.record.payload, write.payload))
      throw reused(plan, found.txId);
    const { record, entry } = stored;
    const evidence = evidenceFor(schema, record, entry);
    const repeated = baseOf(record, entry, base?.undeclared);
    if (entity !== undefined) track(entity, { schema, evidence, base: repeated });
    committed.push({ write, evidence, facts: repeated.facts });
  }
  return committed;
}

function reused(plan: WritePlan, txId: bigint): ImmuError {
  const [first] = plan.records;
  const what =
    first === undefined
      ? 'something else'
      : `not this ${describeRecord(first.write.schema, first.write.key)}`;
  return new ImmuError(
    'IDEMPOTENCY_KEY_REUSED',
    `A write under this idempotency key was committed in transaction ${String(txId)}, and it wrote ${what} as it is now. ` +
      'Nothing was written: a key stands for one write; take a new key for another.',
    { details: { txId } },
  );
}
