// Copies of ledgers: at rest, while they are written to, and such that fail.
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/engine.js';
import { backupLedger, type BackupLedgerOptions } from '../../../src/engine/maintenance/backup-ledger.js';
import { verifyLedger } from '../../../src/engine/maintenance/verify-ledger.js';
import { openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { openDatabase, set } from '../database/support.js';
import { bundledScripts, TASK_PROCESS } from './support/bundled.js';
import {
  addTransactions,
  contentsOf,
  damageIndex,
  damageText,
  dataOf,
  ledgerFolder,
  rowsOf,
  temporaryFolder,
} from './support/folders.js';

const bundled = bundledScripts(TASK_PROCESS);
const WRITERS = [1, 2, 3, 4, 5, 6, 7, 8];

async function backup(path: string, options: Partial<BackupLedgerOptions> = {}) {
  const to = options.to ?? join(await temporaryFolder(), 'copy');
  return { to, made: backupLedger({ path, script: bundled('task-process'), ...options, to }) };
}

describe('a copy', () => {
  it('is a ledger like the one it was made of', async () => {
    const path = await ledgerFolder();
    const { to, made } = await backup(path);
    expect(await made).toMatchObject({ to, databases: ['defaultdb', 'bank'], verification: { faults: [] } });
    expect(await contentsOf(to)).toEqual(await contentsOf(path));
    expect((await readdir(to, { recursive: true })).sort()).toEqual([
      'databases',
      'databases/bank',
      'databases/bank/data.mdb',
      'databases/bank/head',
      'databases/bank/lock.mdb',
      'ledger.json',
    ]);
    const [original, copy] = [await openEngine({ path }), await openEngine({ path: to })];
    expect([copy.uuid, copy.databaseNames]).toEqual([original.uuid, original.databaseNames]);
    await Promise.all([original.close(), copy.close()]);
  });

  it('goes on from where it was made', async () => {
    const { to, made } = await backup(await ledgerFolder());
    await made;
    await addTransactions(to, 3);
    expect((await contentsOf(to)).at(-1)).toMatch(/^33 /);
  });

  it('is for its owner only', async () => {
    const { to, made } = await backup(await ledgerFolder());
    await made;
    for (const name of ['', 'ledger.json', 'databases', 'databases/bank/data.mdb', 'databases/bank/head'])
      expect((await stat(join(to, name))).mode & 0o077, name).toBe(0);
  });

  it('may be made in a folder that is empty', async () => {
    const to = await temporaryFolder();
    await (
      await backup(await ledgerFolder(), { to })
    ).made;
    expect(await readdir(to)).toContain('ledger.json');
  });

  it('tells how far it is, and is not checked if that is not wanted', async () => {
    const told = new Set<string>();
    const onProgress: BackupLedgerOptions['onProgress'] = (database, { unit }) =>
      told.add(`${database} ${unit}`);
    const checked = await backup(await ledgerFolder(), { onProgress });
    await checked.made;
    expect(told).toContain('bank transactions');
    told.clear();
    const unchecked = await backup(await ledgerFolder(), { onProgress, verify: false });
    expect(await unchecked.made).toMatchObject({ verification: undefined });
    expect(told).not.toContain('bank transactions');
  });

  it('leaves out a database that is about to be removed, and has a new one that is', async () => {
    const path = await ledgerFolder();
    const engine = await openEngine({ path, databases: ['shop'] });
    await engine.close();
    const { to, made } = await backup(path);
    expect(await made).toMatchObject({ databases: ['defaultdb', 'bank', 'shop'] });
    const copy = await openEngine({ path: to });
    expect(await copy.isEmpty('shop')).toBe(true);
    await copy.close();
  });
});

describe('while the ledger is written to', () => {
  it('a copy is whole, and not older than what was copied before', { timeout: 60_000 }, async () => {
    const path = await ledgerFolder(20);
    const database = openDatabase(await openLmdbStore(rowsOf(path)));
    let [writing, written] = [true, 20];
    const writer = (async () => {
      for (; writing; written += 8)
        await Promise.all(WRITERS.map((key) => set(database, `key ${key}`, `value ${written}`)));
    })();
    try {
      for (let round = 0; round < 3; round++) {
        let known = database.state;
        const expected = new Map([['bank', [] as { source: string; txId: bigint; alh: Uint8Array }[]]]);
        const first = () => {
          known = database.state;
          expected.get('bank')!.push({ source: 'what was copied first', ...known });
          return Promise.resolve();
        };
        const { made } = await backup(path, { first, expected });
        const { verification } = await made;
        expect(verification?.databases[1]).toMatchObject({ faults: [] });
        expect(verification!.databases[1]!.transactions).toBeGreaterThanOrEqual(known.txId);
      }
    } finally {
      writing = false;
      await writer;
      await database.close();
    }
  });

  it('a database that is used for the first time meanwhile is used in the copy', async () => {
    const path = join(await temporaryFolder(), 'ledger');
    const engine = await openEngine({ path, databases: ['bank'] });
    const first = async () => {
      // The catalog was looked at; now it changes.
      await engine.isEmpty('bank');
    };
    const { to, made } = await backup(path, { first });
    await made;
    await engine.close();
    expect((await verifyLedger({ path: to, script: bundled('task-process') })).faults).toEqual([]);
    const copy = await openEngine({ path: to });
    expect(await copy.isEmpty('bank')).toBe(true);
    await copy.close();
  });
});

describe('a copy that fails', () => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    [
      'since the ledger is damaged',
      damageIndex,
      /^The copy is damaged \(database "bank".*and so it was removed\. Run `immurepo verify --path /,
    ],
    [
      'since a value is',
      (path) => damageText(dataOf(path), 'value 11'),
      /^The copy is damaged \(database "bank", transaction 12: /,
    ],
    ['since it cannot be opened', (path) => writeFile(dataOf(path), ''), /cut short/],
    [
      'since rows are gone',
      (path) => rm(rowsOf(path), { recursive: true }),
      /^The rows of the database "bank" are gone/,
    ],
    [
      'since the catalog is damaged',
      (path) => damageText(join(path, 'ledger.json'), 'bank'),
      /ledger\.json does not match its hash/,
    ],
  ])('%s is removed', async (_, damage, text) => {
    const path = await ledgerFolder();
    await damage(path);
    const { to, made } = await backup(path);
    await expect(made).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: expect.stringMatching(text) as unknown,
    });
    await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves an empty folder empty', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const to = await temporaryFolder();
    await expect((await backup(path, { to })).made).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(await readdir(to)).toEqual([]);
  });

  it('is kept if it was not to be checked', async () => {
    const path = await ledgerFolder();
    await damageIndex(path);
    const { to, made } = await backup(path, { verify: false });
    await made;
    expect(await readdir(to)).toContain('ledger.json');
  });

  it('because what comes first fails, or it is given up, is removed', async () => {
    const path = await ledgerFolder();
    const failing = await backup(path, { first: () => Promise.reject(new Error('no')) });
    await expect(failing.made).rejects.toThrow('no');
    const aborting = new AbortController();
    const given = await backup(path, {
      signal: aborting.signal,
      first: () => {
        aborting.abort(new Error('enough'));
        return Promise.resolve();
      },
    });
    await expect(given.made).rejects.toThrow('enough');
    for (const { to } of [failing, given])
      await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a copy is refused', () => {
  it('into a folder that holds something, which stays', async () => {
    const path = await ledgerFolder();
    const to = await temporaryFolder();
    await writeFile(join(to, 'mine.txt'), 'kept');
    const { made } = await backup(path, { to });
    await expect(made).rejects.toThrow(/is not empty \(there is mine\.txt\)\. Copy to a new one/);
    expect(await readFile(join(to, 'mine.txt'), 'utf8')).toBe('kept');
  });

  it('into the ledger itself', async () => {
    const path = await ledgerFolder();
    for (const to of [path, join(path, 'copy'), join(path, '..copy')])
      await expect((await backup(path, { to })).made).rejects.toThrow(TypeError);
    const beside = `${path}-copy`;
    await (
      await backup(path, { to: beside })
    ).made;
    expect(await readdir(beside)).toContain('ledger.json');
  });

  it('of what is no ledger', async () => {
    const { to, made } = await backup(await temporaryFolder());
    await expect(made).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('where no folder can be made', async () => {
    const path = await ledgerFolder();
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect((await backup(path, { to: join(file, 'copy') })).made).rejects.toMatchObject({
      code: 'LEDGER_STORAGE_FAILED',
    });
  });
});

it('is a ledger at no moment before it is complete', async () => {
  const path = await ledgerFolder();
  const to = join(await temporaryFolder(), 'copy');
  await mkdir(to);
  await cp(join(path, 'databases'), join(to, 'databases'), { recursive: true });
  await expect(openEngine({ path: to })).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
});
