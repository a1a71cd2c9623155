import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CatalogValue } from '../../src/engine/catalog.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { EngineOptions } from '../../src/engine/engine-options.js';
import { CATALOG_FORMAT, parseCatalog } from '../../src/engine/parse-catalog.js';
import { type Json, readCatalog, writeCatalog } from '../../src/engine/storage/catalog-file.js';
import { newUuid } from '../../src/engine/uuid.js';
import { bytes, Caller, methods, refusal, testEngine } from './service/engine-caller.js';
import { temporaryDirectory } from './temporary-directory.js';

const KVs = [{ key: bytes('k'), value: bytes('v') }];
const newPath = async () => join(await temporaryDirectory(), 'ledger');
const admin = ({ service }: Engine, database?: string, password?: string) =>
  new Caller(service).session(database, 'immudb', password);

/** What opening fails with. */
async function opening(options: EngineOptions): Promise<{ code?: string; message: string }> {
  try {
    await (await openEngine(options)).close();
    throw new Error('opened');
  } catch (error) {
    return error as { code?: string; message: string };
  }
}

/** Changes the catalog of a closed ledger. */
async function edit(path: string, change: (value: CatalogValue) => unknown): Promise<void> {
  const value = await readCatalog(path, (json) => parseCatalog(json, path));
  await writeCatalog(path, change(value!) as Json);
}

describe('a folder', () => {
  it('keeps everything: name, data, users, databases and their settings', async () => {
    const path = await newPath();
    const first = await openEngine({ path, databases: ['bank'] });
    const caller = await admin(first, 'bank');
    await caller.call(methods.set, { KVs });
    const { txHash } = await caller.call(methods.currentState);
    const settings = { maxKeyLen: { value: 9 }, indexSettings: { renewSnapRootAfter: { value: 2n ** 60n } } };
    await caller.call(methods.createDatabaseV2, { name: 'shop', settings });
    const user = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: 'bank' };
    await caller.call(methods.createUser, user);
    await first.close();

    const second = await testEngine({ path, databases: ['bank', 'third'] });
    expect(second.uuid).toBe(first.uuid);
    expect(second.path).toBe(path);
    const again = await admin(second, 'bank');
    expect(await again.call(methods.currentState)).toMatchObject({ txId: 1n, txHash });
    const { databases } = await again.call(methods.databaseListV2);
    expect(databases.map(({ name }) => name)).toEqual(['defaultdb', 'bank', 'shop', 'third']);
    expect(databases[2]!.settings).toMatchObject(settings);
    const ada = await new Caller(second.service).session('bank', 'ada', 'pw');
    expect((await ada.call(methods.get, { key: bytes('k') })).value).toEqual(bytes('v'));
  });

  it('keeps the password it was made with, whatever a later opening says, and no password in clear', async () => {
    const path = await newPath();
    await (await openEngine({ path, password: 'first-secret' })).close();
    expect(await readFile(join(path, 'ledger.json'), 'utf8')).not.toContain('first-secret');
    const engine = await testEngine({ path, password: 'second-secret' });
    expect(await refusal(admin(engine, 'defaultdb', 'second-secret'))).toMatch(/^2 invalid user name/);
    expect(await refusal(admin(engine, 'defaultdb', 'first-secret'))).toBe('ok');
  });

  it('is open once at a time, and free after closing', async () => {
    const path = await newPath();
    const engine = await openEngine({ path });
    expect(await opening({ path })).toMatchObject({ code: 'LEDGER_LOCKED' });
    await engine.close();
    await using _ = await openEngine({ path });
    expect((await readdir(path)).filter((name) => name.endsWith('.lock'))).toHaveLength(1);
  });

  it("that is somebody else's is left alone", async () => {
    const path = await temporaryDirectory();
    await writeFile(join(path, 'thesis.txt'), 'years');
    const error = await opening({ path });
    expect(error).toMatchObject({ code: 'LEDGER_MISSING' });
    expect(error.message).toContain('thesis.txt');
    expect(await readdir(path)).toEqual(['thesis.txt']);
  });

  it('whose creation was cut short is made after all', async () => {
    const path = await temporaryDirectory();
    await writeFile(join(path, 'ledger.json.0123456789abcdef.new'), '{');
    await writeFile(join(path, 'writer.0123456789abcdef.tmp'), '');
    await using engine = await openEngine({ path });
    expect(await refusal(admin(engine))).toBe('ok');
  });

  it('without its catalog is not taken for a new one', async () => {
    const path = await newPath();
    await (await openEngine({ path })).close();
    await rm(join(path, 'ledger.json'));
    await mkdir(join(path, 'databases'), { recursive: true });
    expect(await opening({ path })).toMatchObject({ code: expect.stringMatching(/^LEDGER_/) as string });
    expect(existsSync(join(path, 'ledger.json'))).toBe(false);
  });

  it('opens its databases when they are first used', async () => {
    const path = await newPath();
    await using engine = await openEngine({ path, databases: ['bank'] });
    const caller = await admin(engine, 'bank');
    expect(existsSync(join(path, 'databases'))).toBe(false);
    await caller.call(methods.currentState);
    expect(await readdir(join(path, 'databases'))).toEqual(['bank']);
  });

  it('that cannot be made is an error of the storage', async () => {
    const file = join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    expect(await opening({ path: join(file, 'ledger') })).toMatchObject({ code: 'LEDGER_STORAGE_FAILED' });
  });
});

