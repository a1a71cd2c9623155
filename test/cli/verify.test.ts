// `immurepo verify` on ledgers that applications made, whole and damaged.
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { run } from '../../src/cli/run.js';
import { openLedger } from '../../src/open-ledger.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { damageText, dataOf, temporaryFolder } from '../engine/maintenance/support/folders.js';
import { Account } from '../repository/entities.js';
import { immurepo } from './support/cli.js';
import { saveMore, savedLedger } from './support/saved-ledger.js';
import { processesFromSource } from './support/source-processes.js';

processesFromSource();

interface Verified {
  readonly whole: boolean;
  readonly uuid: string;
  readonly faults: readonly { readonly message: string }[];
  readonly databases: readonly {
    readonly database: string;
    readonly transactions: string;
    readonly state: { readonly txId: string; readonly alh: string };
    readonly trusted?: { readonly txId: string };
    readonly faultCount: number;
    readonly faults: readonly { readonly txId?: string; readonly message: string }[];
  }[];
}

async function verifyJson(...words: string[]): Promise<Verified & { code: number }> {
  const ran = await immurepo(['verify', '--json', ...words]);
  expect([ran.err, ran.out.includes('\n')]).toEqual(['', false]);
  return { ...(ran.json() as Verified), code: ran.code };
}

const trustOf = (path: string) => new FileTrustStore({ directory: join(path, 'trust') });
const id = { ledgerId: 'embedded', database: 'ledger' };

it('shows what is whole, with the heads to be noted', async () => {
  const path = await savedLedger(5);
  const record = await trustOf(path).load(id);
  const ran = await immurepo(['verify', '--path', path]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out.split('\n')).toEqual([
    'defaultdb: 0 transactions, 0 entries, whole',
    'ledger: 5 transactions, 5 entries, whole',
    '  head      transaction 5',
    `  alh       ${toHex(record!.head.alh)}`,
    '  trusted   transaction 5',
  ]);
  const colored = await immurepo(['verify', '--path', path], { color: true });
  expect(colored.out).not.toBe(ran.out);
  expect(stripVTControlCharacters(colored.out)).toBe(ran.out);
});

it('shows the same to programs', async () => {
  const path = await savedLedger(2);
  const found = await verifyJson('--path', path);
  const { head } = (await trustOf(path).load(id))!;
  expect(found).toMatchObject({
    code: 0,
    whole: true,
    faults: [],
    uuid: expect.stringMatching(/^\w{20}$/) as unknown,
    databases: [
      { database: 'defaultdb', transactions: '0' },
      {
        database: 'ledger',
        transactions: '2',
        entries: '2',
        faultCount: 0,
        faults: [],
        state: { txId: '2', alh: toHex(head.alh) },
        trusted: { txId: '2', alh: toHex(head.alh) },
      },
    ],
  });
});

it('works beside an application that has the ledger open', async () => {
  const path = await savedLedger(1);
  const ledger = await openLedger({ path, entities: [Account] });
  try {
    const accounts = ledger.repository(Account);
    await accounts.save(accounts.create({ email: 'open@example.com', balance: 1n }));
    const found = await verifyJson('--path', path, '--database', 'ledger');
    expect(found).toMatchObject({ code: 0, whole: true, databases: [{ transactions: '2' }] });
  } finally {
    await ledger.close();
  }
});

it('reports every fault, and what to do', async () => {
  const path = await savedLedger(12);
  expect(await damageText(dataOf(path, 'ledger'), 'example.com')).toBeGreaterThanOrEqual(12);
  const ran = await immurepo(['verify', '--path', path]);
  expect(ran).toMatchObject({ code: 3, err: '' });
  for (const txId of [1, 6, 12])
    expect(ran.out).toMatch(
      new RegExp(`^  fault: transaction ${txId} The row .* does not match its checksum$`, 'm'),
    );
  expect(ran.out).toMatch(/^ledger: 12 transactions, 12 entries, \d+ faults$/m);
  expect(ran.out).toMatch(/\nDamaged\. `immurepo repair --path`/);
  const json = await verifyJson('--path', path);
  expect(json).toMatchObject({ code: 3, whole: false });
  expect(json.databases[1]!.faults.map(({ txId }) => txId)).toEqual(expect.arrayContaining(['1', '6', '12']));
  expect(json.databases[1]!.faultCount).toBe(json.databases[1]!.faults.length);
});

it('holds the rows to the trust record in the folder', async () => {
  const path = await savedLedger(3);
  const store = trustOf(path);
  const record = (await store.load(id))!;
  const ahead = { txId: 9n, alh: new Uint8Array(32).fill(7) };
  await store.replace(id, record.epoch, { ...record, head: ahead });
  expect((await verifyJson('--path', path)).databases[1]!.faults).toEqual([
    { message: 'the newest transaction is 3, but the trust record is at 9: what came after was lost' },
  ]);
  await store.recover(id, { ...record, head: { txId: 2n, alh: ahead.alh } }, 'test');
  const beside = await immurepo(['verify', '--path', path]);
  expect(beside.code).toBe(3);
  expect(beside.out).toContain('  fault: transaction 2 is not the one of the trust record');
});

