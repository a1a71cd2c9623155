// How trust begins and is taken up again: with which words a damaged, missing or foreign record is refused, and that a
// slip in the configuration leaves nothing behind.

import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { connect, type ConnectOptions } from '../../../src/client/connect.js';
import type { ClientEvents } from '../../../src/client/events.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { LedgerState } from '../../../src/proof/index.js';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { TrustOption } from '../../../src/trust/trust-option.js';
import { describeServers } from '../../support/describe-servers.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

describeServers('trust', (server) => {
  let database: string;
  let writer: ImmuClient;
  let noted: LedgerState;
  const id = () => ({ ledgerId: 'test', database });

  const open = async (trust?: TrustOption, options: Partial<ConnectOptions> = {}): Promise<ImmuClient> => {
    const client = await connect({
      url: `immudb://${server.address}`,
      database,
      ...(trust && { trust }),
      ...options,
    });
    onTestFinished(() => client.close());
    return client;
  };
  const write = () => writer.verifiedSet([{ key: randomKey(), value: bytes('v') }]);

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 3; i++) await write();
    noted = (await writer.trustedState())!;
    await write();
  });
  afterAll(() => writer.close());

  it('begins with the first word only where nobody depends on it yet', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
    const store = new MemoryTrustStore();
    const client = await open({ firstUse: true, store, ledgerId: 'test' });
    await expect(client.verifiedGet(randomKey())).rejects.toMatchObject({ code: 'TRUST_MISSING' });
    await expect(client.openTrust()).rejects.toThrow('immurepo trust init');
    expect(await store.load(id())).toBeUndefined();
    // A key or a state says whom to believe, and a record that somebody began is as good.
    await (await open({ key: server.publicKeyPem, store, ledgerId: 'test' })).openTrust();
    await (await open({ pin: noted, store: new MemoryTrustStore() })).openTrust();
    vi.unstubAllEnvs();
    const begun = new MemoryTrustStore();
    await (await open({ firstUse: true, store: begun, ledgerId: 'test' })).openTrust();
    vi.stubEnv('NODE_ENV', 'production');
    await (await open({ firstUse: true, store: begun, ledgerId: 'test' })).openTrust();
  });

  it('tells once that it began, and with what', async () => {
    const events: ClientEvents['trust-initialised'][] = [];
    const store = new MemoryTrustStore();
    const client = await open({ firstUse: true, store, ledgerId: 'test' });
    client.on('trust-initialised', (event) => events.push(event));
    const [{ origin }] = await Promise.all([client.openTrust(), client.openTrust(), client.verifiedState()]);
    expect(origin).toBe('first-use');
    expect(events).toEqual([{ ...id(), origin, ...(await client.trustedState()) }]);
    const again = await open({ key: server.publicKeyPem, store, ledgerId: 'test' });
    again.on('trust-initialised', (event) => events.push(event));
    expect((await again.openTrust()).origin).toBe('first-use');
    expect(events).toHaveLength(1);
  });

  it('is refused on a damaged record, which stays as it is', async () => {
    const directory = await temporaryDirectory();
    const trust = { key: server.publicKeyPem, store: new FileTrustStore({ directory }), ledgerId: 'test' };
    await (await open(trust)).openTrust();
    const [folder] = await readdir(directory);
    const [file] = (await readdir(join(directory, folder!))).filter((name) => !name.includes('log'));
    const path = join(directory, folder!, file!);
    const damaged = (await readFile(path, 'utf8')).replace('"epoch":1', '"epoch":2');
    await writeFile(path, damaged);
    const client = await open({ ...trust, store: new FileTrustStore({ directory }) });
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(client.verifiedGet(randomKey())).rejects.toMatchObject({ code: 'TRUST_CORRUPT' });
    await expect(client.openTrust()).rejects.toThrow(path);
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });

  it('does not give up a key it began with', async () => {
    const store = new MemoryTrustStore();
    await (await open({ key: server.publicKeyPem, store, ledgerId: 'test' })).openTrust();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const trust of [{ firstUse: true as const }, { key: publicKey }, { pin: noted }]) {
      const client = await open({ ...trust, store, ledgerId: 'test' });
      await expect(client.verifiedState()).rejects.toMatchObject({ code: 'TRUST_POLICY' });
    }
    await (await open({ key: [publicKey, server.publicKeyPem], store, ledgerId: 'test' })).verifiedState();
  });

  it('does not begin with a key that did not sign', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const store = new MemoryTrustStore();
    const client = await open({ key: publicKey, store, ledgerId: 'test' });
    await expect(client.openTrust()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await store.load(id())).toBeUndefined();
  });

  it('begins at a pinned state once the server has continued it, by any number of processes at once', async () => {
    const directory = await temporaryDirectory();
    const clients = await Promise.all(
      [1, 2, 3].map(() => open({ pin: noted, store: new FileTrustStore({ directory }), ledgerId: 'test' })),
    );
    for (const { origin } of await Promise.all(clients.map((client) => client.openTrust())))
      expect(origin).toBe('pinned');
    const record = await new FileTrustStore({ directory }).load(id());
    expect(record).toMatchObject({ origin: 'pinned', head: (await writer.trustedState())! });
  });

  it('is stored at a pinned state that is the newest', async () => {
    const newest = (await writer.trustedState())!;
    const store = new MemoryTrustStore();
    await (await open({ pin: newest, store, ledgerId: 'test' })).openTrust();
    expect((await store.load(id()))!.head).toEqual(newest);
  });

  it.each([
    ['hash', { alh: new Uint8Array(32).fill(7) }, 'FORK_DETECTED'],
    ['transaction that is not there', { txId: 1_000n }, 'ROLLBACK_DETECTED'],
  ])('leaves nothing behind after a slip in the pin: a wrong %s', async (_, slip, code) => {
    const store = new MemoryTrustStore();
    const pin = { ...noted, ...slip };
    const client = await open({ pin, store, ledgerId: 'test' });
    await expect(client.verifiedState()).rejects.toMatchObject({ code });
    await expect(client.verifiedGet(randomKey())).rejects.toMatchObject({ code });
    expect(await store.load(id())).toBeUndefined();
    await (await open({ pin: noted, store, ledgerId: 'test' })).verifiedState();
  });

  it('refuses a pinned state that is not part of the history trusted so far, and latches nothing', async () => {
    const store = new MemoryTrustStore();
    await (await open({ firstUse: true, store, ledgerId: 'test' })).openTrust();
    const pin = { ...noted, alh: new Uint8Array(32).fill(7) };
    const client = await open({ pin, store, ledgerId: 'test' });
    await expect(client.openTrust()).rejects.toMatchObject({ code: 'FORK_DETECTED' });
    await expect(client.openTrust()).rejects.toThrow('pinned state');
    expect((await store.load(id()))!.latch).toBeUndefined();
    await (await open({ pin: noted, store, ledgerId: 'test' })).openTrust();
  });

  it('is not upset by what the server calls itself', async () => {
    for (const name of ['', 'x'.repeat(3_000), 'a b\tc']) {
      await using proxy = await LyingProxy.start(server.address);
      proxy.disguise(name);
      const store = new MemoryTrustStore();
      const client = await connect({
        url: `immudb://${proxy.address}`,
        database,
        trust: { key: server.publicKeyPem, store, ledgerId: 'test' },
      });
      await client.openTrust();
      expect((await store.load(id()))!.serverUuid?.length ?? 0).toBeLessThan(200);
      await client.verifiedSet([{ key: randomKey(), value: bytes('v') }]);
      await client.close();
    }
  });

  it('is tried again by the next operation after it could not be taken up', async () => {
    await using proxy = await LyingProxy.start(server.address);
    const store = new MemoryTrustStore();
    const client = await connect({
      url: `immudb://${proxy.address}`,
      database,
      trust: { key: server.publicKeyPem, store, ledgerId: 'test' },
      timeoutMs: 800,
    });
    proxy.swallow('CurrentState');
    const key = randomKey();
    await expect(client.verifiedGet(key, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await expect(client.verifiedGet(key, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    proxy.clear();
    await vi.waitFor(() => client.verifiedState(), { timeout: 5_000 });
    await client.close();
  });

  it.each([{ maxProvenBytes: 0 }, { maxFloors: 0 }, { maxFloors: 1.5 }, { maxProvenBytes: -1 }])(
    'is not connected with memory %o',
    async (memory) => {
      await expect(connect({ url: `immudb://${server.address}`, memory })).rejects.toThrow(TypeError);
    },
  );
});
