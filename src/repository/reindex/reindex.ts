// Completing the indexes of an entity, or checking them.

import { encodeIndexState, type IndexState } from '../../codec/index-state.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { ImmuError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import { batchLimitOf } from '../write/forecast.js';
import { passOverEntries } from './entry-pass.js';
import { forgetOtherIndexes } from './other-indexes.js';
import type { Pass, ReindexOptions } from './pass.js';
import { passOverRecords } from './record-pass.js';
import { ReindexTally, type ReindexReport } from './report.js';

/** Records, or entries, looked at in one round trip. */
const PAGE = 200;

/**
 * Looks at every record and every index entry of an entity, and puts right what is amiss.
 *
 * @throws ImmuError ACTOR_REQUIRED before anything is looked at, and others; run it again, and it goes on
 */
export async function reindex<T extends object>(
  context: RepositoryContext,
  schema: EntitySchema<T>,
  options: ReindexOptions,
): Promise<ReindexReport> {
  const { check = false, onProgress, signal, timeoutMs } = options;
  const tally = new ReindexTally(onProgress);
  const pass: Pass<T> = { context, schema, check, bounds: { signal, timeoutMs }, tally };
  if (!check) {
    // Whether somebody is named who writes this is told before a part of it is written.
    context.provenance.current();
    await noteBuilding(pass);
    await forgetOtherIndexes(pass);
  }
  const limit = batchLimitOf(schema, context.client.limits);
  await passOverRecords(pass, Math.max(1, Math.min(PAGE, limit)));
  for (const index of schema.indexes) await passOverEntries(pass, index, PAGE);
  if (!check && tally.remaining === 0) await noteReady(pass);
  const ready = (await indexesWhere(pass, (state) => state !== 'ready')).length === 0;
  return tally.report(ready);
}

/** The entity's indexes of which the ledger says something of that kind. @throws ImmuError INDEX_CHANGED */
async function indexesWhere<T extends object>(
  { context, schema, bounds }: Pass<T>,
  fits: (state: IndexState['state'] | undefined) => boolean,
): Promise<IndexSchema[]> {
  const found: IndexSchema[] = [];
  for (const index of schema.indexes) {
    if (fits(await context.indexes.read({ schema, index }, bounds))) found.push(index);
  }
  return found;
}

async function noteBuilding<T extends object>(pass: Pass<T>): Promise<void> {
  const unknown = await indexesWhere(pass, (state) => state === undefined);
  if (unknown.length === 0) return;
  const preconditions = unknown.map(({ metaKey: key }) => ({ kind: 'mustNotExist', key }) as const);
  try {
    await note(pass, unknown, 'building', preconditions);
  } catch (error) {
    // Another process has begun to build one of them. Those that nobody has noted are noted when they are ready.
    if (!(error instanceof ImmuError) || error.code !== 'PRECONDITION_FAILED') throw error;
  }
}

async function noteReady<T extends object>(pass: Pass<T>): Promise<void> {
  const open = await indexesWhere(pass, (state) => state !== 'ready');
  if (open.length === 0) return;
  await note(pass, open, 'ready', []);
  for (const index of open) pass.context.indexes.noteReady(index);
}
