// The trust commands that talk to a server, against a real one.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { utf8, toHex } from '../../src/bytes.js';
import { connect, type ImmuClient } from '../../src/client/index.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { LyingProxy } from '../support/lying-proxy.js';
import { stateAt } from '../trust/support/records.js';
import { temporaryDirectory } from '../trust/support/temporary-directory.js';
import { immurepo } from './support/cli.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describeReal('immurepo trust', ({ address, publicKeyPem }) => {
  const urlOf = (database: string, password = 'immudb') =>
    `immudb://immudb:${password}@${address}/${database}`;
  let root: ImmuClient;

  beforeAll(async () => {
    root = await connect({
      url: urlOf('defaultdb'),
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
  });
  afterAll(() => root.close());

  /** A database with some transactions, and a directory to trust it in. */
  async function surroundings(transactions = 3) {
    const database = freshDatabaseName('cli');
    await root.createDatabase(database);
    const client = await root.useDatabase(database);
    const states: { txId: bigint; alh: Uint8Array }[] = [];
    for (let i = 0; i < transactions; i++) {
      const { txId, alh } = await client.verifiedSet([{ key: utf8(`key${i}`), value: utf8('value') }]);
      states.push({ txId, alh });
    }
    const directory = await temporaryDirectory();
    const id = { ledgerId: `${address}/${database}`, database };
    const store = new FileTrustStore({ directory });
    const words = ['--directory', directory, '--url', urlOf(database)];
    return { database, client, states, directory, id, store, words };
  }

  async function keyFile(pem: string): Promise<string[]> {
    const file = join(await temporaryDirectory(), 'key.pem');
    await writeFile(file, pem);
    return ['--key', file];
  }

  it('init begins at what the server shows, in production too, and the service goes on from there', async () => {
    const { database, words, states, store, id } = await surroundings();
    vi.stubEnv('NODE_ENV', 'production');
    const service = async () => {
      const client = await connect({ url: urlOf(database), trust: { firstUse: true, store } });
      try {
        return await client.verifiedGet(utf8('key0'));
      } finally {
        await client.close();
      }
    };
    await expect(service()).rejects.toMatchObject({ code: 'TRUST_MISSING' });
    const ran = await immurepo(['trust', 'init', ...words]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^127\.0\.0\.1:\d+\/cli_\w+, database cli_\w+\n {2}head {6}transaction \d+\n/);
    expect(await store.load(id)).toMatchObject({
      origin: 'first-use',
      keyId: undefined,
      head: states.at(-1),
    });
    expect(await service()).toMatchObject({ key: utf8('key0') });
  });

  it('init pins the key, and the service must bring it', async () => {
    const { words, store, id } = await surroundings();
    const ran = await immurepo(['trust', 'init', ...words, ...(await keyFile(publicKeyPem)), '--json']);
    expect(ran.code).toBe(0);
    const record = (await store.load(id))!;
    expect(record).toMatchObject({
      origin: 'pinned',
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(ran.json()).toMatchObject({ keyId: record.keyId });
  });

  it('init believes no server with another key', async () => {
    const { words, store, id } = await surroundings();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const ran = await immurepo(['trust', 'init', ...words, ...(await keyFile(pem))]);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('SIGNATURE_INVALID');
    expect(await store.load(id)).toBeUndefined();
  });

  it('init leaves a ledger alone that is trusted already', async () => {
    const { words, store, id } = await surroundings();
    await immurepo(['trust', 'init', ...words]);
    const before = await store.load(id);
    const ran = await immurepo(['trust', 'init', ...words]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('TRUST_EXISTS');
    expect(await store.load(id)).toEqual(before);
  });

  it('init names the ledger as it is told', async () => {
    const { words, store, database } = await surroundings();
    await immurepo(['trust', 'init', ...words, '--ledger', 'the bank']);
    expect(await store.list()).toEqual([{ ledgerId: 'the bank', database }]);
  });

  it('init takes an empty database only when told so, and the service goes on from there', async () => {
    const { words, store, id, database } = await surroundings(0);
    const refused = await immurepo(['trust', 'init', ...words]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/TX_NOT_FOUND: Database "\w+" has no transaction yet.*--empty/);
    expect(await store.load(id)).toBeUndefined();

    expect((await immurepo(['trust', 'init', ...words, '--empty'])).code).toBe(0);
    expect(await store.load(id)).toMatchObject({ head: { txId: 0n }, origin: 'first-use' });
    vi.stubEnv('NODE_ENV', 'production');
    const client = await connect({ url: urlOf(database), trust: { firstUse: true, store } });
    await client.verifiedSet([{ key: utf8('first'), value: utf8('value') }]);
    expect(await client.verifiedGet(utf8('first'))).toMatchObject({ value: utf8('value') });
    await client.close();
    expect(await store.load(id)).toMatchObject({ epoch: 2, head: { txId: 1n } });
  });

  it('pin begins at a state that was noted', async () => {
    const { words, states, store, id } = await surroundings();
    const [noted] = states;
    const pin = ['--tx', String(noted!.txId), '--alh', toHex(noted!.alh)];
    const ran = await immurepo(['trust', 'pin', ...words, ...pin]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await store.load(id)).toMatchObject({ origin: 'pinned', head: states.at(-1) });
  });

  it('pin turns a first use into a pinned ledger, if the state is part of the history', async () => {
    const { words, states, store, id } = await surroundings();
    await immurepo(['trust', 'init', ...words]);
    const wrong = ['--tx', String(states[1]!.txId), '--alh', toHex(stateAt(1n).alh)];
    const refused = await immurepo(['trust', 'pin', ...words, ...wrong]);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('FORK_DETECTED');
    expect(await store.load(id)).toMatchObject({ origin: 'first-use' });

    const right = ['--tx', String(states[1]!.txId), '--alh', toHex(states[1]!.alh)];
    expect((await immurepo(['trust', 'pin', ...words, ...right])).code).toBe(0);
    expect(await store.load(id)).toMatchObject({ origin: 'pinned' });
  });

  it('pin refuses a server that has another history', async () => {
    const { words } = await surroundings();
    const ran = await immurepo(['trust', 'pin', ...words, '--tx', '1', '--alh', 'ab'.repeat(32), '--json']);
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ error: { code: 'FORK_DETECTED' } });
  });

  it('recover takes what the server shows, after it lost transactions', async () => {
    const { words, states, store, id } = await surroundings();
    await immurepo(['trust', 'init', ...words]);
    const ahead = stateAt(1000n);
    await store.replace(id, 1, { ...(await store.load(id))!, head: ahead });
    const ran = await immurepo(['trust', 'recover', '--reason', 'backup', '--from-server', ...words]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await store.load(id)).toMatchObject({
      head: states.at(-1),
      recovered: [{ reason: 'backup', abandoned: ahead }],
    });
  });

  it('recover takes no other database for the one it is about', async () => {
    const { words, store, id, directory } = await surroundings();
    await immurepo(['trust', 'init', ...words]);
    const elsewhere = ['--directory', directory, '--url', urlOf('defaultdb')];
    const ran = await immurepo(['trust', 'recover', '--reason', 'oops', '--from-server', ...elsewhere]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/leads to database "defaultdb", but the record is of "cli_/);
    expect(await store.load(id)).toMatchObject({ epoch: 1 });
  });

  it('ends by itself: the connection does not keep the process alive', { timeout: 30_000 }, async () => {
    const { words, store, id } = await surroundings();
    const main = ['--import', 'tsx', 'src/cli/main.ts', 'trust', 'init', ...words];
    const { stdout } = await promisify(execFile)(process.execPath, main, { timeout: 20_000 });
    expect(stdout).toContain('first-use');
    expect(await store.load(id)).toMatchObject({ epoch: 1 });
  });

  it('closes its session, also after a failure, and tells a lie from a fault', async () => {
    const { database, directory, store, id } = await surroundings();
    await using proxy = await LyingProxy.start(address);
    const url = `immudb://immudb:immudb@${proxy.address}/${database}`;
    proxy.lie('CurrentState', ({ response }) => ({ ...response, txHash: new Uint8Array(32).fill(1) }));
    const ran = await immurepo(['trust', 'init', '--directory', directory, '--url', url]);
    expect(ran.code).toBe(3);
    expect(await store.load(id)).toBeUndefined();
    expect(proxy.calls('OpenSession')).toBe(1);
    expect(proxy.calls('CloseSession')).toBe(1);
  });

  it('takes the URL from the environment', async () => {
    const { directory, database, store, id } = await surroundings();
    const env = { IMMUREPO_URL: urlOf(database) };
    expect((await immurepo(['trust', 'init', '--directory', directory], { env })).code).toBe(0);
    expect(await store.load(id)).toBeDefined();
  });

  it('never shows the password', async () => {
    const { directory, database } = await surroundings(0);
    const secret = 'hunter2-canary';
    for (const url of [
      urlOf(database, secret),
      `immudb://immudb:${secret}@${address}/no_such_db`,
      `http://a:${secret}@b`,
    ]) {
      for (const json of [[], ['--json']]) {
        const ran = await immurepo(['trust', 'init', '--directory', directory, '--url', url, ...json]);
        expect(ran.code).toBeGreaterThan(0);
        expect(ran.out + ran.err).not.toContain(secret);
      }
    }
  });

  it('says where no key can be read', async () => {
    const { words } = await surroundings(0);
    const ran = await immurepo(['trust', 'init', ...words, '--key', '/nowhere/key.pem']);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/--key: ENOENT.*\/nowhere\/key\.pem/);
    const noKey = await immurepo(['trust', 'init', ...words, ...(await keyFile('my key'))]);
    expect(noKey.code).toBe(1);
    expect(noKey.err).toContain('TRUST_POLICY');
  });
});
