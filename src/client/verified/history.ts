// All revisions of a key the server shows, each one proven. That none is missing is for the reader's own chain to say.

import { ImmuError, VerificationError } from '../../errors.js';
import type { Entry } from '../../wire/immudb/schema/kv.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { printableKey } from '../printable-key.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedRevision } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { type Floor, leftOut } from './floors.js';
import { type HistoryPage, historyPage } from './history-page.js';
import { claimedTx, claimedTxId } from './member.js';
import { readNotBefore } from './not-before.js';
import { proveClaimed } from './prove.js';
import { expiredRevision, shownRevision } from './revision.js';

/** Revisions asked for in one round trip: below the server's 2,500, so that they fit a message. */
const PAGE = 500;

/** What the caller knows of the key. */
export interface VerifiedHistoryOptions extends OperationOptions {
  /**
   * The key was written in this transaction or later, as with `verifiedGet`: a history that ends before is
   * OMISSION_DETECTED.
   */
  readonly notBefore?: bigint;
}

/**
 * Reads and proves every revision of a key the server shows, oldest first.
 *
 * @param notBefore the caller's own floor, if any
 * @returns empty if the server shows none
 */
export async function verifiedHistory(
  context: VerifiedContext,
  key: Uint8Array,
  notBefore: bigint | undefined,
  scope: CallScope,
): Promise<VerifiedRevision[]> {
  return checkedRead(context, 'verifiedHistory', scope, () => {
    const floors = { key, proven: context.floors.of(key), highest: context.floors.of(key, notBefore) };
    return readNotBefore([floors.highest], (sinceTx) => allRevisions(context, floors, sinceTx, scope));
  });
}

/** What a history must show. */
interface Expected {
  readonly key: Uint8Array;
  /** A write that was proven here: it must be among the revisions. */
  readonly proven: Floor | undefined;
  /** Where the history must not end before: the same, or what the caller named. */
  readonly highest: Floor | undefined;
}

async function allRevisions(
  context: VerifiedContext,
  expected: Expected,
  sinceTx: bigint | undefined,
  scope: CallScope,
): Promise<VerifiedRevision[]> {
  const { key } = expected;
  const revisions: VerifiedRevision[] = [];
  for (let limit = PAGE; ;) {
    const page = { offset: BigInt(revisions.length), limit, desc: false, sinceTx };
    const answers = await pageThatFits(context, key, page, scope);
    if (answers === 'too large') {
      limit = Math.ceil(limit / 8);
      continue;
    }
    assertAscending(key, revisions.at(-1)?.txId ?? 0n, answers);
    const isLast = answers.length < limit;
    if (isLast) assertShown(expected, revisions, answers);
    // Proven page by page: a server that shows revisions without end is refused at the first it made up.
    for (const revision of await provenRevisions(context, key, answers, scope)) revisions.push(revision);
    if (!isLast) continue;
    const newest = revisions.at(-1);
    if (newest !== undefined) context.floors.raise(key, newest);
    return revisions;
  }
}

/**
 * Proves revisions as the server showed them, in the same order.
 *
 * @param judge throws to refuse them; the trusted state moves only after it
 */
export async function provenRevisions(
  context: VerifiedContext,
  key: Uint8Array,
  answers: readonly Entry[],
  scope: CallScope,
  judge: (revisions: readonly VerifiedRevision[]) => void = () => undefined,
): Promise<VerifiedRevision[]> {
  const txIds = new Set(answers.map((answer) => claimedTxId(key, answer)));
  // What has expired is shown without its value: the transaction itself tells what was written.
  const inFull = new Set(answers.filter(({ expired }) => expired).map(({ tx }) => tx));
  return proveClaimed(context, { txIds, inFull }, scope, (transactions) => {
    const revisions = answers.map((answer) => {
      const proven = claimedTx(transactions, answer);
      return answer.expired
        ? expiredRevision(context, key, proven)
        : shownRevision(context, key, answer, proven);
    });
    judge(revisions);
    return revisions;
  });
}

/** A page may hold more than one message carries: values can be large. One revision alone must fit. */
async function pageThatFits(
  context: VerifiedContext,
  key: Uint8Array,
  page: HistoryPage,
  scope: CallScope,
): Promise<readonly Entry[] | 'too large'> {
  try {
    return await historyPage(context, key, page, scope);
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || page.limit === 1) throw error;
    return 'too large';
  }
}

function assertAscending(key: Uint8Array, after: bigint, answers: readonly Entry[]): void {
  let before = after;
  for (const { tx } of answers) {
    if (tx <= before) {
      throw new VerificationError(
        'BINDING_MISMATCH',
        `The history of key ${printableKey(key)} is not in order: transaction ${String(tx)} after ${String(before)}.`,
        { details: { key, txId: tx, afterTxId: before } },
      );
    }
    before = tx;
  }
}

/** What was proven here before must be among the revisions, of which the last page is yet to be proven. */
function assertShown(
  { key, proven, highest }: Expected,
  revisions: readonly VerifiedRevision[],
  lastPage: readonly Entry[],
): void {
  const isShown = (txId: bigint) =>
    revisions.some((revision) => revision.txId === txId) || lastPage.some(({ tx }) => tx === txId);
  if (proven !== undefined && !isShown(proven.txId)) throw leftOut(key, proven);
  const newest = lastPage.at(-1)?.tx ?? revisions.at(-1)?.txId ?? 0n;
  if (highest !== undefined && newest < highest.txId) throw leftOut(key, highest);
}
