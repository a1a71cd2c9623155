// We agree with immudb: verified operations against the real server.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeServers } from '../../support/describe-servers.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

describeServers('verified operations', (server) => {
  let client: ImmuClient;
  let database: string;
  const store = new MemoryTrustStore();

  beforeAll(async () => {
    database = await createDatabase(server);
    client = await connectVerified(server, { database, store });
  });
  afterAll(async () => {
    await client.close();
  });

  it('begin on an empty database and trust what the first write proved', async () => {
    expect(await client.trustedState()).toBeUndefined();
    const key = randomKey();
    const written = await client.verifiedSet([{ key, value: bytes('one') }]);
    expect(await client.trustedState()).toMatchObject({ txId: written.txId, alh: written.alh });
    const read = await client.verifiedGet(key);
    expect(text(read!.value)).toBe('one');
    expect(read!.txId).toBe(written.txId);
    expect(read!.proof.origin).toBe('pinned');
  });

  it('read what another client wrote, and advance', async () => {
    const other = await connectVerified(server, { database });
    const key = randomKey();
    const written = await other.verifiedSet([{ key, value: bytes('theirs') }]);
    await other.close();
    const read = await client.verifiedGet(key);
    expect(read!.txId).toBe(written.txId);
    expect((await client.trustedState())!.txId).toBeGreaterThanOrEqual(written.txId);
  });

  it('read a transaction that is proven already without a proof, and a new write of the key with one', async () => {
    const key = randomKey();
    await client.verifiedSet([{ key, value: bytes('1') }]);
    expect(text((await client.verifiedGet(key))!.value)).toBe('1');
    const other = await connectVerified(server, { database });
    await other.verifiedSet([{ key, value: bytes('2') }]);
    await other.close();
    expect(text((await client.verifiedGet(key))!.value)).toBe('2');
  });

  it('read at a transaction', async () => {
    const key = randomKey();
    const first = await client.verifiedSet([{ key, value: bytes('1') }]);
    await client.verifiedSet([{ key, value: bytes('2') }]);
    const fresh = await connectVerified(server, { database });
    for (const reader of [client, fresh]) {
      expect(text((await reader.verifiedGet(key, { atTx: first.txId }))!.value)).toBe('1');
    }
    expect(await fresh.verifiedGet(randomKey(), { atTx: first.txId })).toBeUndefined();
    await fresh.close();
  });

  it('read no older than a transaction another process named', async () => {
    const key = randomKey();
    const { txId } = await client.verifiedSet([{ key, value: bytes('1') }]);
    const fresh = await connectVerified(server, { database });
    for (const reader of [client, fresh]) {
      expect(text((await reader.verifiedGet(key, { sinceTx: txId }))!.value)).toBe('1');
      await expect(reader.verifiedGet(key, { sinceTx: txId + 1000n })).rejects.toMatchObject({
        code: 'SERVER_BEHIND',
      });
      await expect(reader.verifiedGet(key, { sinceTx: txId, atTx: txId })).rejects.toBeInstanceOf(TypeError);
    }
    await fresh.close();
  });

  it('write many keys with metadata, and see expiry and deletion', async () => {
    const [live, past, gone] = [randomKey('live'), randomKey('past'), randomKey('gone')];
    const inAnHour = BigInt(Math.floor(Date.now() / 1000) + 3600);
    const plain = { deleted: false, nonIndexable: false };
    await client.verifiedSet([
      { key: live, value: bytes('live'), metadata: { ...plain, expiresAt: inAnHour } },
      { key: past, value: bytes('past'), metadata: { ...plain, expiresAt: 1n } },
      { key: gone, value: bytes(''), metadata: { ...plain, deleted: true } },
    ]);
    expect((await client.verifiedGet(live))!.metadata).toMatchObject({ expiresAt: inAnHour });
    expect(await client.verifiedGet(past)).toBeUndefined();
    expect(await client.verifiedGet(gone)).toBeUndefined();
    expect(await client.verifiedGetAll([past, live, gone])).toMatchObject([
      undefined,
      { key: live },
      undefined,
    ]);
  });

  it('read many keys in the order asked for, absent ones and repeated ones included', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => randomKey(String(index)));
    const writer = await connectVerified(server, { database });
    for (let at = 0; at < 40; at += 4) {
      await writer.verifiedSet(keys.slice(at, at + 3).map((key) => ({ key, value: key })));
    }
    await writer.close();
    const found = await client.verifiedGetAll([...keys, keys[0]!]);
    expect(found.map((entry) => entry && text(entry.value))).toEqual(
      [...keys, keys[0]!].map((key, index) => (index % 4 === 3 && index < 40 ? undefined : text(key))),
    );
    expect(await client.verifiedGetAll([])).toEqual([]);
  });

  it('prove a key that another client deleted to be deleted', async () => {
    const key = randomKey();
    await client.verifiedSet([{ key, value: bytes('soon gone') }]);
    await client.delete([key]);
    expect(await client.verifiedGet(key)).toBeUndefined();
    expect(await client.verifiedGetAll([key])).toEqual([undefined]);
    await client.verifiedSet([{ key, value: bytes('back') }]);
    expect(text((await client.verifiedGet(key))!.value)).toBe('back');
  });

  it('list every revision, proven, whatever kind it is', async () => {
    const key = randomKey();
    await client.verifiedSet([{ key, value: bytes('1') }]);
    await client.delete([key]);
    await client.verifiedSet([
      { key, value: bytes('bye'), metadata: { deleted: true, nonIndexable: false } },
    ]);
    await client.verifiedSet([
      { key, value: bytes(''), metadata: { deleted: false, nonIndexable: false, expiresAt: 1n } },
    ]);
    await client.verifiedSet([{ key, value: bytes('') }]);
    const fresh = await connectVerified(server, { database });
    for (const reader of [client, fresh]) {
      const revisions = await reader.verifiedHistory(key);
      expect(revisions.map(({ kind }) => kind)).toEqual(['value', 'deleted', 'deleted', 'expired', 'value']);
      expect(revisions.map(({ txId }) => txId)).toEqual(
        [...revisions.map(({ txId }) => txId)].sort((a, b) => Number(a - b)),
      );
    }
    expect(await fresh.verifiedHistory(randomKey())).toEqual([]);
    await fresh.close();
  });

  it('prove whole transactions', async () => {
    const keys = [randomKey(), randomKey()];
    const written = await client.verifiedSet(keys.map((key) => ({ key, value: key })));
    const transaction = await client.verifiedTx(written.txId);
    expect(transaction.alh).toEqual(written.alh);
    expect(transaction.entries.map(({ storedKey }) => storedKey)).toEqual(
      keys.map((key) => Uint8Array.of(0, ...key)),
    );
    await expect(client.verifiedTx(1_000_000n)).rejects.toMatchObject({ code: 'TX_NOT_FOUND' });
  });

  it('keep conditions: one of many creators wins, and the others are told', async () => {
    const key = randomKey();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        client.verifiedSet([{ key, value: bytes(String(index)) }], {
          preconditions: [{ kind: 'mustNotExist', key }],
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
  });

  it('run many at once, and end with one state that the server confirms', async () => {
    const writers = [client, await connectVerified(server, { database, store })];
    await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const writer = writers[index % 2]!;
        const key = randomKey();
        const written = await writer.verifiedSet([{ key, value: bytes(String(index)) }]);
        const read = await writer.verifiedGet(key);
        expect(read!.txId).toBe(written.txId);
        const stored = await store.load({ ledgerId: 'test', database });
        expect(stored!.head.txId).toBeGreaterThanOrEqual(written.txId);
      }),
    );
    const [a, b] = await Promise.all(writers.map((writer) => writer.verifiedState()));
    expect(a).toEqual(b);
    await writers[1]!.close();
  });
});