describe('damage', () => {
  it.each([
    ['another uuid', (value: CatalogValue) => ({ ...value, uuid: 'x' }), /uuid/],
    ['no users', (value: CatalogValue) => ({ ...value, users: undefined }), /users/],
    [
      'a path for a name',
      (value: CatalogValue) => ({ ...value, databases: [{ ...value.databases[0]!, name: '../x' }] }),
      /databases\[0\]\.name/,
    ],
    [
      'a setting nobody knows',
      (value: CatalogValue) => ({
        ...value,
        databases: [{ ...value.databases[0]!, settings: { colour: 1 } }],
      }),
      /colour/,
    ],
    [
      'a setting of another kind',
      (value: CatalogValue) => ({
        ...value,
        databases: [{ ...value.databases[0]!, settings: { maxKeyLen: '9' } }],
      }),
      /maxKeyLen/,
    ],
    [
      'one user twice',
      (value: CatalogValue) => ({ ...value, users: [...value.users, ...value.users] }),
      /users names one twice/,
    ],
    [
      'a password that takes for ever',
      (value: CatalogValue) => ({
        ...value,
        users: [{ ...value.users[0]!, password: { ...value.users[0]!.password, cost: 2 ** 40 } }],
      }),
      /cost/,
    ],
  ])('of the catalog by %s is noticed, and named', async (_, change, said) => {
    const path = await newPath();
    await (await openEngine({ path })).close();
    await edit(path, (value) => JSON.parse(JSON.stringify(change(value))));
    const error = await opening({ path });
    expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(error.message).toMatch(said);
  });

  it('is not what a newer version wrote', async () => {
    const path = await newPath();
    await (await openEngine({ path })).close();
    await edit(path, (value) => ({ ...value, format: CATALOG_FORMAT + 1 }));
    expect(await opening({ path })).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  });

  it('of one database concerns that one only, and is told to who uses it', async () => {
    const path = await newPath();
    const first = await openEngine({ path, databases: ['bank', 'shop'] });
    for (const name of ['bank', 'shop']) await (await admin(first, name)).call(methods.set, { KVs });
    await first.close();
    await rename(join(path, 'databases', 'bank'), join(path, 'elsewhere'));
    await using engine = await openEngine({ path });
    const [bank, shop] = await Promise.all(['bank', 'shop'].map((name) => admin(engine, name)));
    const damaged = /^15 the stored data of this embedded ledger is damaged: There is no ledger in/;
    expect(await refusal(bank!.call(methods.currentState))).toMatch(damaged);
    expect(await refusal(bank!.call(methods.currentState))).toMatch(damaged);
    expect((await shop!.call(methods.currentState)).txId).toBe(1n);
    // Nothing was made in place of what is missing.
    expect(existsSync(join(path, 'databases', 'bank'))).toBe(false);
    await rename(join(path, 'elsewhere'), join(path, 'databases', 'bank'));
    expect((await bank!.call(methods.currentState)).txId).toBe(1n);
  });

  it('is suspected where a database that was just made has transactions', async () => {
    const path = await newPath();
    const first = await openEngine({ path, databases: ['bank'] });
    await (await admin(first, 'bank')).call(methods.set, { KVs });
    await first.close();
    await edit(path, (value) => ({
      ...value,
      databases: value.databases.filter(({ name }) => name !== 'bank'),
    }));
    await using engine = await openEngine({ path, databases: ['bank'] });
    const caller = await admin(engine, 'bank');
    expect(await refusal(caller.call(methods.currentState))).toMatch(
      /^15 .*already holds transactions: move that folder away/,
    );
  });
});

