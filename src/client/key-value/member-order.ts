// The order of a sorted set: by the score's bits, the key's length, the key, and the transaction it is bound to.

import { compareBytes, u64be } from '../../bytes.js';
import type { MemberCursor } from './sorted-sets.js';

/** Negative, zero or positive, as immudb orders members: negative scores come after all positive ones. */
export function compareMembers(a: MemberCursor, b: MemberCursor): number {
  const byScore = compareBytes(scoreBits(a.score), scoreBits(b.score));
  if (byScore !== 0) return byScore;
  if (a.key.length !== b.key.length) return a.key.length - b.key.length;
  const byKey = compareBytes(a.key, b.key);
  return byKey === 0 ? compareBytes(u64be(a.atTx ?? 0n), u64be(b.atTx ?? 0n)) : byKey;
}

function scoreBits(score: number): Uint8Array {
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, score);
  return bits;
}
