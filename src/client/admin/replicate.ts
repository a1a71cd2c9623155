// Copying a history into a replica: exported, proven, and put in, with a bounded number on their way. It can be ended and
// begun again at any time: it goes on where the replica is.

import { equalBytes, toHex } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { TreePeaks } from '../../proof/index.js';
import { peaksBefore } from '../../proof/verify/next-root.js';
import { NO_PEAKS, withTransaction } from '../../proof/verify/tree-peaks.js';
import { verifyTrees } from '../../proof/verify/verify-tx-chain.js';
import type { CallScope } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { scopeOf } from '../call.js';
import { assertTxId, assertWholeNumber } from '../limits.js';
import { currentState } from '../server-status.js';
import type { VerifiedContext } from '../verified/context.js';
import { checked } from '../verified/failures.js';
import type { BeginVerified } from '../verified/operation.js';
import { proveTx } from '../verified/prove.js';
import { requestTx } from '../verified/rpc.js';
import {
  type ExportedTransaction,
  exportMany,
  exportOne,
  type ExportTxOptions,
  requireProven,
} from './export.js';
import { diverged, importOne } from './import.js';

/** How to copy a history. `timeoutMs` is of each step, not of the whole. */
export interface ReplicateOptions extends ExportTxOptions {
  /** The last transaction to copy. Default: the newest the source has when this begins. */
  readonly toTx?: bigint;
  /**
   * Transactions on their way at once, 1 to 25. Default 16. Those that wait for their predecessor hold a slot of the
   * replica, which has 30 unless configured otherwise: with more, none of them may get on.
   */
  readonly window?: number;
  /** Told after each transaction that the replica has. Must not throw. */
  readonly onProgress?: (progress: ReplicationProgress) => void;
}

/** How far a copy is. */
export interface ReplicationProgress {
  /** The newest transaction the replica has; 0 for none. */
  readonly txId: bigint;
  /** The last one to copy. */
  readonly toTx: bigint;
}

/** What was copied. */
export interface ReplicationResult extends ReplicationProgress {
  /** How many transactions were copied by this call. */
  readonly copied: bigint;
}

const NAME = 'admin.replicateInto';

const DEFAULT_WINDOW = 16;
const MAX_WINDOW = 25;

/**
 * Copies what the replica does not have yet.
 *
 * @param source where the history is read and proven
 * @param target a replica without a primary
 */
export async function replicateInto(
  source: Connection,
  begin: BeginVerified,
  target: Connection,
  options: ReplicateOptions,
): Promise<ReplicationResult> {
  const { window = DEFAULT_WINDOW, toTx: last, onProgress, ...operation } = options;
  assertWholeNumber('window', window, 1, MAX_WINDOW);
  if (last !== undefined) assertTxId('toTx', last);
  const has = await currentState(target, operation);
  const toTx = last ?? (await currentState(source, operation)).txId;
  await requirePrefix(source, has.txId, has.alh, operation);
  const stop = new AbortController();
  const signal =
    operation.signal === undefined ? stop.signal : AbortSignal.any([operation.signal, stop.signal]);
  const bounded = { ...operation, signal };
  const onTheirWay: Promise<void>[] = [];
  let txId = has.txId;
  const oldest = async () => {
    await onTheirWay.shift();
    txId++;
    onProgress?.({ txId, toTx });
  };
  try {
    for await (const batch of provenBatches(source, begin, { txId, alh: has.alh }, toTx, window, bounded)) {
      const headers = await target.session.ready(scopeOf(target, NAME, bounded));
      for (const transaction of batch) {
        if (onTheirWay.length === window) await oldest();
        const put = importOne(target, transaction, bounded, headers);
        put.catch(() => undefined);
        onTheirWay.push(put);
      }
    }
    while (onTheirWay.length > 0) await oldest();
  } finally {
    stop.abort();
    await Promise.allSettled(onTheirWay);
  }
  return { txId, toTx, copied: txId - has.txId };
}

