// One revision of an entity by its number.

import type { OperationOptions } from '../../client/index.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { RepositoryContext } from '../context.js';
import { decodeRevision, type StoredRevision } from '../stored-revision.js';
import { hintAtPosition } from './boundary-hint.js';
import { latestOf } from './chain.js';
import { lastBefore } from './locate.js';
import { timeLeft } from './time-left.js';

/** The operation, for those who are told of a contradiction. */
const OPERATION = 'history';

/**
 * Reads one revision of an entity by its number, tombstones included; the next one, if there is one, names it.
 *
 * Costs at most four calls; what the server lists is only a hint, without which the chain is followed back.
 *
 * @param revision from 1n
 * @returns undefined if the server shows no revision with that number
 * @throws VerificationError CHAIN_BROKEN if a revision that another one names is not shown · ChainForkError
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 */
export async function revisionNumbered<T extends object>(
  { client }: Pick<RepositoryContext, 'client'>,
  schema: EntitySchema<T>,
  key: Uint8Array,
  revision: bigint,
  options: OperationOptions,
): Promise<StoredRevision<T> | undefined> {
  if (typeof revision !== 'bigint' || revision < 1n)
    throw new TypeError('a revision is named by its number, a bigint of at least 1n');
  const left = timeLeft(client, OPERATION, options);
  const chain = { client, schema, key, operation: OPERATION };
  const latest = await latestOf(chain, left());
  if (latest === undefined || latest.revision < revision) return undefined;
  const line = {
    isAfter: (other: { readonly revision: bigint }) => other.revision > revision,
    hint: () => hintAtPosition(client, key, revision, latest.txId, left),
  };
  const found = await lastBefore(chain, latest, line, left);
  return found === undefined ? undefined : decodeRevision(schema, found.entry);
}
