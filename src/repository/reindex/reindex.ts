// Completing the indexes of an entity, or checking them.

import type { IndexState } from '../../codec/index-state.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
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
  const { indexes } = context;
  const owned = schema.indexes.map((index) => ({ schema, index }));
  const those = async (fits: (state: IndexState['state'] | undefined) => boolean) => {
    const states = await indexes.read(owned, pass.bounds);
    return owned.filter((_, position) => fits(states[position]));
  };
  const notReady = () => those((state) => state !== 'ready');
  if (!check) {
    // Whether somebody is named who writes this is told before a part of it is written.
    context.provenance.current([schema]);
    await indexes.noteNew(await those((state) => state === undefined), 'building', pass.bounds);
    await forgetOtherIndexes(pass);
  }
  const limit = batchLimitOf(schema, context.client.limits);
  await passOverRecords(pass, Math.max(1, Math.min(PAGE, limit)));
  for (const index of schema.indexes) await passOverEntries(pass, index, PAGE);
  if (!check && tally.remaining === 0) await indexes.noteComplete(await notReady(), pass.bounds);
  return tally.report((await notReady()).length === 0);
}
