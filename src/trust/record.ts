// What this side remembers of a ledger between two runs. Its text form is in record-text.ts, who may change it in
// transition.ts.

import type { LedgerState } from '../proof/layout/ledger-state.js';

/**
 * How trust began: `pinned` by a key or a state from configuration, `first-use` by believing what the server showed
 * first, `created` with an embedded ledger that had no transaction yet.
 */
export type TrustOrigin = 'pinned' | 'first-use' | 'created';

/** Why a ledger is refused since: a proof that its server showed two histories. */
export interface TrustLatch {
  /** The code of the verification error. */
  readonly code: string;
  /** Its message. */
  readonly message: string;
  /** When it was noticed, ISO 8601, UTC. */
  readonly at: string;
  /** The state trusted at that time. */
  readonly trusted: LedgerState;
  /** The state the server offered instead. */
  readonly offered: LedgerState;
  /** The offending answer, as text, for an auditor. */
  readonly evidence?: string;
}

/** That an operator replaced a record by hand, and why. */
export interface TrustRecovery {
  /** The operator's reason. */
  readonly reason: string;
  /** When, ISO 8601, UTC. */
  readonly at: string;
  /** The state that was trusted before; absent if the record was too damaged to tell. */
  readonly abandoned?: LedgerState;
  /** The code of the latch that was lifted, if there was one. */
  readonly lifted?: string;
}

/** What is trusted of one database of one ledger. */
export interface TrustRecord {
  /** The format of the record. */
  readonly version: 1;
  /** The ledger's name, from configuration. */
  readonly ledgerId: string;
  /** The database, from configuration. */
  readonly database: string;
  /** What the server calls itself: a hint that tells a replaced server from a damaged one, never an identity. */
  readonly serverUuid: string | undefined;
  /** SHA-256 of the pinned public key (SPKI), lower-case hex; undefined without one. */
  readonly keyId: string | undefined;
  /** How trust began. */
  readonly origin: TrustOrigin;
  /** The newest state verified. Never goes back, except by a recovery. */
  readonly head: LedgerState;
  /** Merkle root over transactions 1..head.txId, 32 bytes; absent where no proof has shown it. */
  readonly nextRoot?: Uint8Array;
  /** 1 for the first record, one more for each that replaced it. */
  readonly epoch: number;
  /** When the head was last moved, ISO 8601, UTC, by the clock of this side. Nothing is decided by it. */
  readonly observedAt: string;
  /** Present once misbehaviour was proven: no verified work until a recovery. */
  readonly latch?: TrustLatch;
  /** Every recovery, oldest first. */
  readonly recovered?: readonly TrustRecovery[];
}

/** The part of a record that a caller decides; the store adds the names, the epoch and the recoveries. */
export type TrustDraft = Pick<
  TrustRecord,
  'serverUuid' | 'keyId' | 'origin' | 'head' | 'nextRoot' | 'observedAt'
>;
