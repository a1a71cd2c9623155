// From a time of day to a transaction: by the server's own clock, as the headers state it that are bound to the hashes.

import type { ImmuClient, OperationOptions } from '../../client/index.js';
import { timeLeft } from './time-left.js';

/** A proven transaction and the time in its header. */
export interface TimedTx {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Unix seconds the server wrote into the header: bound to the hash, but the server's own claim. */
  readonly serverTime: bigint;
}

/**
 * A time of day as a place in the ledger: between two transactions that follow one another, of which the first is not
 * later than it, and the second is.
 */
export interface Moment {
  /** The last transaction at that time; 0n where none was committed yet. */
  readonly txId: bigint;
  /** The time that was asked for. */
  readonly at: Date;
  /** The transaction `txId`; undefined for 0n. */
  readonly before: TimedTx | undefined;
  /** The transaction `txId + 1`; undefined where the newest one is not later than that time. */
  readonly after: TimedTx | undefined;
}

/** The transactions nearest to a time so far, from below and from above. */
type Between = Pick<Moment, 'before' | 'after'>;

/**
 * Finds the last transaction at a time: the T with serverTime(T) ≤ ⌊date⌋ < serverTime(T + 1), in whole seconds. Every
 * header it goes by is proven, so the two neighbours are evidence of what the server claims of its clock.
 *
 * That clock may have been set back. Then several such T exist, and this is one of them; and where `after` is undefined,
 * what is committed later may still bear an earlier time, as may what is committed within the same second. A server
 * that states no times (0 in every header) is at its newest transaction at all times since 1970.
 *
 * Costs 1 + ⌈log2 h⌉ calls for a time before the newest transaction h that is trusted already; for a later one at most 3
 * and ⌈log2⌉ of what was committed since.
 *
 * @param date may lie in the future
 * @throws TypeError for an invalid Date
 * @throws VerificationError, ImmuError as reading transactions does
 */
export async function txAt(client: ImmuClient, date: Date, options: OperationOptions): Promise<Moment> {
  const seconds = wholeSeconds(date);
  const left = timeLeft(client, 'at', options);
  const probe = async (between: Between, txId: bigint): Promise<Between> => {
    const { alh, header } = await client.verifiedTx(txId, left());
    const found = { txId, alh, serverTime: header.ts };
    return found.serverTime <= seconds ? { ...between, before: found } : { ...between, after: found };
  };
  await client.openTrust(left());
  let between: Between = { before: undefined, after: undefined };
  // Mostly the past is asked for, and what the server has by now need not be known for that.
  const trusted = await client.trustedState();
  if (trusted !== undefined) between = await probe(between, trusted.txId);
  if (between.after === undefined) {
    const head = await client.verifiedState(left());
    if (head !== undefined && head.txId > first(between)) between = await probe(between, head.txId);
  }
  // Halved each time, whatever times the headers state.
  while (between.after !== undefined && between.after.txId - first(between) > 1n)
    between = await probe(between, (first(between) + between.after.txId) / 2n);
  return { txId: first(between), at: new Date(date), ...between };
}

/**
 * A transaction as a moment: at the time its own header states.
 *
 * @param txId from 0n, before the first transaction
 * @throws ImmuError TX_NOT_FOUND where the server does not have it
 */
export async function momentOfTx(
  client: ImmuClient,
  txId: bigint,
  options: OperationOptions,
): Promise<Moment> {
  if (txId === 0n) return { txId, at: new Date(0), before: undefined, after: undefined };
  const { alh, header } = await client.verifiedTx(txId, options);
  const before = { txId, alh, serverTime: header.ts };
  return { txId, at: new Date(Number(header.ts) * 1000), before, after: undefined };
}

function first({ before }: Between): bigint {
  return before?.txId ?? 0n;
}

/** As headers count. */
function wholeSeconds(date: Date): bigint {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
    throw new TypeError('at: a time must be a valid Date, or the id of a transaction as a bigint');
  }
  return BigInt(Math.floor(date.getTime() / 1000));
}