describe('removing a database', () => {
  async function withBank(): Promise<string> {
    const path = await newPath();
    const engine = await openEngine({ path, databases: ['bank'] });
    await (await admin(engine, 'bank')).call(methods.set, { KVs });
    await engine.close();
    return path;
  }

  it('removes its folder', async () => {
    const path = await withBank();
    await using engine = await openEngine({ path });
    const caller = await admin(engine);
    await caller.call(methods.unloadDatabase, { database: 'bank' });
    await caller.call(methods.deleteDatabase, { database: 'bank' });
    expect((await readdir(join(path, 'databases'))).filter((name) => name.includes('bank'))).toEqual([]);
    await caller.call(methods.createDatabaseV2, { name: 'bank' });
    expect((await (await admin(engine, 'bank')).call(methods.currentState)).txId).toBe(0n);
  });

  it('is finished at the next opening where it was cut short', async () => {
    const path = await withBank();
    await cp(join(path, 'databases', 'bank'), join(path, 'databases', '.removed.bank.0123'), {
      recursive: true,
    });
    await edit(path, (value) => ({
      ...value,
      databases: value.databases.map((entry) =>
        entry.name === 'bank' ? { ...entry, stage: 'removing' } : entry,
      ),
    }));
    await using engine = await openEngine({ path });
    expect(await readdir(join(path, 'databases'))).toEqual([]);
    expect(await refusal(admin(engine, 'bank'))).toBe('2 database does not exist');
    const value = await readCatalog(path, (json) => parseCatalog(json, path));
    expect(value!.databases.map(({ name }) => name)).toEqual(['defaultdb']);
  });

  it('is not undone by an unloading: one that is not loaded at the start can still be loaded', async () => {
    const path = await withBank();
    const first = await openEngine({ path });
    const settings = { autoload: { value: false } };
    await (await admin(first)).call(methods.updateDatabaseV2, { database: 'bank', settings });
    await first.close();
    await using engine = await openEngine({ path });
    const bank = await admin(engine, 'bank');
    expect(await refusal(bank.call(methods.currentState))).toBe('2 already closed');
    await bank.call(methods.loadDatabase, { database: 'bank' });
    expect((await bank.call(methods.currentState)).txId).toBe(1n);
  });
});

describe('closing', () => {
  it('waits for answers under way: what was begun is done, and stays', async () => {
    const path = await newPath();
    const first = await openEngine({ path });
    const caller = await admin(first);
    const user = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: 'defaultdb' };
    const calls = [caller.call(methods.createUser, user), caller.call(methods.set, { KVs })];
    await first.close();
    await Promise.all(calls);
    await using second = await openEngine({ path });
    const ada = await new Caller(second.service).session('defaultdb', 'ada', 'pw');
    expect((await ada.call(methods.currentState)).txId).toBe(1n);
  });

  it('may be done at once by several, and by leaving a scope', async () => {
    const path = await newPath();
    {
      await using engine = await openEngine({ path });
      await Promise.all([engine.close(), engine.close()]);
    }
    expect((await readdir(path)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

describe('in memory', () => {
  it('every engine is a ledger of its own, without a folder', async () => {
    const [a, b] = await Promise.all([testEngine(), testEngine()]);
    expect(a.uuid).not.toBe(b.uuid);
    expect(a.path).toBeUndefined();
  });
});

it.each([
  [{ path: '' }],
  [{ user: 'a b' }],
  [{ password: '' }],
  [{ password: 'x'.repeat(73) }],
  [{ databases: ['A'] }],
  [{ databases: ['systemdb'] }],
  [{ maxSessions: 0 }],
  [{ sessionTimeoutMs: -1 }],
  [{ sessionCheckMs: 0 }],
  [{ sessionCheckMs: 2 ** 31 }],
])('cannot be opened with %j', async (options) => {
  await expect(openEngine(options)).rejects.toThrow(TypeError);
});

it('is named by 20 characters that begin with the time', () => {
  const names = [1n, 1n, 2n ** 31n].map(newUuid);
  for (const name of names) expect(name).toMatch(/^[0-9a-v]{20}$/);
  expect(names[0]).not.toBe(names[1]);
  // 4 bytes of time are 6.4 characters.
  expect(names[0]!.slice(0, 6)).toBe('000000');
  expect(names[2]!.slice(0, 6)).toBe('g00000');
});
