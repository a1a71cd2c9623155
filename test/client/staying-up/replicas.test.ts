// Reads spread over a follower of the real server, behind a proxy that counts and lies.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { connect, type ConnectOptions } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import { startServer, type RealServer } from '../../support/real-server.js';
import { rejection } from '../fake-transport.js';
import { caughtUp, createFollower } from './followers.js';

const [KEY, ONE, TWO] = [utf8('key'), utf8('one'), utf8('two')];
const NOT_FOUND = 'tbtree: key not found';

describeReal('replicas', (primary) => {
  let second: RealServer;
  let proxy: LyingProxy;
  const clients: ImmuClient[] = [];
  let client: ImmuClient;
  let database: string;
  let store: MemoryTrustStore;
  let told: string[];

  beforeAll(async () => {
    second = await startServer();
    proxy = await LyingProxy.start(second.address);
  }, 90_000);
  afterAll(async () => {
    await proxy.close();
    await second.stop();
  });

  async function open(options: ConnectOptions): Promise<ImmuClient> {
    const opened = await connect({ database, trust: { firstUse: true, store }, ...options });
    clients.push(opened);
    return opened;
  }

  /** A client of a new database that a follower follows, unless it is to stay behind. */
  async function prepare(follows: boolean): Promise<void> {
    database = freshDatabaseName('r');
    store = new MemoryTrustStore();
    const admin = await connect(`immudb://${primary.address}`);
    await admin.createDatabase(database);
    await admin.close();
    await createFollower(second.address, database, follows ? { ...primary, database } : undefined);
    client = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    told = [];
    for (const name of ['replica-behind', 'tampered', 'latched', 'unreachable'] as const)
      client.on(name, () => told.push(name));
  }

  /** Writes, and waits for the follower to have it, if it follows. */
  async function written(value: Uint8Array, follows = true): Promise<bigint> {
    const { txId } = await client.verifiedSet([{ key: KEY, value }]);
    if (!follows) return txId;
    const follower = await connect({ url: `immudb://${second.address}`, database });
    await caughtUp(follower, txId);
    await follower.close();
    return txId;
  }

  beforeEach(() => {
    proxy.clear();
  });
  afterEach(async () => {
    for (const opened of clients.splice(0)) await opened.close();
  });

  it('answer reads, verified against the one trusted state, and nothing else', async () => {
    await prepare(true);
    await written(ONE);
    const txId = await written(TWO);
    // Nothing is proven here yet: the trusted state is, but no transaction's entries.
    const reader = await open({ url: `immudb://${primary.address}?replicas=${proxy.address}` });
    await reader.openTrust();
    proxy.clear();
    expect((await reader.verifiedGet(KEY))?.value).toEqual(TWO);
    expect(await reader.verifiedHistory(KEY)).toMatchObject([{ value: ONE }, { value: TWO }]);
    expect((await reader.verifiedTx(txId)).entries.length).toBe(1);
    expect((await reader.verifiedGetAll([KEY]))[0]?.value).toEqual(TWO);
    expect((await reader.get(KEY))?.value).toEqual(TWO);
    expect((await reader.scan()).length).toBe(1);
    expect((await reader.history(KEY)).length).toBe(2);
    expect((await reader.verifiedScan()).map(({ value }) => value)).toEqual([TWO]);
    expect(await reader.countAll()).toBe(1n);
    expect(await reader.zScan(utf8('none'))).toEqual([]);
    const asked = [
      'CountAll',
      'ZScan',
      'VerifiableGet',
      'History',
      'VerifiableTxById',
      'GetAll',
      'Get',
      'Scan',
    ] as const;
    for (const rpc of asked) expect(proxy.calls(rpc), rpc).toBeGreaterThan(0);
    proxy.clear();
    await reader.verifiedSet([{ key: utf8('other'), value: ONE }]);
    await reader.set(utf8('plain'), ONE);
    await reader.verifiedState();
    await reader.health();
    expect(proxy.callsInAll).toBe(0);
    expect(told).toEqual([]);
    expect((await store.load({ ledgerId: (await client.openTrust()).ledgerId, database }))?.serverUuid).toBe(
      primary.uuid,
    );
  });

  it('that lag behind are told, spared, and no liars', async () => {
    await prepare(false);
    await written(ONE, false);
    expect((await client.verifiedGet(KEY))?.value).toEqual(ONE);
    await expect.poll(() => told).toEqual(['replica-behind']);
    const before = proxy.callsInAll;
    expect((await client.get(KEY))?.value).toEqual(ONE);
    expect((await client.verifiedHistory(KEY)).length).toBe(1);
    expect(proxy.callsInAll).toBe(before);
  });

  it('show what their own client wrote, or leave the answer to the primary', async () => {
    await prepare(true);
    for (let round = 0; round < 30; round++) {
      const value = utf8(`round ${round}`);
      await client.set(KEY, value);
      expect((await client.get(KEY))?.value).toEqual(value);
      expect((await client.scan()).length).toBe(1);
    }
  });

  it('with an old answer to what is known are passed over', async () => {
    await prepare(true);
    const old = await written(ONE);
    const newest = await written(TWO);
    await client.verifiedGet(KEY);
    const reader = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    const heard: string[] = [];
    reader.on('replica-behind', ({ operation, address }) => heard.push(`${operation} ${address}`));
    reader.on('tampered', () => heard.push('tampered'));
    proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, atTx: old },
    }));
    expect(await reader.verifiedGet(KEY, { notBefore: newest })).toMatchObject({ value: TWO });
    await expect.poll(() => heard).toEqual([`verifiedGet ${proxy.address}`]);
  });

  it('that deny a key are checked with the primary', async () => {
    await prepare(true);
    await written(ONE);
    proxy.fail('VerifiableGet', 2, NOT_FOUND);
    proxy.fail('Get', 2, NOT_FOUND);
    expect((await client.get(KEY))?.value).toEqual(ONE);
    await expect.poll(() => told).toEqual(['replica-behind']);
    expect(await client.get(utf8('none'))).toBeUndefined();
  });

  it('that lie are named, and the trusted state stays', async () => {
    await prepare(true);
    await written(ONE);
    const reader = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    await reader.openTrust();
    const before = await reader.trustedState();
    const events: string[] = [];
    reader.on('tampered', ({ error }) => events.push(error.code));
    reader.on('replica-behind', () => events.push('behind'));
    proxy.lie('VerifiableGet', ({ response }) => {
      response.entry!.value = utf8('forged');
      return response;
    });
    const error = await rejection(reader.verifiedGet(KEY));
    expect(error).toMatchObject({ name: 'VerificationError', details: { replica: proxy.address } });
    expect(error.message).toContain(`It was answered by the replica at ${proxy.address}.`);
    await expect.poll(() => events.length).toBe(1);
    expect(events).not.toContain('behind');
    expect(await reader.trustedState()).toEqual(before);
    proxy.clear();
    expect((await reader.verifiedGet(KEY))?.value).toEqual(ONE);
  });

  it('with another history are named, and are not taken for a primary that was replaced', async () => {
    await prepare(true);
    await written(ONE);
    const other = freshDatabaseName('other');
    const admin = await connect(`immudb://${second.address}`);
    await admin.createDatabase(other);
    await admin.close();
    const impostor = await connect({ url: `immudb://${second.address}`, database: other });
    await impostor.set(KEY, utf8('impostor'));
    await impostor.set(KEY, utf8('impostor'));
    await impostor.close();
    const reader = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    await reader.openTrust();
    proxy.swap('OpenSession', (request) => ({ ...request, databaseName: other }));
    const error = await rejection(reader.verifiedGet(KEY));
    expect(error).toMatchObject({ name: 'VerificationError', details: { replica: proxy.address } });
    expect(error.code).not.toBe('SERVER_IDENTITY_CHANGED');
  });

  it('with another history of its own right to be believed latch the ledger: failing over does not hide a fork', async () => {
    await prepare(true);
    await written(ONE);
    const other = freshDatabaseName('fork');
    const admin = await connect(`immudb://${second.address}`);
    await admin.createDatabase(other);
    await admin.close();
    const forger = await connect({ url: `immudb://${second.address}`, database: other });
    await forger.set(KEY, utf8('another'));
    await forger.close();
    const reader = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    await reader.openTrust();
    const heard: string[] = [];
    reader.on('latched', () => heard.push('latched'));
    proxy.swap('OpenSession', (request) => ({ ...request, databaseName: other }));
    // Transaction 1, there with another hash: a proof that holds in itself, of another history.
    expect(await rejection(reader.verifiedTx(1n))).toMatchObject({
      code: 'FORK_DETECTED',
      details: { replica: proxy.address },
    });
    expect(await rejection(reader.verifiedGet(KEY))).toMatchObject({ code: 'FORK_DETECTED' });
    expect(heard).toEqual(['latched']);
  });

  it('that are away, or silent, cost no read', async () => {
    await prepare(true);
    await written(ONE);
    proxy.drop('Get', 'before');
    proxy.drop('VerifiableGet', 'before');
    for (let round = 0; round < 5; round++) expect((await client.verifiedGet(KEY))?.value).toEqual(ONE);
    const other = await open({ url: `immudb://${primary.address}`, replicas: ['127.0.0.1:9', '[::1]:9'] });
    for (let round = 0; round < 5; round++) expect((await other.verifiedGet(KEY))?.value).toEqual(ONE);
    proxy.clear();
    proxy.swallow('Scan');
    const last = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    expect((await last.scan({ timeoutMs: 1_000 })).length).toBe(1);
  });
});
