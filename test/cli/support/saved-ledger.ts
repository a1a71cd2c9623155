// A ledger made as an application makes it: by openLedger, through the whole client.
import { join } from 'node:path';
import { openLedger } from 'immurepo';
import type { TrustOption } from 'immurepo/client';
import { temporaryFolder } from '../../engine/maintenance/support/folders.js';
import { Account } from '../../repository/entities.js';

/** @returns its folder; it is closed */
export async function savedLedger(saves = 5): Promise<string> {
  const path = join(await temporaryFolder(), 'ledger');
  await saveMore(path, saves);
  return path;
}

/** Saves more in a ledger that nobody has open. */
export async function saveMore(path: string, saves: number, trust?: TrustOption): Promise<void> {
  const ledger = await openLedger({ path, entities: [Account], ...(trust === undefined ? {} : { trust }) });
  try {
    const accounts = ledger.repository(Account);
    for (let count = 0; count < saves; count++)
      await accounts.save(accounts.create({ email: `${count}@example.com`, balance: 1n }));
  } finally {
    await ledger.close();
  }
}
