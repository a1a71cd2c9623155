// Verified runs of transactions: one proof for a page of them, as each header holds the hash of the one before, and the
// root of the tree over all before.

import { ImmuError } from '../../errors.js';
import type { ChainedTx, LedgerState, RawTx, TreePeaks } from '../../proof/index.js';
import { peaksBefore } from '../../proof/verify/next-root.js';
import { NO_PEAKS } from '../../proof/verify/tree-peaks.js';
import { verifyTxChain } from '../../proof/verify/verify-tx-chain.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { readTxs, TXS_PER_PAGE } from '../key-value/tx-scan.js';
import { assertTxId, assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedTx } from './evidence.js';
import { checked } from './failures.js';
import type { BeginVerified } from './operation.js';
import { proveClaimed } from './prove.js';
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
  // What the trees of the first page begin with costs a call; each further page begins where the one before ended.
  let before = from === 1n ? NO_PEAKS : undefined;
  for (let first = from; first <= last;) {
    const end = first + size - 1n < last ? first + size - 1n : last;
    const { context, scope } = await begin(NAME, options);
    const page = await orTooLarge(provenPage(context, { first, last: end, before }, scope));
    if (page !== 'too large') {
      yield* page.txs;
      first = end + 1n;
      before = page.after;
    } else if (size > 8n) size /= 8n;
    else if (size > 1n) size = 1n;
    else throw tooLarge(first);
  }
}

async function newest(begin: BeginVerified, options: OperationOptions): Promise<bigint> {
  const { context, scope } = await begin(NAME, options);
  return (await verifiedState(context, scope))?.txId ?? 0n;
}

/** Which transactions make a page. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
  /** The subtrees over those before the first, where they are known. */
  readonly before: TreePeaks | undefined;
}

/** A page, and what the next one begins with; undefined where trees lag behind. */
interface Page {
  readonly txs: readonly VerifiedTx[];
  readonly after: TreePeaks | undefined;
}

function provenPage(
  context: VerifiedContext,
  { first, last, before }: Range,
  scope: CallScope,
): Promise<Page> {
  return checked(context, NAME, async () => {
    const since = context.keeper.head;
    const limit = Number(last - first + 1n);
    const [answer, listed, start] = await Promise.all([
      requestTx(context, last, since?.txId, scope),
      readTxs(context.connection, { ...leftOf(scope), initialTx: first, limit }),
      before === undefined ? requestTx(context, first, first, scope) : undefined,
    ]);
    if ((context.policy.linearAdvance ?? 0) > 0 && listed.some(lagsBehind))
      return { txs: await provenOneByOne(context, first, last, scope), after: undefined };
    const proven = checkTx(context, last, since, answer);
    const anchor = { txId: last, alh: proven.alh };
    const { txs, after } = verifyTxChain(before ?? peaksBefore(first, start), listed, anchor);
    await settle(context, proven, scope);
    context.cache.add(digestsOf(proven));
    const checkedAgainst = proven.trusted ?? proven.state;
    return { txs: txs.map((tx) => transactionOf(context, tx, checkedAgainst)), after };
  });
}

/** Whether a header, by its own word, does not hold all transactions before it: what is missing no tree binds. */
function lagsBehind({ header }: RawTx): boolean {
  return header !== undefined && header.blTxId !== header.id - 1n;
}

/** Each with a proof of its own. */
async function provenOneByOne(
  context: VerifiedContext,
  first: bigint,
  last: bigint,
  scope: CallScope,
): Promise<VerifiedTx[]> {
  const ids = Array.from({ length: Number(last - first + 1n) }, (_, at) => first + BigInt(at));
  const claims = { txIds: new Set(ids), inFull: new Set(ids) };
  const proven = await proveClaimed(context, claims, scope, (transactions) => transactions);
  return ids.map((txId) => {
    const tx = proven.get(txId);
    if (tx?.entries === undefined) throw new TypeError('every transaction claimed is proven by now');
    const { header, alh, entries } = tx;
    return transactionOf(context, { header, alh, entries }, context.keeper.head ?? { txId, alh });
  });
}

function transactionOf(
  context: VerifiedContext,
  { header, alh, entries }: ChainedTx,
  checkedAgainst: LedgerState,
): VerifiedTx {
  return {
    ...context.identity,
    txId: header.id,
    alh: new Uint8Array(alh),
    // The cache goes on with what is proven.
    header: structuredClone(header),
    entries: entries.map(({ key, metadata, hValue }) => ({ storedKey: key, metadata, valueHash: hValue })),
    checkedAgainst: stateCopy(checkedAgainst),
  };
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
