// We agree with immudb: verified references, sorted sets, transactions of several operations, and lists.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { describeServers } from '../../support/describe-servers.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

describeServers('verified keys and values', (server) => {
  let client: ImmuClient;
  let fresh: ImmuClient;
  beforeAll(async () => {
    const database = await createDatabase(server);
    client = await connectVerified(server, { database });
    fresh = await connectVerified(server, { database });
    const key = randomKey('first');
    await client.verifiedExecAll([{ kind: 'set', key, value: bytes('on an empty database') }]);
  });
  afterAll(async () => {
    await client.close();
    await fresh.close();
  });

  it('write references, and follow them to their proven target', async () => {
    const [key, loose, bound] = [randomKey(), randomKey('loose'), randomKey('bound')];
    const { txId } = await client.verifiedSet([{ key, value: bytes('one') }]);
    const written = await client.verifiedSetReference(bound, key, { atTx: txId });
    expect(written).toMatchObject({
      txId: txId + 1n,
      operations: [{ kind: 'setReference', key: bound, referencedKey: key, atTx: txId, proof: { index: 0 } }],
    });
    expect((await client.trustedState())!.txId).toBe(written.txId);
    expect((await client.verifiedSetReference(loose, key)).operations[0]!.atTx).toBe(0n);
    await client.verifiedSet([{ key, value: bytes('two') }]);
    for (const reader of [client, fresh]) {
      expect(text((await reader.verifiedGet(bound))!.value)).toBe('one');
      expect(text((await reader.verifiedGet(loose))!.value)).toBe('two');
    }
    await expect(
      client.verifiedSetReference(loose, key, { preconditions: [{ kind: 'mustNotExist', key: loose }] }),
    ).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await expect(client.verifiedSetReference(loose, randomKey())).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
  });

  it('add to sorted sets, and list them in order, bound or not', async () => {
    const name = randomKey('set');
    const keys = ['c', 'a', 'bb', 'd'].map((hint) => randomKey(hint));
    const { txId } = await client.verifiedSet(keys.map((key) => ({ key, value: key })));
    for (const [index, key] of keys.entries()) {
      const added = await client.verifiedZAdd(name, index % 2 === 0 ? 1 : -0, key, {
        ...(index === 3 ? { atTx: txId } : {}),
      });
      expect(added.operations).toMatchObject([
        { kind: 'zAdd', set: name, score: index % 2 === 0 ? 1 : 0, key },
      ]);
    }
    // One whose value is from another transaction than the one that added it, and one whose is from the same.
    await client.verifiedSet([{ key: keys[0]!, value: bytes('changed') }]);
    const self = randomKey('self');
    await client.verifiedExecAll([
      { kind: 'set', key: self, value: bytes('self') },
      { kind: 'zAdd', set: name, score: 5, key: self, atTx: 'this' },
    ]);
    const plain = await client.zScan(name);
    for (const reader of [client, fresh]) {
      const members = await reader.verifiedZScan(name);
      expect(members.map(({ key, score, atTx }) => ({ key, score, atTx }))).toEqual(
        plain.map(({ key, score, atTx }) => ({ key, score, atTx })),
      );
      expect(members.map(({ entry }) => entry.value)).toEqual(plain.map(({ entry }) => entry!.value));
      for (const limit of [1, 2, 500])
        expect(await all(reader.verifiedZScanAll(name, { limit }))).toHaveLength(members.length);
      expect(await reader.verifiedZScan(name, { minScore: 1, maxScore: 2, desc: true })).toHaveLength(2);
    }
    expect(await fresh.verifiedZScan(randomKey('no set'))).toEqual([]);
    const late = await connectVerified(server, { database: client.database });
    // The caller's word about when they were added is held against what is found.
    await expect(late.verifiedZScan(name, { addedSince: 1_000_000n })).rejects.toMatchObject({
      code: 'PROOF_UNAVAILABLE',
    });
    expect(await late.verifiedZScan(name, { addedSince: txId })).toHaveLength(5);
    await late.close();
  });

  it('execute mixed operations, and prove the transaction they made', async () => {
    const [key, bound, name] = [randomKey(), randomKey(), randomKey('set')];
    const metadata = { deleted: false, nonIndexable: false, expiresAt: 2n ** 40n };
    const before = (await client.trustedState())!.txId;
    const done = await client.verifiedExecAll(
      [
        { kind: 'set', key, value: bytes('one'), metadata },
        { kind: 'setReference', key: bound, referencedKey: key, atTx: 'this' },
        { kind: 'zAdd', set: name, score: 1.5, key },
      ],
      { preconditions: [{ kind: 'mustNotExist', key }] },
    );
    expect(done.txId).toBe(before + 1n);
    expect((await client.trustedState())!.txId).toBe(done.txId);
    expect(done.operations).toMatchObject([
      { kind: 'set', key, value: bytes('one'), metadata, proof: { index: 0, txId: done.txId } },
      { kind: 'setReference', key: bound, referencedKey: key, atTx: done.txId, proof: { index: 1 } },
      { kind: 'zAdd', set: name, score: 1.5, key, atTx: 0n, proof: { index: 2 } },
    ]);
    await expect(
      client.verifiedExecAll([{ kind: 'set', key, value: bytes('two') }], {
        preconditions: [{ kind: 'mustNotExist', key }],
      }),
    ).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    const many = Array.from({ length: 30 }, (_, index) =>
      client.verifiedExecAll([{ kind: 'set', key: randomKey(String(index)), value: bytes('v') }]),
    );
    const txIds = (await Promise.all(many)).map(({ txId }) => txId);
    expect(new Set(txIds).size).toBe(30);
  });

  it('list keys, each proven, references with their target', async () => {
    const prefix = randomKey('list');
    const name = (suffix: string) => bytes(`${text(prefix)} ${suffix}`);
    for (const suffix of ['a', 'b', 'd'])
      await client.verifiedSet([{ key: name(suffix), value: bytes(suffix) }]);
    await client.verifiedSetReference(name('c'), name('a'));
    await client.set(name('x'), bytes('gone by now'), { expiresAt: 1n });
    for (const reader of [client, fresh]) {
      const listed = await reader.verifiedScan({ prefix });
      expect(listed.map(({ value }) => text(value))).toEqual(['a', 'b', 'a', 'd']);
      expect(listed[2]).toMatchObject({ key: name('a'), via: { key: name('c'), atTx: 0n } });
      for (const limit of [1, 3])
        expect(await all(reader.verifiedScanAll({ prefix, limit }))).toHaveLength(4);
      const some = { prefix, desc: true, seekKey: name('d'), endKey: name('a'), inclusiveEnd: true };
      expect((await reader.verifiedScan(some)).map(({ value }) => text(value))).toEqual(['a', 'b', 'a']);
    }
    await client.delete([name('a')]);
    expect(await client.verifiedScan({ prefix, seekKey: name('b'), limit: 1 })).toEqual([]);
    expect((await all(client.verifiedScanAll({ prefix, limit: 1 }))).map(({ value }) => text(value))).toEqual(
      ['b', 'd'],
    );
  });

  describe('verifiedTxs', () => {
    it('proves every transaction, with any size of page, and what others wrote', async () => {
      await fresh.set(randomKey(), bytes('v'));
      const listed = await all(client.verifiedTxs());
      const newest = (await client.trustedState())!;
      expect(listed.map(({ txId }) => txId)).toEqual(
        Array.from({ length: Number(newest.txId) }, (_, index) => BigInt(index + 1)),
      );
      expect(listed.at(-1)!.alh).toEqual(newest.alh);
      const { checkedAgainst: _, ...last } = await client.verifiedTx(newest.txId);
      expect(listed.at(-1)).toMatchObject(last);
      const some = await all(client.verifiedTxs({ from: 3n, to: 9n, pageSize: 2 }));
      expect(some.map(({ alh }) => alh)).toEqual(listed.slice(2, 9).map(({ alh }) => alh));
      expect(await all(client.verifiedTxs({ from: 9n, to: 3n }))).toEqual([]);
      await expect(all(client.verifiedTxs({ from: 5n, to: 1_000_000n, pageSize: 10 }))).rejects.toBeDefined();
    });
  });
});
