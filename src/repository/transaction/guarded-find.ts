// Finding by an index within a transaction: what is found must still be as it is when the transaction commits.

import type { EntitySchema } from '../../entity/entity-schema.js';
import type { Where } from '../../entity/where-types.js';
import type { RepositoryContext } from '../context.js';
import { findBy, type FindByOptions } from '../query/find-by.js';
import { evidenceOf, type Verified } from '../verified.js';
import type { TransactionRecords } from './transaction-records.js';

/** How often a query is made that meets what was moved while it was under way. */
const LOOKS = 4;

/** How to find within a transaction. */
export type TransactionFindOptions = Pick<FindByOptions<object>, 'limit' | 'desc' | 'signal' | 'timeoutMs'>;

/** Where to find. */
export interface GuardedSource<T extends object> {
  readonly context: RepositoryContext;
  readonly records: TransactionRecords;
  readonly schema: EntitySchema<T>;
}

/**
 * Finds entities and guards them.
 *
 * @throws TypeError after the transaction has written entities of this class · ConflictError
 */
export async function guardedFindBy<T extends object>(
  { context, records, schema }: GuardedSource<T>,
  where: Where<T>,
  options: TransactionFindOptions,
): Promise<Verified<T>[]> {
  records.assertOpen();
  if (records.hasWritesOf(schema))
    throw new TypeError(
      `findBy: this transaction has written ${schema.className} entities, which no index knows before it commits. Find ` +
        'first, then write.',
    );
  const { signal, timeoutMs } = options;
  for (let looks = 0; looks < LOOKS; looks++) {
    const before = (await context.client.trustedState())?.txId ?? 0n;
    let newest = 0n;
    const onGone = (txId: bigint) => {
      if (txId > newest) newest = txId;
    };
    const found = await findBy<T>({ context, schema, onGone }, where, options);
    const evidence = found.map((entity) => evidenceOf(entity));
    await records.guard(schema, evidence, newest, { signal, timeoutMs });
    // Another transaction moved it away meanwhile, and may have moved something here, too, that was not listed yet.
    if (newest <= before) return found;
  }
  return records.giveWay(schema);
}
