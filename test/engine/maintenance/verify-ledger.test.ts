// Ledgers in folders checked by processes of their own.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyLedger, type VerifyLedgerOptions } from '../../../src/engine/maintenance/verify-ledger.js';
import { openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { openDatabase, set } from '../database/support.js';
import { bundledScripts, TASK_PROCESS } from './support/bundled.js';
import {
  addTransactions,
  damageText,
  dataOf,
  flipByte,
  ledgerFolder,
  rowsOf,
  temporaryFolder,
} from './support/folders.js';

const bundled = bundledScripts(TASK_PROCESS);
const WRITERS = [1, 2, 3, 4, 5, 6, 7, 8];
const verify = (path: string, options: Partial<VerifyLedgerOptions> = {}) =>
  verifyLedger({ path, script: bundled('task-process'), ...options });

/** What is wrong, as a person reads it. */
async function faultsOf(path: string, options: Partial<VerifyLedgerOptions> = {}): Promise<string[]> {
  const { faults, databases } = await verify(path, options);
  const texts = databases.flatMap(({ database, faults: own }) =>
    own.map(({ txId, message }) => `${database} ${txId === undefined ? '' : `${String(txId)} `}${message}`),
  );
  return [...faults.map(({ message }) => message), ...texts];
}

describe('a ledger that is whole', () => {
  it('has no faults, and a state for each database', async () => {
    const path = await ledgerFolder(30);
    const found = await verify(path);
    expect(found).toMatchObject({
      uuid: expect.stringMatching(/^[0-9a-v]{20}$/) as unknown,
      faults: [],
      databases: [
        {
          database: 'defaultdb',
          transactions: 0n,
          entries: 0n,
          state: { txId: 0n },
          faults: [],
          faultCount: 0,
        },
        {
          database: 'bank',
          transactions: 30n,
          entries: 30n,
          state: { txId: 30n },
          faults: [],
          faultCount: 0,
        },
      ],
    });
  });

  it('is not written to', async () => {
    const path = await ledgerFolder();
    await rm(join(rowsOf(path), 'lock.mdb'));
    const names = await readdir(path, { recursive: true });
    const contents = async () =>
      Promise.all(
        ['databases/bank/data.mdb', 'databases/bank/head', 'ledger.json'].map(async (name) =>
          (await readFile(join(path, name))).toString('hex'),
        ),
      );
    const before = await contents();
    await verify(path);
    expect(await contents()).toEqual(before);
    // LMDB notes there who reads.
    expect((await readdir(path, { recursive: true })).filter((name) => !names.includes(name))).toEqual([
      'databases/bank/lock.mdb',
    ]);
  });

  it('tells how far it is', async () => {
    const path = await ledgerFolder();
    const told: string[] = [];
    await verify(path, {
      onProgress: (database, { done, total, unit }) => told.push(`${database} ${unit} ${done}/${total}`),
    });
    expect(told).toContain('bank transactions 30/30');
  });

  it('is one database if that is asked for', async () => {
    const path = await ledgerFolder();
    const { databases } = await verify(path, { database: 'bank' });
    expect(databases.map(({ database }) => database)).toEqual(['bank']);
    await expect(verify(path, { database: 'shop' })).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      message: expect.stringMatching(/has no database "shop", but: defaultdb, bank\.$/) as unknown,
    });
  });

  it('is not there', async () => {
    const path = await temporaryFolder();
    await expect(verify(path)).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    await expect(verify(join(path, 'none'))).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect(await readdir(path)).toEqual([]);
  });
});

