import { expect, it } from 'vitest';
import { memoryLedger, tamper } from 'immurepo/testing';
import { Account, Till } from './till.js';

it('closes the till when a balance was changed in the store', async () => {
  await using ledger = await memoryLedger({ entities: [Account] });
  const accounts = ledger.repository(Account);
  const ada = await accounts.save(accounts.create({ owner: 'Ada', balance: 10n }));
  const till = new Till(ledger);

  await tamper(ledger).forge(Account, ada.id, { balance: 1_000_000n });
  await expect(till.pay(ada.id, 500n)).rejects.toMatchObject({ code: 'BINDING_MISMATCH' });
  expect(till.isOpen).toBe(false);

  await tamper(ledger).honest();
  expect((await accounts.findOrFail(ada.id)).balance).toBe(10n);
});
