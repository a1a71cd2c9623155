// Verified runs of transactions: one proof for a page of them, as each header holds the hash of the one before.

import { ImmuError } from '../../errors.js';
import { verifyTxChain } from '../../proof/index.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { readTxs, TXS_PER_PAGE } from '../key-value/tx-scan.js';
import { assertTxId, assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedTx } from './evidence.js';
import { checked } from './failures.js';
import type { BeginVerified } from './operation.js';
import { digestsOf } from './proven-cache.js';
import { stateCopy } from './read-proof.js';
import { checkTx, requestTx } from './rpc.js';
import { settle } from './settle.js';
import { verifiedState } from './state.js';

/** Which transactions to prove. */
export interface VerifiedTxsOptions extends OperationOptions {
  /** The first, ≥ 1. Default 1. */
  readonly from?: bigint;
  /** The last. Default: the newest when the list begins. */
  readonly to?: bigint;
  /** Transactions of one page, 1 to 2500: each page is held in memory, and costs one proof. Default 100. */
  readonly pageSize?: number;
}

const NAME = 'verifiedTxs';

/**
 * Reads and proves transactions, all from one to another, in order.
 *
 * @param begin begins the operation of each page: its time is that of one page
 * @throws ImmuError TX_NOT_FOUND where `to` lies behind the newest · VerificationError
 */
export async function* verifiedTxs(
  begin: BeginVerified,
  { from = 1n, to, pageSize = TXS_PER_PAGE, ...options }: VerifiedTxsOptions = {},
): AsyncGenerator<VerifiedTx, void, undefined> {
  assertTxId('from', from);
  if (to !== undefined) assertTxId('to', to);
  assertWholeNumber('pageSize', pageSize, 1, MAX_PAGE_SIZE);
  const last = to ?? (await newest(begin, options));
  let size = BigInt(pageSize);
  for (let first = from; first <= last;) {
    const end = first + size - 1n < last ? first + size - 1n : last;
    const { context, scope } = await begin(NAME, options);
    const page = await orTooLarge(provenPage(context, first, end, scope));
    if (page !== 'too large') {
      yield* page;
      first = end + 1n;
    } else if (size > 8n) size /= 8n;
    else if (size > 1n) size = 1n;
    else throw tooLarge(first);
  }
}

async function newest(begin: BeginVerified, options: OperationOptions): Promise<bigint> {
  const { context, scope } = await begin(NAME, options);
  return (await verifiedState(context, scope))?.txId ?? 0n;
}

function provenPage(
  context: VerifiedContext,
  first: bigint,
  last: bigint,
  scope: CallScope,
): Promise<VerifiedTx[]> {
  return checked(context, NAME, async () => {
    const since = context.keeper.head;
    const limit = Number(last - first + 1n);
    const [answer, listed] = await Promise.all([
      requestTx(context, last, since?.txId, scope),
      readTxs(context.connection, { ...leftOf(scope), initialTx: first, limit }),
    ]);
    const proven = checkTx(context, last, since, answer);
    const anchor = { txId: last, alh: proven.alh };
    const chained = verifyTxChain(first, listed, anchor, context.policy.linearAdvance);
    await settle(context, proven, scope);
    context.cache.add(digestsOf(proven));
    const checkedAgainst = proven.trusted ?? proven.state;
    return chained.map(({ header, alh, entries }) => ({
      ...context.identity,
      txId: header.id,
      alh,
      header,
      entries: entries.map(({ key, metadata, hValue }) => ({ storedKey: key, metadata, valueHash: hValue })),
      checkedAgainst: stateCopy(checkedAgainst),
    }));
  });
}

async function orTooLarge<T>(page: Promise<T>): Promise<T | 'too large'> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'MESSAGE_TOO_LARGE') return 'too large';
    throw error;
  }
}

function tooLarge(txId: bigint): ImmuError {
  return new ImmuError(
    'MESSAGE_TOO_LARGE',
    `Transaction ${String(txId)} does not fit a message: connect with a larger maxMessageBytes.`,
    { details: { txId } },
  );
}