describe('damage', () => {
  it('of values is found, all of it', async () => {
    const path = await ledgerFolder(100);
    const damaged = await damageText(dataOf(path), 'value 4');
    expect(damaged).toBeGreaterThanOrEqual(11);
    const faults = (await faultsOf(path)).filter((text) => text.endsWith('does not match its checksum'));
    for (const txId of [5, 41, 50]) expect(faults.join('\n')).toContain(`bank ${txId} The row`);
  });

  it('of the newest commit, which LMDB itself loses unnoticed, is found by the head', async () => {
    const path = await ledgerFolder(10);
    await addTransactions(path, 1);
    const data = await readFile(dataOf(path));
    // Of the two pages at the start the newer one counts: its magic number is damaged.
    const newer = data.readBigUInt64LE(4096 + 24 + 128) > data.readBigUInt64LE(24 + 128) ? 4096 : 0;
    await flipByte(dataOf(path), newer + 24);
    const faults = await faultsOf(path);
    expect(faults.length).toBeGreaterThan(0);
  });

  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    [
      'a missing data.mdb',
      (path) => rm(dataOf(path)),
      /^bank it cannot be opened: The file "data\.mdb" is missing$/,
    ],
    [
      'an empty data.mdb',
      (path) => writeFile(dataOf(path), ''),
      /^bank it cannot be opened: The file "data\.mdb" is cut short$/,
    ],
    [
      'a damaged head',
      (path) => writeFile(join(rowsOf(path), 'head'), Buffer.alloc(5000, 7)),
      /^bank it cannot be opened: Neither entry/,
    ],
    [
      'a missing head',
      (path) => rm(join(rowsOf(path), 'head')),
      /^bank it cannot be opened: The file "head" is missing$/,
    ],
    [
      'a missing folder',
      (path) => rm(rowsOf(path), { recursive: true }),
      /^bank its rows are gone: there is no store in /,
    ],
    [
      'a folder under another name',
      (path) => rename(rowsOf(path), rowsOf(path, 'shop')),
      /^bank its rows are gone.*\nshop ledger\.json does not know this database, but there are rows in /,
    ],
    [
      'a damaged ledger.json',
      (path) => damageText(join(path, 'ledger.json'), 'bank'),
      /^The file ledger\.json does not match its hash; .*previous holds what it was before the last change$/,
    ],
    ['a missing ledger.json', (path) => rm(join(path, 'ledger.json')), /^The file ledger\.json is missing; /],
    [
      'an older ledger.json',
      (path) => rename(join(path, 'ledger.json.previous'), join(path, 'ledger.json')),
      /^bank ledger\.json says that it was never used, but it has rows$/,
    ],
  ])('%s is found', async (_, damage, text) => {
    const path = await ledgerFolder();
    await damage(path);
    expect((await faultsOf(path)).join('\n')).toMatch(text);
  });

  it('of ledger.json does not keep the databases from being checked', async () => {
    const path = await ledgerFolder();
    await damageText(join(path, 'ledger.json'), 'bank');
    const { uuid, databases } = await verify(path);
    expect(uuid).toBeUndefined();
    expect(databases).toMatchObject([{ database: 'bank', transactions: 30n, faults: [] }]);
  });
});

describe('a state known from elsewhere', () => {
  const expecting = (database: string, txId: bigint) => ({
    expected: new Map([[database, [{ source: 'the trust record', txId, alh: new Uint8Array(32) }]]]),
  });

  it.each<[string, bigint, string]>([
    ['bank', 7n, 'bank 7 is not the one of the trust record'],
    [
      'bank',
      31n,
      'bank the newest transaction is 30, but the trust record is at 31: what came after was lost',
    ],
    ['defaultdb', 3n, 'defaultdb it has no rows, but the trust record is at transaction 3'],
    ['shop', 3n, 'shop it has no rows, but the trust record is at transaction 3'],
  ])('of %s at %d is missed', async (database, txId, text) => {
    expect(await faultsOf(await ledgerFolder(), expecting(database, txId))).toEqual([text]);
  });
});

describe('beside a writer', () => {
  it('a ledger is whole at any moment', { timeout: 60_000 }, async () => {
    const path = await ledgerFolder(50);
    const database = openDatabase(await openLmdbStore(rowsOf(path)));
    let [writing, written] = [true, 50];
    const writer = (async () => {
      for (; writing; written += 8) {
        await Promise.all(WRITERS.map((key) => set(database, `key ${key}`, `value ${written}`)));
      }
    })();
    try {
      for (let round = 0; round < 5; round++) {
        const before = BigInt(written);
        const { databases } = await verify(path);
        expect(databases[1]).toMatchObject({ database: 'bank', faults: [] });
        expect(databases[1]!.transactions).toBeGreaterThanOrEqual(before);
      }
    } finally {
      writing = false;
      await writer;
      await database.close();
    }
  });
});
