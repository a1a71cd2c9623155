// The transaction a query is as of: the newest when it began, proven to continue what is trusted.
import type { CallScope } from '../../client/call-scope.js';
import { leftOf } from '../../client/verified/bounds.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { ImmuError } from '../../errors.js';
import type { Query } from './query.js';
import type { QuerySource } from './source.js';

/**
 * The newest transaction: whatever was committed before this call is in it or before it.
 *
 * @returns undefined for an empty database
 */
async function newestTx<T extends object>(
  { context }: QuerySource<T>,
  scope: CallScope,
): Promise<bigint | undefined> {
  return (await context.client.verifiedState(leftOf(scope)))?.txId;
}

/** @throws IndexNotReadyError while the index does not hold every entity */
export function assertReady<T extends object>(
  { context, schema }: QuerySource<T>,
  index: IndexSchema,
  scope: CallScope,
): Promise<void> {
  return context.indexes.assertReady({ schema, index }, leftOf(scope));
}

/**
 * Where a list begins: its index must be ready.
 *
 * @param asOf the transaction, where it is given. Default: the newest
 * @returns the transaction it is as of; 0 for an empty ledger
 */
export async function beginList<T extends object>(
  source: QuerySource<T>,
  { index }: Query,
  asOf: bigint | undefined,
  scope: CallScope,
): Promise<bigint> {
  if (index !== undefined) await assertReady(source, index, scope);
  return asOf ?? (await newestTx(source, scope)) ?? 0n;
}

/**
 * Makes sure that a transaction somebody names is one of this ledger.
 *
 * @throws ImmuError SERVER_BEHIND if the server does not have it
 */
export async function assertReached<T extends object>(
  source: QuerySource<T>,
  txId: bigint,
  scope: CallScope,
): Promise<void> {
  const trusted = await scope.wait(source.context.client.trustedState());
  if (txId <= (trusted?.txId ?? 0n)) return;
  const newest = await newestTx(source, scope);
  if (txId <= (newest ?? 0n)) return;
  throw new ImmuError(
    'SERVER_BEHIND',
    `The cursor is of transaction ${String(txId)}, and the newest here is ${String(newest ?? 0n)}. It comes from another ledger, or ` +
      'this server is a replica that lags behind: ask again later, or without a cursor.',
    { details: { txId, newestTxId: newest ?? 0n }, retryable: true },
  );
}
