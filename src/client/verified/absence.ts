// "There is no such key": never provable, but refutable where a live write of the key was proven here before.

import type { CallScope } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedRevision } from './evidence.js';
import { type Floor, mayBeAbsent, omission } from './floors.js';
import { provenRevisions } from './history.js';
import { historyPage } from './history-page.js';
import { hasExpired } from './member.js';

/** Revisions read in the first call, which is mostly the last, and in those after it. */
const FIRST_PAGE = 2;
const PAGE = 100;

/**
 * Accepts that a key with a floor is absent only if its proven write has expired, or if something is proven to have
 * been written since with which the key may be absent. That the key may have come back after that is no objection: the
 * answer may be older than this question.
 *
 * @param floor the floor held when the request was sent
 * @throws VerificationError OMISSION_DETECTED otherwise
 */
export async function assertAbsenceAllowed(
  context: VerifiedContext,
  key: Uint8Array,
  floor: Floor,
  scope: CallScope,
): Promise<void> {
  if (mayBeAbsent(floor, BigInt(Math.floor(Date.now() / 1000)))) return;
  const explains = (revision: VerifiedRevision) => revision.txId >= floor.txId && explainsAbsence(revision);
  let offset = 0n;
  for (let limit = FIRST_PAGE; ; limit = PAGE) {
    const answers = await historyPage(context, key, { offset, limit, desc: true }, scope);
    const revisions = await provenRevisions(context, key, answers, scope, (shown) => {
      // A server that shows revisions above the floor without end is ended by the operation's time.
      const isLast = shown.length < limit || shown.some(({ txId }) => txId <= floor.txId);
      if (isLast && !shown.some(explains)) throw omission(key, floor);
    });
    for (const revision of revisions) context.floors.raise(key, revision);
    if (revisions.some(explains)) return;
    offset += BigInt(answers.length);
  }
}

/** Whether the key may be absent while this is its newest revision. */
function explainsAbsence(revision: VerifiedRevision): boolean {
  // What a reference leads to may be deleted or expired without the reference knowing.
  return revision.kind !== 'value' || hasExpired(revision.metadata);
}
