// `immurepo backup`: copies that applications can go on with.
import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { copyTrust } from '../../src/cli/copy-trust.js';
import { openLedger } from '../../src/open-ledger.js';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { damageText, dataOf, ledgerFolder, temporaryFolder } from '../engine/maintenance/support/folders.js';
import { Account } from '../repository/entities.js';
import { draftAt } from '../trust/support/records.js';
import { immurepo } from './support/cli.js';
import { savedLedger } from './support/saved-ledger.js';
import { processesFromSource } from './support/source-processes.js';

processesFromSource();

const id = { ledgerId: 'embedded', database: 'ledger' };
const target = async () => join(await temporaryFolder(), 'copy');

it('copies a ledger that is open and written to; the copy opens, proven by the record that came with it', async () => {
  const path = await savedLedger(3);
  const ledger = await openLedger({ path, entities: [Account] });
  const accounts = ledger.repository(Account);
  const ada = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 10n }));
  const writing = new AbortController();
  const writer = (async () => {
    while (!writing.signal.aborted)
      await accounts.save(accounts.create({ email: 'other@example.com', balance: 1n }));
  })();
  const to = await target();
  const ran = await immurepo(['backup', '--path', path, '--to', to]);
  writing.abort();
  await writer;
  await ledger.close();
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(
    /^Copied to .*copy, whole\.\n {2}defaultdb: 0 transactions\n {2}ledger: \d+ transactions, alh [0-9a-f]{64}$/,
  );

  expect(
    (await new FileTrustStore({ directory: join(to, 'trust') }).load(id))!.head.txId,
  ).toBeGreaterThanOrEqual(3n);
  const copy = await openLedger({ path: to, entities: [Account] });
  expect(await copy.repository(Account).find(ada.id)).toMatchObject({
    email: 'ada@example.com',
    balance: 10n,
  });
  await copy
    .repository(Account)
    .save(copy.repository(Account).create({ email: 'new@example.com', balance: 0n }));
  await copy.close();
});

it('tells the same to programs, also unchecked', async () => {
  const path = await savedLedger(2);
  const to = await target();
  const ran = await immurepo(['backup', '--path', path, '--to', to, '--json']);
  expect(ran.code).toBe(0);
  expect(ran.json()).toMatchObject({
    path,
    to,
    verified: true,
    databases: [{ database: 'defaultdb' }, { database: 'ledger', state: { txId: '2' } }],
  });
  const unchecked = await immurepo([
    'backup',
    '--path',
    path,
    '--to',
    await target(),
    '--no-verify',
    '--json',
  ]);
  expect(unchecked.json()).toMatchObject({
    verified: false,
    databases: [{ database: 'defaultdb' }, { database: 'ledger' }],
  });
});

it('leaves nothing of a copy that is damaged', async () => {
  const path = await ledgerFolder(10);
  await damageText(dataOf(path), 'value 3');
  const to = await target();
  const ran = await immurepo(['backup', '--path', path, '--to', to]);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(
    /LEDGER_DAMAGED: The copy is damaged \(database "bank", transaction 4: .*so it was removed/,
  );
  await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('copies a trust record that is damaged as it is, and says so', async () => {
  const path = await savedLedger(2);
  const records = join(path, 'trust', directoryName(id));
  for (const name of await readdir(records))
    if (/^rec\.\d+$/.test(name)) await writeFile(join(records, name), 'damaged');
  const ran = await immurepo(['backup', '--path', path, '--to', await target()]);
  expect(ran.code).toBe(3);
  expect(ran.out).toMatch(/beware: copied as it is: Trust record .* is damaged/);
});

it.each<[string[], number, RegExp]>([
  [['--to', '/tmp/x'], 2, /--path is missing/],
  [['--path', '/nowhere'], 2, /--to is missing/],
  [['--path', '/nowhere', '--to', '/nowhere/copy'], 1, /LEDGER_MISSING/],
])('refuses %j', async (words, code, message) => {
  const ran = await immurepo(['backup', ...words]);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});

it('refuses a folder that is not empty, or inside of the ledger', async () => {
  const path = await savedLedger(1);
  const to = await temporaryFolder();
  await writeFile(join(to, 'mine.txt'), '');
  expect(await immurepo(['backup', '--path', path, '--to', to])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is not empty/) as unknown,
  });
  expect(await readdir(to)).toEqual(['mine.txt']);
  const inside = await immurepo(['backup', '--path', path, '--to', join(path, 'copy')]);
  expect(inside).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be inside/) as unknown });
});

it.skipIf(process.platform === 'win32')(
  'leaves nothing when it is interrupted',
  { timeout: 60_000 },
  async () => {
    const path = await ledgerFolder(6_000);
    const to = await target();
    const main = ['--import', 'tsx', 'src/cli/main.ts', 'backup', '--path', path, '--to', to, '--json'];
    const child = spawn(process.execPath, main, { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = new Promise((resolve) => child.once('close', resolve));
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const isThere = async () =>
      readdir(to).then(
        () => true,
        () => false,
      );
    while (!(await isThere())) await sleep(5);
    child.kill('SIGINT');
    expect(await closed).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'ABORTED', message: expect.stringMatching(/SIGINT/) as unknown },
    });
    expect(await isThere()).toBe(false);
  },
);

describe('copying trust records', () => {
  it('while they are replaced gives ones that can be read', async () => {
    const [directory, to] = [await temporaryFolder(), await temporaryFolder()];
    const store = new FileTrustStore({ directory });
    await store.create(id, draftAt(1n));
    const writing = new AbortController();
    const writer = (async () => {
      for (let epoch = 1; !writing.signal.aborted; epoch++)
        await store.replace(id, epoch, draftAt(BigInt(epoch + 1)));
    })();
    try {
      for (let round = 0; round < 20; round++) {
        const before = (await store.load(id))!.epoch;
        const copy = join(to, String(round));
        await copyTrust(directory, copy);
        const record = await new FileTrustStore({ directory: copy }).load(id);
        expect(record!.epoch).toBeGreaterThanOrEqual(before);
      }
    } finally {
      writing.abort();
      await writer;
    }
  });

  it('copies nothing where there are none', async () => {
    const to = await target();
    await copyTrust('/nowhere', to);
    await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
