// From an entity to its Merkle path: what its evidence says is all there is to ask with.

import { evidenceOf, openLedger } from 'immurepo';
import { expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLedger } from '../../../src/testing/index.js';
import { firstError } from '../../proof/naive-path.js';
import { Account, OrderLine } from '../../repository/entities.js';

it('leads from entities, in a namespace too, with every revision and the deletion', async () => {
  await using ledger = await memoryLedger({ entities: [Account, OrderLine] });
  const drafts = await ledger.namespace('drafts');
  for (const where of [ledger, drafts]) {
    const accounts = where.repository(Account);
    const ada = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 1n }));
    const first = evidenceOf(ada);
    ada.balance = 2n;
    const second = evidenceOf(await accounts.save(ada));
    const deletion = (await accounts.delete(ada.id))!;
    const lines = where.repository(OrderLine);
    const line = evidenceOf(
      await lines.save(lines.create({ order: 'o', line: 1, product: 'p', quantity: 1 })),
    );

    for (const evidence of [first, second, deletion, line]) {
      const { key, txId, checkedAgainst, ledgerId, database } = evidence;
      const path = (await where.client.proofs.merklePath(key, { atTx: txId }))!;
      expect(firstError(path)).toBeUndefined();
      expect(path.entry.key).toEqual(key);
      expect(path.transaction.txId).toBe(txId);
      expect(path.trusted.txId).toBeGreaterThanOrEqual(checkedAgainst.txId);
      expect(path).toMatchObject({ ledgerId, database, trusted: await where.client.trustedState() });
    }
    // A revision that deletes is a record as any other: what is kept of it are its bytes.
    expect(deletion.txId).toBeGreaterThan(second.txId);
  }
});

it('leads from what an embedded ledger in a folder holds, after it was opened again', async () => {
  const path = await mkdtemp(join(tmpdir(), 'immurepo-path-'));
  try {
    const open = () => openLedger({ path, entities: [Account] });
    const ledger = await open();
    const accounts = ledger.repository(Account);
    const saved = [];
    for (let i = 0; i < 5; i++)
      saved.push(
        evidenceOf(await accounts.save(accounts.create({ email: `${i}@example.com`, balance: 1n }))),
      );
    await ledger.close();

    await using again = await open();
    for (const { key, txId } of saved) {
      const found = (await again.client.proofs.merklePath(key, { atTx: txId }))!;
      expect(firstError(found)).toBeUndefined();
      expect(found.trusted).toEqual(await again.client.trustedState());
    }
  } finally {
    await rm(path, { recursive: true, force: true });
  }
});
