// `immurepo repair` on ledgers that applications made.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { openLedger } from '../../src/open-ledger.js';
import {
  damageIndex,
  damageText,
  dataOf,
  flipByte,
  ledgerFolder,
  rowsOf,
} from '../engine/maintenance/support/folders.js';
import { Account } from '../repository/entities.js';
import { immurepo } from './support/cli.js';
import { savedLedger } from './support/saved-ledger.js';
import { processesFromSource } from './support/source-processes.js';

processesFromSource();

it('does nothing where nothing is damaged', async () => {
  const path = await savedLedger(2);
  const ran = await immurepo(['repair', '--path', path]);
  expect(ran).toMatchObject({
    code: 0,
    err: '',
    out: 'defaultdb: whole, nothing to do\nledger: whole, nothing to do',
  });
});

it('rebuilds, and tells where the damaged one is and how large', async () => {
  const path = await ledgerFolder(8);
  await damageIndex(path);
  const { length } = await readFile(dataOf(path));
  const ran = await immurepo(['repair', '--path', path]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  const [kept] = (await readdir(join(path, 'databases'))).filter((name) => name.startsWith('.damaged.'));
  expect(ran.out).toMatch(
    /^defaultdb: whole, nothing to do\nbank: rebuilt from 8 transactions; there were \d+ faults\n {2}head {6}transaction 8, alh [0-9a-f]{64}\n/,
  );
  expect(ran.out).toContain(
    `kept      the damaged one (${length.toLocaleString('en-US')} bytes) in ${join(path, 'databases', kept!)}: delete it`,
  );
  expect((await immurepo(['verify', '--path', path])).code).toBe(0);
});

it('tells the same to programs', async () => {
  const path = await ledgerFolder(3);
  await damageIndex(path);
  const ran = await immurepo(['repair', '--path', path, '--json']);
  expect(ran.code).toBe(0);
  expect(ran.json()).toMatchObject({
    path,
    catalog: { restored: false, added: [], marked: [] },
    databases: [
      { database: 'defaultdb', outcome: 'whole' },
      {
        database: 'bank',
        outcome: 'rebuilt',
        state: { txId: '3' },
        headLost: false,
        kept: { bytes: expect.any(Number) as unknown },
      },
    ],
  });
});

it('goes on where the application was: its entities are found and proven', async () => {
  const path = await savedLedger(4);
  const ledger = await openLedger({ path, entities: [Account] });
  const ada = await ledger
    .repository(Account)
    .save(ledger.repository(Account).create({ email: 'ada@example.com', balance: 9n }));
  await ledger.close();
  const head = join(rowsOf(path, 'ledger'), 'head');
  for (const at of [20, 4_096 + 20]) await flipByte(head, at);
  await expect(openLedger({ path, entities: [Account] })).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });

  const ran = await immurepo(['repair', '--path', path]);
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(/beware.*nothing in the folder tells whether newer transactions were lost/);
  const again = await openLedger({ path, entities: [Account] });
  expect(await again.repository(Account).find(ada.id)).toMatchObject({
    email: 'ada@example.com',
    balance: 9n,
  });
  await again.close();
});

it('restores ledger.json, and tells what that undoes', async () => {
  const path = await savedLedger(2);
  await damageText(join(path, 'ledger.json'), 'defaultdb');
  const ran = await immurepo(['repair', '--path', path]);
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(
    /^ledger\.json: restored as it was before its last change\. Check users, passwords and settings: .*kept as .*ledger\.json\.damaged\./,
  );
  expect(ran.out).toMatch(/databases marked as used, since they have rows: ledger\./);
  await (await openLedger({ path, entities: [Account] })).close();
});

it('refuses what cannot be made up, naming the first transaction', async () => {
  const path = await ledgerFolder(12);
  await damageText(dataOf(path), 'value 7');
  const ran = await immurepo(['repair', '--path', path]);
  expect(ran.code).toBe(3);
  expect(ran.out).toMatch(
    /^bank: not repaired\. Transaction 8 is not whole .*Restore the ledger from a backup\. Nothing was changed\.$/m,
  );
  const json = await immurepo(['repair', '--path', path, '--json']);
  expect(json.code).toBe(3);
  expect(json.json()).toMatchObject({
    databases: [{}, { outcome: 'refused', reason: expect.stringMatching(/^Transaction 8/) as unknown }],
  });
});

it('takes no ledger that is open', async () => {
  const path = await savedLedger(1);
  await using engine = await openEngine({ path });
  const ran = await immurepo(['repair', '--path', path]);
  expect(engine.path).toBe(path);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/LEDGER_LOCKED: .*Close it there/);
});

it('makes nothing where no ledger is', async () => {
  const ran = await immurepo(['repair', '--path', '/nowhere']);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/LEDGER_MISSING/);
});
