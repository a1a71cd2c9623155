// The evidence handed out with a result: in memory of its own, so that nothing the application does to it reaches what
// is trusted here.

import type { LedgerState, ProvenTx } from '../../proof/index.js';
import type { VerifiedContext } from './context.js';
import type { ReadProof } from './evidence.js';

/** A proven transaction, as far as an entry's evidence speaks of it. */
type Standing = Pick<ProvenTx, 'header' | 'alh'>;

/**
 * Evidence for the entry at `index` of a proven transaction.
 *
 * @param checkedAgainst the trusted state; on first use, when there was none, the transaction's own
 */
export function readProof(
  { identity }: VerifiedContext,
  { header, alh }: Standing,
  index: number,
  checkedAgainst: LedgerState,
): ReadProof {
  return {
    ...identity,
    txId: header.id,
    alh: new Uint8Array(alh),
    index,
    checkedAgainst: stateCopy(checkedAgainst),
  };
}

/** What the result of a proven write says of its transaction. */
export function writtenIn({ header, alh }: Standing): {
  readonly txId: bigint;
  readonly alh: Uint8Array;
  readonly serverTime: bigint;
} {
  return { txId: header.id, alh: new Uint8Array(alh), serverTime: header.ts };
}

/** The state a transaction from the cache stands against: it was part of the trusted history before. */
export function standsAgainst({ keeper }: VerifiedContext, { header, alh }: Standing): LedgerState {
  return keeper.head ?? { txId: header.id, alh };
}

/** A state to hand out. */
export function stateCopy({ txId, alh }: LedgerState): LedgerState {
  return { txId, alh: new Uint8Array(alh) };
}
