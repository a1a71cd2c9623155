// What every verified operation works with: the connection, the trusted state, and what is proven already.

import type { VerificationPolicy } from '../../proof/index.js';
import type { TrustKeeper } from '../../trust/keeper.js';
import type { Connection } from '../connection.js';
import type { Events } from '../events.js';
import type { LedgerIdentity } from './evidence.js';
import type { Floors } from './floors.js';
import type { ProvenCache } from './proven-cache.js';

/** The verified side of one database handle. */
export interface VerifiedContext {
  readonly connection: Connection;
  readonly identity: LedgerIdentity;
  readonly policy: VerificationPolicy;
  readonly keeper: TrustKeeper;
  readonly cache: ProvenCache;
  readonly floors: Floors;
  readonly events: Events;
}
