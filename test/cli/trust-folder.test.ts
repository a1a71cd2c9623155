// The trust commands for ledgers in folders: the records are those that openLedger finds.
import { generateKeyPairSync } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { openEngine } from '../../src/engine/engine.js';
import { openLedger } from '../../src/open-ledger.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { temporaryFolder } from '../engine/maintenance/support/folders.js';
import { Account } from '../repository/entities.js';
import { immurepo } from './support/cli.js';
import { saveMore, savedLedger } from './support/saved-ledger.js';

const id = { ledgerId: 'embedded', database: 'ledger' };
const storeIn = (path: string) => new FileTrustStore({ directory: join(path, 'trust') });

/** A ledger that nobody trusts yet. */
async function untrusted(saves: number): Promise<string> {
  const path = await savedLedger(saves);
  await rm(join(path, 'trust'), { recursive: true });
  return path;
}

it('show shows what openLedger trusts', async () => {
  const path = await savedLedger(3);
  const { head } = (await storeIn(path).load(id))!;
  const ran = await immurepo(['trust', 'show', '--path', path]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(/^embedded, database ledger\n {2}head {6}transaction 3\n/);
  expect(ran.out).toContain(`alh       ${toHex(head.alh)}`);
  expect((await immurepo(['trust', 'show', '--path', path, '--json'])).json()).toMatchObject({
    directory: join(path, 'trust'),
    records: [{ ...id, head: { txId: '3' } }],
  });
});

it('show tells the folders apart whose records are in one directory', async () => {
  const directory = await temporaryFolder();
  const store = new FileTrustStore({ directory });
  const [one, other] = [await savedLedger(1), await savedLedger(1)];
  await saveMore(one, 1, { firstUse: true, store });
  await saveMore(other, 3, { firstUse: true, store });
  const ran = await immurepo(['trust', 'show', '--path', one, '--directory', directory, '--json']);
  expect(ran.json()).toMatchObject({ records: [{ head: { txId: '2' } }] });
  const all = await immurepo(['trust', 'show', '--directory', directory, '--json']);
  expect((all.json() as { records: unknown[] }).records).toHaveLength(2);
});

it('init begins, and openLedger goes on from there, in production too', async () => {
  const path = await untrusted(2);
  const ran = await immurepo(['trust', 'init', '--path', path]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(await storeIn(path).load(id)).toMatchObject({ origin: 'first-use', head: { txId: 2n }, epoch: 1 });
  vi.stubEnv('NODE_ENV', 'production');
  try {
    await saveMore(path, 1);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(await storeIn(path).load(id)).toMatchObject({ head: { txId: 3n } });
  const again = await immurepo(['trust', 'init', '--path', path]);
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/TRUST_EXISTS/);
});

it('init keeps the record elsewhere if that is wanted, where openLedger finds it', async () => {
  const path = await untrusted(2);
  const directory = await temporaryFolder();
  expect((await immurepo(['trust', 'init', '--path', path, '--directory', directory])).code).toBe(0);
  expect(await readdir(path)).not.toContain('trust');
  const store = new FileTrustStore({ directory });
  await saveMore(path, 1, { firstUse: true, store });
  const [kept] = await store.list();
  expect(await store.load(kept!)).toMatchObject({ head: { txId: 3n }, origin: 'first-use' });
  expect(await store.list()).toHaveLength(1);
});

it('init believes in no empty ledger unless told so', async () => {
  const path = join(await temporaryFolder(), 'ledger');
  await (await openEngine({ path, databases: ['ledger'] })).close();
  const refused = await immurepo(['trust', 'init', '--path', path]);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/TX_NOT_FOUND: .*--empty/);
  expect((await immurepo(['trust', 'init', '--path', path, '--empty'])).code).toBe(0);
  expect(await storeIn(path).load(id)).toMatchObject({ head: { txId: 0n }, origin: 'created' });
  await saveMore(path, 1);
  expect(await storeIn(path).load(id)).toMatchObject({ head: { txId: 1n }, origin: 'created' });
});

it('init holds a ledger to its signing key', async () => {
  const path = await untrusted(2);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = await temporaryFolder();
  const [key, signingKey] = [join(folder, 'public.pem'), join(folder, 'private.pem')];
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(signingKey, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const unsigned = await immurepo(['trust', 'init', '--path', path, '--key', key]);
  expect(unsigned).toMatchObject({ code: 3, err: expect.stringMatching(/SIGNATURE_MISSING/) as unknown });
  expect(
    (await immurepo(['trust', 'init', '--path', path, '--key', key, '--signing-key', signingKey])).code,
  ).toBe(0);
  expect(await storeIn(path).load(id)).toMatchObject({
    origin: 'pinned',
    keyId: expect.any(String) as unknown,
  });
  const wrong = await immurepo(['trust', 'init', '--path', path, '--signing-key', key]);
  expect(wrong).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--signing-key must be a private key/) as unknown,
  });
});

it('pin holds a folder to a state that was noted', async () => {
  const path = await savedLedger(2);
  const { head } = (await storeIn(path).load(id))!;
  await saveMore(path, 2);
  const pin = (alh: string) => immurepo(['trust', 'pin', '--path', path, '--tx', '2', '--alh', alh]);
  expect(await pin('ab'.repeat(32))).toMatchObject({
    code: 3,
    err: expect.stringMatching(/FORK_DETECTED/) as unknown,
  });
  expect((await pin(toHex(head.alh))).code).toBe(0);
  expect(await storeIn(path).load(id)).toMatchObject({ origin: 'pinned', head: { txId: 4n } });
});

it('recover takes what the folder shows, after a backup was put in its place', async () => {
  const path = await savedLedger(2);
  const store = storeIn(path);
  const record = (await store.load(id))!;
  await store.replace(id, record.epoch, { ...record, head: { txId: 9n, alh: record.head.alh } });
  await expect(openLedger({ path, entities: [Account] })).rejects.toMatchObject({
    code: 'ROLLBACK_DETECTED',
  });
  const ran = await immurepo(['trust', 'recover', '--path', path, '--reason', 'backup', '--from-server']);
  expect(ran).toMatchObject({ code: 0, err: '' });
  await (await openLedger({ path, entities: [Account] })).close();
});

it.each<[string[], number, RegExp]>([
  [['init', '--path', '/nowhere'], 1, /LEDGER_MISSING/],
  [['init', '--path', '/nowhere', '--url', 'immudb://localhost'], 2, /either --path or --url/],
  [['init'], 2, /--url is missing.*--path/],
])('refuses %j', async (words, code, message) => {
  const ran = await immurepo(['trust', ...words]);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).toMatch(message);
});

it('makes no ledger, and no database', async () => {
  const folder = await temporaryFolder();
  expect((await immurepo(['trust', 'init', '--path', folder])).code).toBe(1);
  expect(await readdir(folder)).toEqual([]);
  const path = await savedLedger(1);
  const ran = await immurepo(['trust', 'init', '--path', path, '--database', 'shop']);
  expect(ran).toMatchObject({
    code: 1,
    err: expect.stringMatching(/DATABASE_NOT_FOUND: .*no database "shop", but: ledger/) as unknown,
  });
});

it('gives the folder free, whatever came of it', async () => {
  const path = await savedLedger(1);
  await immurepo(['trust', 'init', '--path', path]);
  await immurepo(['trust', 'init', '--path', path, '--database', 'shop']);
  await immurepo(['trust', 'pin', '--path', path, '--tx', '7', '--alh', 'ab'.repeat(32)]);
  expect((await readdir(path)).filter((name) => name.startsWith('writer'))).toEqual([]);
});
