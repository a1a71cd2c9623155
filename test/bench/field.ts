// Who takes part on a real immudb.

import type { Ledger } from 'immurepo';
import { Account, newAccount } from './account.js';
import type { RawCaller } from './raw.js';

/** Everything that takes part. */
export interface Field {
  readonly raw: RawCaller;
  /** Without room for what is proven: every read asks for a proof. */
  readonly cold: Ledger;
  readonly warm: Ledger;
  readonly coalescing: Ledger;
  readonly embedded: Ledger;
  readonly embeddedCold: Ledger;
}

/** Saves entities, each in a transaction of its own. */
export async function fill(ledger: Ledger, count: number): Promise<Account[]> {
  const accounts = Array.from({ length: count }, (_, index) => newAccount(ledger, index));
  return Promise.all(accounts.map((account) => ledger.repository(Account).save(account)));
}