it('holds them to a record kept elsewhere, as openLedger finds it there', async () => {
  const path = await savedLedger(1);
  const directory = await temporaryFolder();
  await saveMore(path, 2, { firstUse: true, store: new FileTrustStore({ directory }) });
  const found = await verifyJson('--path', path, '--directory', directory);
  expect(found).toMatchObject({ code: 0, databases: [{}, { trusted: { txId: '3' } }] });
  expect(
    (await verifyJson('--path', path, '--directory', await temporaryFolder())).databases[1]!.trusted,
  ).toBeUndefined();
});

it('holds them to a state that was noted', async () => {
  const path = await savedLedger(3);
  const { state } = (await verifyJson('--path', path)).databases[1]!;
  await saveMore(path, 2);
  const noted = (alh: string) => ['--path', path, '--database', 'ledger', '--tx', state.txId, '--alh', alh];
  expect((await verifyJson(...noted(state.alh))).code).toBe(0);
  const other = await verifyJson(...noted('ab'.repeat(32)));
  expect(other).toMatchObject({ code: 3 });
  expect(other.databases[0]!.faults).toEqual([{ txId: '3', message: 'is not the one of the noted state' }]);
});

it('reports a trust record that cannot be read, or is latched', async () => {
  const path = await savedLedger(2);
  const store = trustOf(path);
  const record = (await store.load(id))!;
  const latch = {
    code: 'FORK_DETECTED',
    message: 'Two histories.',
    at: '2026-01-01T00:00:00.000Z',
    trusted: record.head,
    offered: record.head,
  };
  const { epoch } = await store.replace(id, record.epoch, { ...record, latch });
  const latched = await immurepo(['verify', '--path', path]);
  expect(latched.code).toBe(3);
  expect(latched.out).toContain(
    'fault: the trust record of "ledger" is latched since 2026-01-01T00:00:00.000Z: FORK_DETECTED: Two histories',
  );
  const { directoryName } = await import('../../src/trust/file-layout.js');
  await appendFile(join(path, 'trust', directoryName(id), `rec.${epoch}`), 'x');
  const damaged = await verifyJson('--path', path);
  expect(damaged).toMatchObject({ code: 3, whole: false });
  expect(damaged.faults[0]!.message).toMatch(/^Trust record .* is damaged/);
});

it('shows how far it is, to people at a terminal and nobody else', async () => {
  const path = await savedLedger(1);
  const shown: (string | undefined)[] = [];
  const lines: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    err: () => undefined,
    color: false,
    env: {},
    progress: (line: string | undefined) => void shown.push(line),
  };
  expect(await run(['verify', '--path', path], COMMANDS, terminal)).toBe(0);
  expect(shown[0]).toBe('Verifying ledger: transaction 1 of 1 (100 %)');
  expect(shown.at(-1)).toBeUndefined();
  const before = shown.length;
  expect(await run(['verify', '--path', path, '--json'], COMMANDS, terminal)).toBe(0);
  expect(shown).toHaveLength(before);
});

it('escapes what a folder says', async () => {
  const path = await savedLedger(1);
  const file = join(path, 'ledger.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('ledger', 'led\u001b[2Jger'));
  const ran = await immurepo(['verify', '--path', path]);
  expect(ran.code).toBe(3);
  // eslint-disable-next-line no-control-regex
  expect(ran.out + ran.err).not.toMatch(/\u001b/);
});

it.each<[string[], number, RegExp]>([
  [[], 2, /--path is missing/],
  [['--path', '/nowhere'], 1, /LEDGER_MISSING: There is no ledger in \/nowhere/],
  [['--path', '/nowhere', '--tx', '1', '--alh', 'ab'.repeat(32)], 2, /--tx and --alh need --database/],
  [['--path', '/nowhere', '--tx', '1', '--database', 'x'], 2, /--alh is missing/],
  [['--path', '/nowhere', '--timeout', '0'], 2, /--timeout must be a number of at least 1/],
  [['--path', '/nowhere', '--timeout', '9999999'], 2, /--timeout must be at most/],
])('refuses %j', async (words, code, message) => {
  const ran = await immurepo(['verify', ...words]);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});

it('tells of a database that is not there', async () => {
  const path = await savedLedger(1);
  const ran = await immurepo(['verify', '--path', path, '--database', 'shop']);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/DATABASE_NOT_FOUND: .* has no database "shop", but: defaultdb, ledger\./);
});

it('reports a database that is trusted and gone', async () => {
  const path = await savedLedger(2);
  await rm(join(path, 'databases', 'ledger'), { recursive: true });
  expect((await verifyJson('--path', path)).databases[1]!.faults.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^its rows are gone: there is no store in /),
    'it has no rows, but the trust record is at transaction 2',
  ]);
});
