// A ledger in a folder, opened as an application opens it.

import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceOf, FileTrustStore, type Ledger, openLedger } from 'immurepo';
import { Account } from './repository/entities.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-embedded-'));
  path = join(folder, 'ledger');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const open = (options: object = {}): Promise<Ledger> => openLedger({ path, entities: [Account], ...options });
const save = (ledger: Ledger, email: string) => {
  const accounts = ledger.repository(Account);
  return accounts.save(accounts.create({ email, balance: 1n }));
};

describe('a ledger in a folder', () => {
  it('is made by opening it, and keeps what was saved', async () => {
    const first = await open();
    const { id } = await save(first, 'ada@example.com');
    await first.close();
    await using second = await open();
    expect(await second.repository(Account).find(id)).toMatchObject({ id, email: 'ada@example.com' });
  });

  it('tells in all evidence that trust began with it', async () => {
    const first = await open();
    const saved = await save(first, 'ada@example.com');
    expect(evidenceOf(saved)).toMatchObject({ origin: 'created', database: 'ledger', ledgerId: 'embedded' });
    await first.close();
    await using second = await open();
    expect(evidenceOf(await second.repository(Account).findOrFail(saved.id)).origin).toBe('created');
  });

  it('that is not empty is believed at first use where there is no record, and production refuses that', async () => {
    const first = await open();
    await save(first, 'ada@example.com');
    await first.close();
    await rm(join(path, 'trust'), { recursive: true });
    vi.stubEnv('NODE_ENV', 'production');
    await expect(open()).rejects.toMatchObject({ code: 'TRUST_MISSING' });
    vi.unstubAllEnvs();
    await using second = await open();
    expect(evidenceOf(await save(second, 'bob@example.com')).origin).toBe('first-use');
  });

  it('begins in production too where it is new', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await (await open()).close();
    await using ledger = await open();
    expect(evidenceOf(await save(ledger, 'ada@example.com')).origin).toBe('created');
  });

  it('is one process at a time, and says who has it', async () => {
    await using _ = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'LEDGER_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
  });

  it('is free again after it was closed, and after opening it has failed', async () => {
    await (await open()).close();
    await expect(open({ trust: { pin: { txId: 9n, alh: '00'.repeat(32) } } })).rejects.toThrow();
    await (await open()).close();
    expect((await readdir(path)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('does not load grpc-js, which it has no use for', () => {
    const script = fileURLToPath(new URL('support/embedded-imports.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, path], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ saved: true, grpc: [] });
  });
});

describe('its database', () => {
  it('is named when the folder is made, and found by that name or without one', async () => {
    await (await open({ database: 'Bank' })).close();
    await using ledger = await open();
    expect(ledger.database).toBe('bank');
  });

  it('is not made beside another by a slip of the name', async () => {
    await (await open({ database: 'bank' })).close();
    await expect(open({ database: 'bnak' })).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      message: expect.stringContaining('bank') as string,
    });
  });

  it('has a name that a database can have', async () => {
    await expect(open({ database: 'no spaces' })).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a folder whose owner rewrites it', () => {
  const store = () => new FileTrustStore({ directory: join(folder, 'elsewhere') });

  it('is found out by a record kept elsewhere: an earlier copy', async () => {
    const first = await open({ trust: { store: store() } });
    await save(first, 'ada@example.com');
    await first.close();
    await cp(path, join(folder, 'copy'), { recursive: true });
    const second = await open({ trust: { store: store() } });
    await save(second, 'bob@example.com');
    await second.close();
    await rm(path, { recursive: true });
    await rename(join(folder, 'copy'), path);
    await expect(open({ trust: { store: store() } })).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED' });
  });

  it('is found out by a record kept elsewhere: another history', async () => {
    const first = await open({ trust: { store: store() } });
    await save(first, 'ada@example.com');
    await first.close();
    await rm(path, { recursive: true });
    const forged = await open();
    await save(forged, 'mallory@example.com');
    await save(forged, 'mallory@example.com');
    await forged.close();
    await expect(open({ trust: { store: store() } })).rejects.toMatchObject({
      name: 'VerificationError',
      code: expect.stringMatching(/^(FORK_DETECTED|SERVER_IDENTITY_CHANGED)$/) as string,
    });
  });

  it('is found out by a state that was noted', async () => {
    const first = await open();
    await save(first, 'ada@example.com');
    const pin = (await first.verifyState())!;
    await first.close();
    await (await open({ trust: { pin } })).close();
    await rm(path, { recursive: true });
    const forged = await open();
    await save(forged, 'mallory@example.com');
    await forged.close();
    await expect(open({ trust: { pin } })).rejects.toMatchObject({ name: 'VerificationError' });
  });
});

describe('a signing key', () => {
  it('signs every state, and a pinned key demands it', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const ledger = await open({ signingKey: privateKey, trust: { key } });
    expect(evidenceOf(await save(ledger, 'ada@example.com')).origin).toBe('pinned');
    await ledger.close();
    await expect(open({ trust: { key } })).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });
});

describe('bad input', () => {
  it.each<[string, object, RegExp]>([
    ['a path and a URL', { url: 'immudb://localhost' }, /"url" has no meaning/],
    ['an option of servers', { host: 'localhost' }, /"host" has no meaning/],
    ['an empty path', { path: '' }, /"path" must name a folder/],
    ['a path that is none', { path: 5 }, /"path" must name a folder/],
    ['a key that is missing', { trust: { key: undefined } }, /trust\.key is undefined/],
    ['a signing key that is none', { signingKey: 'no key' }, /key/i],
  ])('refuses %s', async (_, options, message) => {
    await expect(open(options)).rejects.toThrow(message);
  });

  it('never writes into a folder that holds something else', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis.txt'), 'years of work');
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_MISSING' });
    expect(await readdir(path)).toEqual(['thesis.txt']);
  });
});
