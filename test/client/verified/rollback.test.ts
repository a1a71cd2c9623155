// A server that lost history, shows another one, or is another server: three different verdicts, and only proof of two
// histories latches.

import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { VerificationError } from '../../../src/errors.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { LedgerState } from '../../../src/proof/index.js';
import { describeReal } from '../../support/describe-real.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import { startServer, type RealServer } from '../../support/real-server.js';
import { bytes, randomKey } from './verified-client.js';

const { privateKey: signingKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const id = { ledgerId: 'kept', database: 'defaultdb' };

describeReal('behind one address', () => {
  let folder: string;
  /** With eight transactions, `key` written in the fourth. */
  let right: RealServer;
  /** A copy of it as it was after the fourth. */
  let older: RealServer;
  /** Another such copy, with others from the fifth to the eighth, and to the twelfth. */
  const forks = new Map<number, RealServer>();
  /** Another server, with as many transactions. */
  let stranger: RealServer;
  let key: Uint8Array;

  const start = (name: string, port?: number) =>
    startServer({ dir: join(folder, name), signingKey, ...(port === undefined ? {} : { port }) });
  const open = async (address: string, store = new MemoryTrustStore()): Promise<ImmuClient> => {
    // Without room for what is proven, every operation has to ask for a proof.
    const memory = { maxProvenBytes: 1 };
    const trust = { key: publicKey, store, ledgerId: 'kept' };
    return connect({ url: `immudb://${address}`, trust, memory, timeoutMs: 5_000 });
  };
  const write = (client: ImmuClient, name = randomKey()) =>
    client.verifiedSet([{ key: name, value: bytes('v') }]);
  const writeUpTo = async (server: RealServer, txId: number): Promise<void> => {
    const client = await open(server.address);
    while (((await client.verifiedState())?.txId ?? 0n) < BigInt(txId)) await write(client);
    await client.close();
  };
  const operations = (client: ImmuClient): Record<string, () => Promise<unknown>> => ({
    verifiedGet: () => client.verifiedGet(key),
    verifiedGetAll: () => client.verifiedGetAll([key, randomKey()]),
    verifiedHistory: () => client.verifiedHistory(key),
    verifiedTx: () => client.verifiedTx(1n),
    verifiedState: () => client.verifiedState(),
    verifiedSet: () => write(client),
  });

  /** A client that trusts the right server's eighth transaction, and the proxy that can lead it elsewhere. */
  interface Led {
    readonly proxy: LyingProxy;
    readonly client: ImmuClient;
    readonly store: MemoryTrustStore;
    readonly state: LedgerState;
    readonly tampered: string[];
    readonly latched: unknown[];
  }
  const lead = async (): Promise<Led> => {
    const proxy = await LyingProxy.start(right.address);
    const store = new MemoryTrustStore();
    const client = await open(proxy.address, store);
    onTestFinished(async () => {
      await client.close();
      await proxy.close();
    });
    const tampered: string[] = [];
    const latched: unknown[] = [];
    client.on('tampered', ({ error }) => tampered.push(error.code));
    client.on('latched', (event) => latched.push(event));
    await client.verifiedGet(key);
    const state = (await client.trustedState())!;
    return { proxy, client, store, state, tampered, latched };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'immurepo-rollback-'));
    right = await start('right');
    await writeUpTo(right, 3);
    const client = await open(right.address);
    await write(client, (key = randomKey()));
    await client.close();
    await right.stop();
    for (const name of ['older', 'fork8', 'fork12'])
      await cp(join(folder, 'right'), join(folder, name), { recursive: true });
    [right, older, stranger] = await Promise.all([start('right'), start('older'), start('stranger')]);
    for (const txId of [8, 12]) forks.set(txId, await start(`fork${txId}`));
    const growing = [...forks].map(([txId, server]) => writeUpTo(server, txId));
    await Promise.all([...growing, writeUpTo(right, 8), writeUpTo(stranger, 12)]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([right, older, stranger, ...forks.values()].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('a server that lost history is told of by every operation, and forgiven when it has it back', async () => {
    const { proxy, client, store, state, tampered, latched } = await lead();
    proxy.retarget(older.address);
    for (const [name, operation] of Object.entries(operations(client)))
      await expect(operation(), name).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED', trusted: state });
    expect(tampered).toEqual(Array(6).fill('ROLLBACK_DETECTED'));
    expect(await client.trustedState()).toEqual(state);
    const next = await open(proxy.address, store);
    const offered = { txId: 4n };
    await expect(next.openTrust()).rejects.toMatchObject({
      code: 'ROLLBACK_DETECTED',
      trusted: state,
      offered,
    });
    expect((await store.load(id))!.latch).toBeUndefined();
    expect(latched).toEqual([]);
    proxy.retarget(right.address);
    for (const reader of [client, next]) expect(await reader.verifiedState()).toEqual(state);
    await next.close();
  });

  it('a server restarted on an older copy, on the same port, is the same', async () => {
    const store = new MemoryTrustStore();
    await using server = await start('older-and-newer');
    await writeUpTo(server, 3);
    await server.stop();
    await cp(join(folder, 'older-and-newer'), join(folder, 'its-copy'), { recursive: true });
    const port = Number(server.address.split(':')[1]);
    await using again = await start('older-and-newer', port);
    const client = await open(again.address, store);
    await write(client);
    await again.stop();
    await using restored = await start('its-copy', port);
    await expect(write(client)).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED' });
    // Nothing was written there: the server cannot prove against a state it does not have, and says so before.
    expect((await client.currentState()).txId).toBe(3n);
    await client.close();
    await restored.stop();
  });

  describe('a server with another history', () => {
    it.each([
      [8, 'the trusted transaction'],
      [12, 'beyond it'],
    ])('(%i transactions, %s) latches: here, in the store, and for every new client', async (txId) => {
      const { proxy, client, store, state, latched } = await lead();
      proxy.retarget(forks.get(txId)!.address);
      const [outcome] = await Promise.allSettled([client.verifiedState()]);
      const error = (outcome as PromiseRejectedResult).reason as VerificationError;
      expect(error).toMatchObject({ code: 'FORK_DETECTED', trusted: state });
      for (const operation of Object.values(operations(client)))
        await expect(operation()).rejects.toBe(error);
      expect(await client.trustedState()).toEqual(state);
      expect(latched).toEqual([{ error, storeError: undefined }]);

      const record = (await store.load(id))!;
      expect(record.head).toEqual(state);
      expect(record.latch).toMatchObject({ code: 'FORK_DETECTED', trusted: state });
      expect(JSON.parse(record.latch!.evidence!)).toHaveProperty('signature');
      // Also when the right server is back: an operator has to look into it.
      for (const address of [proxy.address, right.address]) {
        const next = await open(address, store);
        for (const operation of Object.values(operations(next)))
          await expect(operation()).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
        await next.close();
      }
      proxy.retarget(right.address);
      await expect(client.verifiedState()).rejects.toBe(error);
    });

    it.each(['verifiedGet', 'verifiedGetAll', 'verifiedHistory', 'verifiedTx', 'verifiedSet'])(
      'is found by %s as well',
      async (name) => {
        const { proxy, client, latched } = await lead();
        proxy.retarget(forks.get(12)!.address);
        await expect(operations(client)[name]!()).rejects.toMatchObject({ code: 'FORK_DETECTED' });
        await expect(client.verifiedState()).rejects.toMatchObject({ code: 'FORK_DETECTED' });
        expect(latched).toHaveLength(1);
      },
    );

    it('is found by many operations at once, and told once', async () => {
      const { proxy, client, store, latched } = await lead();
      proxy.retarget(forks.get(12)!.address);
      const all = Array.from({ length: 10 }, () =>
        Object.values(operations(client)).map((operation) => operation()),
      );
      for (const outcome of await Promise.allSettled(all.flat()))
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'FORK_DETECTED' } });
      expect(latched).toHaveLength(1);
      expect((await store.load(id))!.latch).toBeDefined();
    });

    it('is noticed by another process with the same store at its next write', async () => {
      const { proxy, client, store } = await lead();
      const other = await open(right.address, store);
      const latched: unknown[] = [];
      other.on('latched', ({ error }) => latched.push(error));
      await other.openTrust();
      proxy.retarget(forks.get(12)!.address);
      await expect(client.verifiedState()).rejects.toMatchObject({ code: 'FORK_DETECTED' });
      await expect(write(other)).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
      expect(latched).toMatchObject([{ code: 'TRUST_LATCHED' }]);
      await expect(other.verifiedGet(key)).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
      await other.close();
    });
  });

  it('another server is named as such, whatever it can or cannot show, and latches nothing', async () => {
    const { proxy, client, store, state, latched } = await lead();
    proxy.retarget(stranger.address);
    const details = { knownUuid: right.uuid, foundUuid: stranger.uuid };
    for (const [name, operation] of Object.entries(operations(client)))
      await expect(operation(), name).rejects.toMatchObject({ code: 'SERVER_IDENTITY_CHANGED', details });
    const next = await open(proxy.address, store);
    await expect(next.openTrust()).rejects.toMatchObject({ code: 'SERVER_IDENTITY_CHANGED', details });
    await next.close();
    expect((await store.load(id))!.latch).toBeUndefined();
    expect(latched).toEqual([]);
    proxy.retarget(right.address);
    expect((await client.verifiedState())!.txId).toBeGreaterThanOrEqual(state.txId);
  });
});
