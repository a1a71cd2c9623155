// A transaction from its callback to its commit, and again where another writer was first.

import { setTimeout as delay } from 'node:timers/promises';
import type { OperationOptions } from '../../client/index.js';
import { ConflictError, ImmuError, VerificationError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import type { WorkScope } from '../work-scope.js';
import { commitWrites } from '../write/commit.js';
import type { CommittedWrite } from '../write/prepared-write.js';
import { Transaction } from './transaction.js';
import { TransactionRecords } from './transaction-records.js';

/** How to run a transaction. */
export interface TransactionOptions extends OperationOptions {
  /** Ends it before its commit: reads that are under way, and waiting. What the callback itself waits for goes on. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take in all, in milliseconds. Default: as long as it takes; each call has the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** How often it is run at most, while other writers are first. 1 to 1000, default 10. */
  readonly attempts?: number;
}

const DEFAULT_ATTEMPTS = 10;
const MOST_ATTEMPTS = 1000;
const BASE_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/** What runs transactions of one ledger. */
export interface TransactionRunner {
  readonly context: RepositoryContext;
  /** The transaction of the work under way. */
  readonly underWay: WorkScope<Transaction>;
}

/** Runs a callback as one transaction; inside of one, as a part of it. */
export async function runTransaction<Result>(
  { context, underWay }: TransactionRunner,
  work: (tx: Transaction) => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  const { attempts = DEFAULT_ATTEMPTS, timeoutMs, signal } = options;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MOST_ATTEMPTS)
    throw new TypeError(`transaction: attempts must be a whole number from 1 to ${MOST_ATTEMPTS}`);
  const outer = underWay.current;
  if (outer?.isOpen === true) return joined(outer, work);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs < 2 ** 31))
    throw new TypeError('transaction: timeoutMs must be a number of milliseconds above 0 and below 2^31');
  const endsAt = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
  const timeLeft = () => boundsOf(options, endsAt - performance.now());
  for (let attempt = 1; ; attempt++) {
    assertGoesOn(signal);
    const startedAt = (await context.client.trustedState())?.txId ?? 0n;
    const records = new TransactionRecords(context, timeLeft);
    const tx = new Transaction(context, records);
    try {
      const result = await underWay.run(tx, () => work(tx));
      records.assertOpen();
      await commitAll(context, records, timeLeft);
      return result;
    } catch (error) {
      records.finish();
      const lost = records.conflict ?? (error instanceof LostRace ? error.cause : undefined);
      // That the server contradicts itself is told, whatever else happened.
      if (lost === undefined || error instanceof VerificationError) throw error;
      if (!isRace(lost, startedAt)) throw lost;
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, BASE_PAUSE_MS * 2 ** attempt);
      if (attempt === attempts || performance.now() + pauseMs >= endsAt) throw givenUp(lost, attempt);
      await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** What a part has kept back before it failed must not be committed with the rest, whoever catches its error. */
async function joined<Result>(
  outer: Transaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(outer);
  } catch (error) {
    outer.fail(error);
    throw error;
  }
}

/**
 * Whether another writer came in between: then it may go better next time. Not so where what was there before is in the
 * way, as for an insert of what exists, or for an entity that was loaded long ago.
 */
function isRace({ details: { newestTxId } }: ConflictError, startedAt: bigint): boolean {
  return typeof newestTxId !== 'bigint' || newestTxId === 0n || newestTxId > startedAt;
}

/** The commit, and not the callback, met another writer. */
class LostRace extends Error {
  override readonly cause: ConflictError;
  constructor(cause: ConflictError) {
    super(cause.message);
    this.cause = cause;
  }
}

async function commitAll(
  context: RepositoryContext,
  records: TransactionRecords,
  timeLeft: () => OperationOptions,
): Promise<void> {
  const { writes, guards } = records;
  records.finish();
  if (writes.length === 0) return;
  let committed: readonly CommittedWrite[];
  try {
    committed = await commitWrites(context, writes, { ...timeLeft(), guards });
  } catch (error) {
    throw error instanceof ConflictError ? new LostRace(error) : error;
  }
  await context.lifecycle.committed(committed);
}

/** The bounds of the next call. @throws ImmuError ABORTED, DEADLINE_EXCEEDED; nothing was written */
function boundsOf({ signal, timeoutMs }: TransactionOptions, leftMs: number): OperationOptions {
  assertGoesOn(signal);
  if (timeoutMs === undefined) return { signal };
  if (leftMs > 0) return { signal, timeoutMs: leftMs };
  throw new ImmuError(
    'DEADLINE_EXCEEDED',
    `A transaction was not finished within ${timeoutMs} ms. Nothing was written: give it a larger timeoutMs.`,
    { details: { timeoutMs, executed: 'no' }, retryable: true },
  );
}

function givenUp(cause: ConflictError, attempts: number): ConflictError {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return new ConflictError(
    `A transaction was tried ${times}, and another writer was first: ${cause.message}`,
    {
      cause,
      details: { ...cause.details, attempts },
      retryable: true,
    },
  );
}

function assertGoesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new ImmuError('ABORTED', "A transaction was aborted by the caller's signal. Nothing was written.", {
    cause: signal.reason,
    details: { executed: 'no' },
  });
}
