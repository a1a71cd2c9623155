// What every verified operation works with: the connection, the trusted state, and what is proven already.

import type { ProvenEntries, VerificationPolicy } from '../../proof/index.js';
import type { FloorWriter } from '../../trust/floor-writer.js';
import type { TrustKeeper } from '../../trust/keeper.js';
import type { Connection } from '../connection.js';
import type { Events } from '../events.js';
import { printable } from '../printable.js';
import type { ClaimedWrites } from './claimed-writes.js';
import type { LedgerIdentity } from './evidence.js';
import type { Floors } from './floors.js';
import type { MemberTxs } from './member-txs.js';
import type { ProvenCache } from './proven-cache.js';

/** The verified side of one database handle. */
export interface VerifiedContext {
  readonly connection: Connection;
  readonly identity: LedgerIdentity;
  readonly policy: VerificationPolicy;
  readonly keeper: TrustKeeper;
  readonly cache: ProvenCache;
  readonly floors: Floors;
  /** Keeps the floors used last with the trusted state. */
  readonly floorWriter: FloorWriter;
  readonly claims: ClaimedWrites;
  /** Proofs the primary is asked for to confirm those of replicas, by transaction. */
  readonly confirmations: Map<bigint, Promise<ProvenEntries>>;
  /** Where members of sorted sets were added: hints. */
  readonly members: MemberTxs;
  readonly events: Events;
}

/** Longer than a UUID, shorter than a nuisance. */
const MAX_SERVER_NAME = 64;

/** The server's name for itself, fit to be kept and printed: it is the server's own choice. */
export function serverNameOf({ serverUuid }: Connection): string | undefined {
  if (serverUuid === undefined || serverUuid === '') return undefined;
  return printable(serverUuid, MAX_SERVER_NAME);
}
