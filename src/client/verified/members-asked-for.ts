// Whether the members a server lists can be those that were asked for.

import { equalBytes } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { ZEntry, ZScanRequest } from '../../wire/immudb/schema/sorted-set.js';
import { compareMembers } from '../key-value/member-order.js';
import type { MemberCursor } from '../key-value/sorted-sets.js';
import { printableKey } from '../printable-key.js';

/**
 * Requires members of that set, within the range, in order, none twice.
 *
 * @throws VerificationError BINDING_MISMATCH
 */
export function assertMembersAskedFor(members: readonly ZEntry[], request: ZScanRequest): void {
  if (BigInt(members.length) > request.limit)
    throw memberMismatch('there are more of them than were asked for');
  let before = cursorOf(request);
  for (const member of members) {
    const { set, score, key } = member;
    const { minScore, maxScore, desc } = request;
    if (!equalBytes(set, request.set)) throw memberMismatch('it is of another set', key);
    if (minScore !== undefined && score < minScore.score) throw memberMismatch('its score is too low', key);
    if (maxScore !== undefined && score > maxScore.score) throw memberMismatch('its score is too high', key);
    const order = before === undefined ? 0 : compareMembers(member, before);
    if (before !== undefined && (desc ? order >= 0 : order <= 0))
      throw memberMismatch('it is out of order', key);
    before = member;
  }
}

function cursorOf({ seekKey, seekScore, seekAtTx }: ZScanRequest): MemberCursor | undefined {
  return seekKey.length === 0 ? undefined : { key: seekKey, score: seekScore, atTx: seekAtTx };
}

/** The error for a member that cannot be one. */
export function memberMismatch(why: string, key?: Uint8Array): VerificationError {
  const what = key === undefined ? 'The members' : `The member ${printableKey(key)}`;
  return new VerificationError(
    'BINDING_MISMATCH',
    `${what} of a sorted set cannot be what was asked for: ${why}. The answer is refused.`,
    { details: key === undefined ? {} : { key } },
  );
}
