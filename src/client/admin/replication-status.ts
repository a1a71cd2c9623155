// How a replica stands to the trusted history: behind it, level with it, or beside it.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../../proof/index.js';
import type { CallScope } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { currentState } from '../server-status.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import { checked } from '../verified/failures.js';
import { proveTx } from '../verified/prove.js';
import { stateCopy } from '../verified/read-proof.js';
import { verifiedState } from '../verified/state.js';

/** A replica next to its primary. */
export interface ReplicationStatus {
  /** The primary's newest state, proven; undefined while it is empty. */
  readonly primary: LedgerState | undefined;
  /** The state the replica says it has; undefined while it is empty. Its signature is not checked. */
  readonly replica: LedgerState | undefined;
  /** How far the replica says it is before its commits are allowed, under synchronous replication; else as its state. */
  readonly replicaPrecommittedTxId: bigint;
  /** How many transactions the replica is behind the primary. */
  readonly lag: bigint;
  /**
   * - `level`, `behind`: the state it says it has is proven to be of the trusted history
   * - `ahead`: it says it has more than the primary
   * - `diverged`: its state is not the one the trusted history has at that transaction
   */
  readonly relation: 'level' | 'behind' | 'ahead' | 'diverged';
}

/** Compares a replica with the trusted history, which the primary is asked to prove. */
export async function replicationStatus(
  context: VerifiedContext,
  replica: Connection,
  scope: CallScope,
): Promise<ReplicationStatus> {
  return checked(context, 'admin.replicationStatus', async () => {
    // The replica first: what it has by then, the primary must have afterwards.
    const told = await currentState(replica, leftOf(scope));
    const primary = await verifiedState(context, scope);
    const newest = primary?.txId ?? 0n;
    return {
      primary,
      replica: told.txId === 0n ? undefined : stateCopy(told),
      replicaPrecommittedTxId: told.precommittedTxId,
      lag: told.txId < newest ? newest - told.txId : 0n,
      relation: await relationOf(context, told, newest, scope),
    };
  });
}

async function relationOf(
  context: VerifiedContext,
  told: LedgerState,
  newest: bigint,
  scope: CallScope,
): Promise<ReplicationStatus['relation']> {
  if (told.txId > newest) return 'ahead';
  if (told.txId > 0n) {
    const { alh } = await proveTx(context, told.txId, scope);
    if (!equalBytes(alh, told.alh)) return 'diverged';
  }
  return told.txId === newest ? 'level' : 'behind';
}
