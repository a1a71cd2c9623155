// Reads spread over a follower of the real server, behind a proxy that counts and lies.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  /** Counts and lies between a client and the primary. */
  let front: LyingProxy;
  const clients: ImmuClient[] = [];
  let client: ImmuClient;
  let database: string;
  let store: MemoryTrustStore;
  let told: string[];

  beforeAll(async () => {
    second = await startServer();
    proxy = await LyingProxy.start(second.address);
    front = await LyingProxy.start(primary.address);
  }, 90_000);
  afterAll(async () => {
    await proxy.close();
    await front.close();
    await second.stop();
  });

  async function open(options: ConnectOptions): Promise<ImmuClient> {
    const opened = await connect({ database, trust: { firstUse: true, store }, ...options });
    clients.push(opened);
    return opened;
  }

  /** A client of a new database that is to be followed. */
  async function begin(): Promise<void> {
    database = freshDatabaseName('r');
    store = new MemoryTrustStore();
    const admin = await connect(`immudb://${primary.address}`);
    await admin.createDatabase(database);
    await admin.close();
    client = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    told = [];
    for (const name of ['replica-behind', 'tampered', 'latched', 'unreachable'] as const)
      client.on(name, () => told.push(name));
  }

  async function written(value: Uint8Array): Promise<bigint> {
    return (await client.verifiedSet([{ key: KEY, value }])).txId;
  }

  /** Has it followed, and waits for all that was written: one that has caught up takes seconds to ask for more. */
  async function follow(): Promise<void> {
    await createFollower(second.address, database, { ...primary, database });
    const follower = await connect({ url: `immudb://${second.address}`, database });
    await caughtUp(follower, (await client.trustedState())?.txId ?? 0n);
    await follower.close();
  }

  /** A client of a new database with these values of the key, one after another, and followed by then. */
  async function prepare(...values: readonly Uint8Array[]): Promise<bigint[]> {
    await begin();
    const txIds: bigint[] = [];
    for (const value of values) txIds.push(await written(value));
    await follow();
    return txIds;
  }

  beforeEach(() => {
    proxy.clear();
    front.clear();
  });
  afterEach(async () => {
    for (const opened of clients.splice(0)) await opened.close();
  });

  it('answer reads, verified against the one trusted state, and nothing else', async () => {
    const [, txId = 0n] = await prepare(ONE, TWO);
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
    await begin();
    await createFollower(second.address, database);
    await written(ONE);
    expect((await client.verifiedGet(KEY))?.value).toEqual(ONE);
    await expect.poll(() => told).toEqual(['replica-behind']);
    const before = proxy.callsInAll;
    expect((await client.get(KEY))?.value).toEqual(ONE);
    expect((await client.verifiedHistory(KEY)).length).toBe(1);
    expect(proxy.callsInAll).toBe(before);
  });

  it('show what their own client wrote, or leave the answer to the primary', async () => {
    await prepare();
    for (let round = 0; round < 30; round++) {
      const value = utf8(`round ${round}`);
      await client.set(KEY, value);
      expect((await client.get(KEY))?.value).toEqual(value);
      expect((await client.scan()).length).toBe(1);
    }
  });

  it('with an old answer to what is known are passed over', async () => {
    const [old = 0n, newest = 0n] = await prepare(ONE, TWO);
    await client.verifiedGet(KEY);
    const reader = await open({ url: `immudb://${primary.address}`, replicas: [proxy.address] });
    const heard: string[] = [];
    reader.on('replica-behind', ({ operation, address }) => heard.push(`${operation} ${address}`));
    reader.on('tampered', () => heard.push('tampered'));
    proxy.swap('VerifiableGet', (request) => ({
      ...request,
      // Together with sinceTx it would not be answered at all.
      keyRequest: { ...request.keyRequest!, atTx: old, sinceTx: 0n },
    }));
    expect(await reader.verifiedGet(KEY, { notBefore: newest })).toMatchObject({ value: TWO });
    await expect.poll(() => heard).toEqual([`verifiedGet ${proxy.address}`]);
  });

  it('that deny a key are checked with the primary', async () => {
    await prepare(ONE);
    proxy.fail('VerifiableGet', 2, NOT_FOUND);
    proxy.fail('Get', 2, NOT_FOUND);
    expect((await client.get(KEY))?.value).toEqual(ONE);
    await expect.poll(() => told).toEqual(['replica-behind']);
    expect(await client.get(utf8('none'))).toBeUndefined();
  });

  it('that lie are named, and the trusted state stays', async () => {
    await prepare(ONE);
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
    await prepare(ONE);
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
    await prepare(ONE);
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

  /** A client that trusts the state of one transaction before, with the primary behind `front`. */
  async function behind(): Promise<ImmuClient> {
    await begin();
    await written(ONE);
    const reader = await open({
      url: `immudb://${front.address}`,
      replicas: [proxy.address],
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
    await reader.openTrust();
    for (const name of ['tampered', 'latched'] as const)
      reader.on(name, ({ error }) => told.push(`${name} ${error.code}`));
    await written(TWO);
    await follow();
    front.clear();
    return reader;
  }
  const confirmations = () => front.calls('VerifiableTxById');

  describe('that are ahead of the trusted state', () => {
    it('move it when the primary has proven the same, by one call for all who wait', async () => {
      const reader = await behind();
      const before = await reader.trustedState();
      const found = await Promise.all([reader.verifiedGet(KEY), reader.verifiedGet(KEY)]);
      expect(found).toMatchObject([{ value: TWO }, { value: TWO }]);
      expect(await reader.trustedState()).toMatchObject({ txId: before!.txId + 1n });
      await reader.verifiedTx(before!.txId);
      await reader.verifiedGet(KEY);
      expect(confirmations()).toBe(1);
    });

    it('bear no blame for a primary that fails to prove it', async () => {
      const reader = await behind();
      const before = await reader.trustedState();
      front.lie('VerifiableTxById', ({ response }) => {
        response.tx!.header!.eH[0]! ^= 1;
        return response;
      });
      const error = await rejection(reader.verifiedGet(KEY));
      expect(error).toMatchObject({ name: 'VerificationError', code: 'BINDING_MISMATCH' });
      expect(error).not.toHaveProperty('details.replica');
      expect(error.message).not.toContain('replica');
      await expect.poll(() => told).toEqual(['tampered BINDING_MISMATCH']);
      expect(await reader.trustedState()).toEqual(before);
    });

    it('by writes of their own are named, and nothing of it is returned', async () => {
      const reader = await behind();
      await reader.verifiedState();
      const before = await reader.trustedState();
      const forger = await connect({ url: `immudb://${second.address}`, database });
      await forger.admin.updateDatabase(database, { replicationSettings: { replica: false } });
      await expect.poll(() => forger.set(KEY, utf8('forged')).then(() => 'written', String)).toBe('written');
      await forger.close();
      const reads = [
        () => reader.verifiedGet(KEY),
        () => reader.verifiedGetAll([KEY]),
        () => reader.verifiedHistory(KEY),
        () => reader.verifiedScan(),
        () => reader.verifiedTx(before!.txId + 1n),
      ];
      const named = { name: 'VerificationError', details: { replica: proxy.address } };
      for (const read of reads)
        expect(await rejection(read())).toMatchObject({ ...named, code: 'BINDING_MISMATCH' });
      await expect.poll(() => told).toEqual(reads.map(() => 'tampered BINDING_MISMATCH'));
      expect(await reader.trustedState()).toEqual(before);
      expect(await reader.verifiedState()).toEqual(before);
      // Now the primary has another transaction of that number.
      await client.verifiedSet([{ key: KEY, value: ONE }]);
      told = [];
      expect(await rejection(reader.verifiedGet(KEY))).toMatchObject({ ...named, code: 'FORK_DETECTED' });
      expect(await rejection(reader.verifiedGet(KEY))).toMatchObject({ ...named, code: 'FORK_DETECTED' });
      await expect.poll(() => told).toEqual(['latched FORK_DETECTED', 'tampered FORK_DETECTED']);
      expect(await reader.trustedState()).toEqual(before);
    });
  });

  it('that were restored to an older state are passed over by reads of many keys, too', async () => {
    const [, txId] = await prepare(ONE, TWO);
    proxy.lie('GetAll', ({ response }) => ({ ...response, entries: [] }));
    proxy.fail('History', 2, NOT_FOUND);
    expect(await client.verifiedGetAll([KEY])).toMatchObject([{ value: TWO, txId }]);
    await expect.poll(() => told).toContain('replica-behind');
    expect(told).not.toContain('tampered');
  });

  it('that are away, or silent, cost no read', async () => {
    await prepare(ONE);
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
