// The one way in to tampering.

import type { Ledger } from '../repository/ledger.js';
import type { MemoryServer } from './memory-server.js';
import { tamperingOf } from './tamperable.js';
import type { Tampering } from './tampering.js';

/**
 * Lies to a ledger, so that you can see what your service does about it. The ledger's own code is untouched and unaware:
 * what it is told is changed on the way to it.
 *
 * @param target a ledger made by `memoryLedger` or `MemoryServer.open`: it alone is lied to, others of the same server see
 *   the truth. Or a `MemoryServer`: all its ledgers are lied to, those opened later included
 * @returns always the same for the same target
 * @throws TypeError for a ledger opened in any other way
 * @example
 * await tamper(ledger).forge(Account, ada.id, { balance: 1_000_000n });
 * await expect(accounts.find(ada.id)).rejects.toBeInstanceOf(VerificationError);
 * await tamper(ledger).honest();
 */
export function tamper(target: Ledger | MemoryServer): Tampering {
  const tampering = tamperingOf(target);
  if (tampering !== undefined) return tampering;
  throw new TypeError(
    'tamper() is for ledgers made by memoryLedger() or MemoryServer.open(), and for a MemoryServer: what answers any ' +
      'other ledger is real.',
  );
}
