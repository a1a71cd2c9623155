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
  let offset = 0n;
  for (let limit = FIRST_PAGE; ; limit = PAGE) {
    const answers = await historyPage(context, key, { offset, limit, desc: true }, scope);
    const revisions = await provenRevisions(context, key, answers, scope);
    for (const revision of revisions) {
      if (revision.txId < floor.txId) throw omission(key, floor);
      context.floors.raise(key, revision);
      if (explainsAbsence(revision)) return;
      if (revision.txId === floor.txId) throw omission(key, floor);
    }
    // A server that shows revisions above the floor without end is ended by the operation's time.
    if (answers.length < limit) throw omission(key, floor);
    offset += BigInt(answers.length);
  }
}

/** Whether the key may be absent while this is its newest revision. */
function explainsAbsence(revision: VerifiedRevision): boolean {
  // What a reference leads to may be deleted or expired without the reference knowing.
  return revision.kind !== 'value' || hasExpired(revision.metadata);
}
