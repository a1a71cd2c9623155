// A leader with a follower, and histories copied by hand, on real servers.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { type RealServer, startServer } from '../../support/real-server.js';
import { rejection } from '../fake-transport.js';
import { bytes, text } from '../verified/verified-client.js';

const trustOf = () => ({ firstUse: true, store: new MemoryTrustStore() }) as const;
const open = ({ address }: { address: string }, database = 'defaultdb', trust: object = trustOf()) =>
  connect({ url: `immudb://${address}`, database, trust });

/** Repeats a look until it shows what it should; the test's own time ends it. */
async function until<T>(look: () => Promise<T>, isDone: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look();
    if (isDone(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describeReal('a leader with a follower', (shared) => {
  let server: RealServer;
  let leader: ImmuClient;
  let follower: ImmuClient;
  const database = freshDatabaseName('led');
  const store = new MemoryTrustStore();

  beforeAll(async () => {
    server = await startServer();
    const root = await open(shared);
    await root.createDatabase(database);
    await root.close();
    leader = await open(shared, database, { firstUse: true, store, ledgerId: 'led' });
    await leader.verifiedSet([{ key: bytes('key'), value: bytes('first') }]);
    const [host, port] = shared.address.split(':');
    const there = await open(server);
    await there.createDatabase(database, {
      settings: {
        replicationSettings: {
          replica: true,
          primaryHost: host!,
          primaryPort: Number(port),
          primaryDatabase: database,
          primaryUsername: 'immudb',
          primaryPassword: 'immudb',
        },
      },
    });
    await there.close();
    follower = await open(server, database, { firstUse: true, store, ledgerId: 'led' });
  });
  afterAll(async () => {
    await follower.close();
    await server.stop();
    await leader.close();
  });

  const level = () =>
    until(
      () => leader.admin.replicationStatus(follower),
      ({ relation }) => relation === 'level',
    );

  it('writes there reach it, proven against the one trusted state', async () => {
    const { txId } = await leader.verifiedSet([{ key: bytes('key'), value: bytes('second') }]);
    const status = await level();
    expect(status).toMatchObject({
      lag: 0n,
      primary: { txId },
      replica: { txId },
      replicaPrecommittedTxId: txId,
    });
    expect(status.replica).toEqual(status.primary);
    const read = await follower.verifiedGet(bytes('key'));
    expect(text(read!.value)).toBe('second');
    expect(read!.proof).toMatchObject({ ledgerId: 'led', checkedAgainst: { txId } });
  });

  it('documents written there are proven here', async () => {
    await leader.documents.createCollection('things', { fields: [{ name: 'n', type: 'integer' }] });
    const [written] = await leader.documents.verifiedInsert('things', [{ n: 1 }]);
    await level();
    // A follower indexes documents after it has them, and does not wait for that.
    const read = await until(
      () => follower.documents.verifiedGet('things', written!.id),
      (found) => found !== undefined,
    );
    expect(read).toMatchObject({ txId: written!.txId, document: { n: 1 }, writer: 'immudb' });
    for await (const { document } of follower.documents.search('things', { where: { n: 1 } }))
      expect(document).toEqual({ n: 1, _id: written!.id });
  });

  it('it takes no writes of its own', async () => {
    const writes = [
      () => follower.set(bytes('key'), bytes('own')),
      () => follower.verifiedSet([{ key: bytes('key'), value: bytes('own') }]),
      () => follower.documents.insert('things', [{ n: 2 }]),
      () => follower.documents.createCollection('own'),
    ];
    for (const write of writes) expect((await rejection(write())).code).toBe('READ_ONLY_REPLICA');
    expect((await rejection(leader.admin.importTx(await leader.admin.exportTx(1n)))).code).toBe(
      'NOT_A_REPLICA',
    );
  });

  it('its settings are told without the password', async () => {
    const { replicationSettings } = await follower.admin.databaseSettings();
    expect(replicationSettings).toMatchObject({
      replica: true,
      primaryDatabase: database,
      primaryUsername: 'immudb',
    });
    expect(replicationSettings).not.toHaveProperty('primaryPassword');
  });
});

describeReal('a history', (server) => {
  let root: ImmuClient;
  let source: ImmuClient;

  beforeAll(async () => {
    root = await open(server);
    const { name } = await root.createDatabase(freshDatabaseName('source'));
    source = await root.useDatabase(name, { trust: trustOf() });
    for (let n = 0; n < 40; n++) await source.set(bytes(`key ${n}`), bytes(`value ${n}`));
    await source.delete([bytes('key 3')]);
    await source.set(bytes('expires'), bytes('soon'), {
      metadata: { deleted: false, nonIndexable: false, expiresAt: 9_999_999_999n },
    });
    await source.documents.createCollection('things');
    await source.documents.insert('things', [{ n: 1 }, { large: 'x'.repeat(200_000) }]);
  });
  afterAll(() => root.close());

  async function replica(settings: object = {}): Promise<ImmuClient> {
    const { name } = await root.createDatabase(freshDatabaseName('copy'), {
      settings: { replicationSettings: { replica: true, ...settings } },
    });
    return root.useDatabase(name, { trust: trustOf() });
  }

  it('is exported with everything in it, transaction by transaction or all at once', async () => {
    const state = await source.verifiedState();
    const all = [];
    for await (const transaction of source.admin.exportTxs()) all.push(transaction);
    expect(all.map(({ txId }) => txId)).toEqual(all.map((_, index) => BigInt(index + 1)));
    const { content: _, ...last } = all.at(-1)!;
    expect(last).toMatchObject({ ...state, truncated: false, committedTxId: state!.txId });
    for (const { txId, alh, content } of [all[0]!, all[40]!, all.at(-1)!]) {
      const one = await source.admin.exportTx(txId);
      const proven = await source.admin.verifiedExportTx(txId);
      expect([one.alh, proven.alh]).toEqual([alh, alh]);
      // Buffers are compared at once, arrays of bytes one by one.
      expect(Buffer.compare(one.content, content) + Buffer.compare(proven.content, content)).toBe(0);
    }
    const some = [];
    for await (const { txId } of source.admin.exportTxs({ fromTx: 5n, toTx: 6n })) some.push(txId);
    expect(some).toEqual([5n, 6n]);
    expect(await rejection(source.admin.exportTx(999n))).toMatchObject({
      code: 'TX_NOT_FOUND',
      retryable: true,
    });
  });

  it('is copied, and the copy becomes a database of its own that continues it', async () => {
    const copy = await replica();
    const state = (await source.verifiedState())!;
    const first = await source.admin.replicateInto(copy, { toTx: 10n, window: 3 });
    expect(first).toEqual({ txId: 10n, toTx: 10n, copied: 10n });
    expect(await source.admin.replicationStatus(copy)).toMatchObject({
      relation: 'behind',
      lag: state.txId - 10n,
    });
    const seen: bigint[] = [];
    const result = await source.admin.replicateInto(copy, { onProgress: ({ txId }) => seen.push(txId) });
    expect(result).toEqual({ txId: state.txId, toTx: state.txId, copied: state.txId - 10n });
    expect(seen).toEqual(Array.from({ length: Number(state.txId) - 10 }, (_, n) => BigInt(n + 11)));
    expect(await source.admin.replicationStatus(copy)).toMatchObject({ relation: 'level', replica: state });
    expect(await source.admin.replicateInto(copy)).toMatchObject({ copied: 0n });

    await root.admin.updateDatabase(copy.database, { replicationSettings: { replica: false } });
    const promoted = await root.useDatabase(copy.database, {
      trust: { pin: state, store: new MemoryTrustStore() },
    });
    const { txId } = await promoted.verifiedSet([{ key: bytes('key 3'), value: bytes('again') }]);
    expect(txId).toBe(state.txId + 1n);
    expect(text((await promoted.verifiedGet(bytes('key 7')))!.value)).toBe('value 7');
    expect(await promoted.documents.count('things')).toBe(2n);
    expect(await source.admin.replicationStatus(promoted)).toMatchObject({ relation: 'ahead', lag: 0n });
    expect((await rejection(source.admin.replicateInto(copy, { toTx: txId }))).code).toBe('TX_NOT_FOUND');
  });

  it('goes in one by one, in order, once', async () => {
    const copy = await replica();
    const [first, second, third] = [
      await source.admin.exportTx(1n),
      await source.admin.exportTx(2n),
      await source.admin.exportTx(3n),
    ];
    await copy.admin.importTx(first);
    await copy.admin.importTx(second, { waitForIndexing: true });
    expect((await rejection(copy.admin.importTx(first))).code).toBe('CONFLICT');
    expect((await copy.currentState()).txId).toBe(2n);
    const other = await replica();
    const alone = await rejection(other.admin.importTx(third, { timeoutMs: 500 }));
    expect(alone.code).toBe('UNKNOWN_OUTCOME');
    expect((await other.currentState()).txId).toBe(0n);
    const following = await replica({
      primaryHost: '127.0.0.1',
      primaryPort: 9,
      primaryDatabase: 'x',
      primaryUsername: 'x',
      primaryPassword: 'x',
    });
    expect((await rejection(following.admin.importTx(first))).code).toBe('NOT_A_REPLICA');
  });

  describe('that the replica does not share', () => {
    it('is not copied over it', async () => {
      const { name } = await root.createDatabase(freshDatabaseName('other'));
      const other = await root.useDatabase(name, { trust: trustOf() });
      await other.set(bytes('another'), bytes('history'));
      await root.admin.updateDatabase(name, { replicationSettings: { replica: true } });
      const status = await source.admin.replicationStatus(other);
      expect(status).toMatchObject({ relation: 'diverged', replica: { txId: 1n } });
      const refused = await rejection(source.admin.replicateInto(other));
      expect(refused).toMatchObject({ code: 'REPLICA_DIVERGED', details: { txId: 1n } });
      const second = await source.admin.exportTx(2n);
      expect((await rejection(other.admin.importTx(second))).code).toBe('REPLICA_DIVERGED');
      expect((await other.currentState()).txId).toBe(1n);
    });
  });
});