/** What the replica has must be what the source has. An empty one has nothing. */
async function requirePrefix(
  source: Connection,
  txId: bigint,
  alh: Uint8Array,
  options: ExportTxOptions,
): Promise<void> {
  if (txId === 0n) return;
  const own = await exportOne(source, txId, options);
  if (!equalBytes(own.alh, alh))
    throw diverged(txId, `it has hash ${toHex(alh)}, and the source ${toHex(own.alh)}`);
}

/** A transaction, as far as others follow it. */
type Followed = Pick<ExportedTransaction, 'txId' | 'alh'>;

/** Transactions that follow each other, the last of each batch proven: its hash and its tree commit to those before it. */
async function* provenBatches(
  source: Connection,
  begin: BeginVerified,
  from: Followed,
  toTx: bigint,
  size: number,
  options: ExportTxOptions,
): AsyncGenerator<ExportedTransaction[], void, undefined> {
  let before = from;
  let peaks: TreePeaks | undefined;
  let batch: ExportedTransaction[] = [];
  for await (const transaction of exportMany(source, from.txId + 1n, toTx, options)) {
    batch.push(transaction);
    if (batch.length < size && transaction.txId < toTx) continue;
    const { context, scope } = await begin(NAME, options);
    const run = { before, peaks, batch };
    peaks = await checked(context, NAME, () => requireRun(context, run, scope));
    yield batch;
    [before, batch] = [transaction, []];
  }
}

/** Transactions to copy at once. */
interface Run {
  /** The one before the first: what the replica has, to be bound along with them. */
  readonly before: Followed;
  /** The subtrees over all up to that one, where they are known. */
  readonly peaks: TreePeaks | undefined;
  readonly batch: readonly ExportedTransaction[];
}

/** Proves a run. @returns the subtrees over all up to its last; undefined where trees lag behind, which takes a proof for each */
async function requireRun(
  context: VerifiedContext,
  { before, peaks: known, batch }: Run,
  scope: CallScope,
): Promise<TreePeaks | undefined> {
  requireChain(before, batch);
  const start = known ?? (await peaksAfter(context, before, scope));
  if (start === undefined || batch.some(lagsBehind)) {
    if (before.txId > 0n) await requireOwn(context, before, scope);
    for (const transaction of batch) await requireProven(context, transaction, scope);
    return undefined;
  }
  const after = verifyTrees(start, batch);
  const last = batch.at(-1);
  if (last !== undefined) await requireProven(context, last, scope);
  return after;
}

/** The subtrees over all up to a transaction, with the hash given for it; undefined where its tree lags behind. */
async function peaksAfter(
  context: VerifiedContext,
  { txId, alh }: Followed,
  scope: CallScope,
): Promise<TreePeaks | undefined> {
  if (txId === 0n) return NO_PEAKS;
  const answer = await requestTx(context, txId, txId, scope);
  const header = answer.tx?.header;
  if (header !== undefined && lagsBehind({ txId: header.id, header })) return undefined;
  return withTransaction(peaksBefore(txId, answer), alh);
}

/** What the replica has, held against what the source proves. */
async function requireOwn(
  context: VerifiedContext,
  { txId, alh }: Followed,
  scope: CallScope,
): Promise<void> {
  const own = await proveTx(context, txId, scope);
  if (!equalBytes(own.alh, alh))
    throw diverged(txId, `it has hash ${toHex(alh)}, and the source proves ${toHex(own.alh)}`);
}

function lagsBehind({
  txId,
  header,
}: {
  readonly txId: bigint;
  readonly header: { readonly blTxId: bigint };
}): boolean {
  return header.blTxId !== txId - 1n;
}

/** Each follows the one before it. */
function requireChain(first: Followed, batch: readonly ExportedTransaction[]): void {
  let before = first;
  for (const transaction of batch) {
    const { txId, header } = transaction;
    if (before.txId > 0n && !equalBytes(header.prevAlh, before.alh)) {
      throw new VerificationError(
        'BINDING_MISMATCH',
        `The server exported a transaction ${String(txId)} that does not follow the one before it. The export is refused.`,
        { details: { txId, expected: before.alh, found: header.prevAlh } },
      );
    }
    before = transaction;
  }
}
