// References, sorted sets, several operations in one transaction, and lists that page by themselves: as servers answer.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { scanKey } from '../../../src/client/listing.js';
import { describeServers } from '../../support/describe-servers.js';
import { bytes, connectVerified, randomKey, text } from '../verified/verified-client.js';

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

describeServers('plain keys and values', (server) => {
  let client: ImmuClient;
  const set = async (hint: string, value = hint) => {
    const key = randomKey(hint);
    const { txId } = await client.set(key, bytes(value));
    return { key, txId };
  };

  beforeAll(async () => {
    client = await connectVerified(server);
  });
  afterAll(() => client.close());

  describe('references', () => {
    it('follow the latest value, or the one of a transaction', async () => {
      const { key, txId } = await set('target', 'one');
      const [loose, bound] = [randomKey('loose'), randomKey('bound')];
      await client.setReference(loose, key);
      await client.setReference(bound, key, { atTx: txId });
      await client.set(key, bytes('two'));
      expect(text((await client.get(loose))!.value)).toBe('two');
      expect(await client.get(bound)).toMatchObject({ key, txId, referencedBy: { key: bound, atTx: txId } });
      expect(text((await client.get(bound))!.value)).toBe('one');
    });

    it('are refused to what is not there, to another reference, and in place of a value', async () => {
      const [one, other] = [await set('one'), await set('other')];
      const reference = randomKey('reference');
      await client.setReference(reference, one.key);
      const to = (key: Uint8Array, referencedKey: Uint8Array, atTx?: bigint) =>
        client.setReference(key, referencedKey, atTx === undefined ? {} : { atTx });
      await expect(to(randomKey(), randomKey())).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
      await expect(to(randomKey(), one.key, other.txId)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
      await expect(to(randomKey(), one.key, 1_000_000n)).rejects.toMatchObject({ code: 'TX_NOT_FOUND' });
      await expect(to(randomKey(), reference)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(to(other.key, one.key)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('keep conditions', async () => {
      const [{ key }, reference] = [await set('target'), randomKey('reference')];
      const preconditions = [{ kind: 'mustNotExist', key: reference }] as const;
      await client.setReference(reference, key, { preconditions });
      await expect(client.setReference(reference, key, { preconditions })).rejects.toMatchObject({
        code: 'PRECONDITION_FAILED',
      });
    });
  });

  describe('sorted sets', () => {
    it('list members by score, then by the length of their key, then by their key', async () => {
      const name = randomKey('set');
      const keys = [bytes('zz'), bytes('aaa'), bytes('ab'), bytes('b')];
      for (const key of keys) await client.set(key, key);
      await client.zAdd(name, 2.5, keys[3]!);
      for (const key of keys) await client.zAdd(name, 1, key);
      await client.zAdd(name, 0, keys[0]!);
      const members = await client.zScan(name);
      expect(members.map(({ score, key }) => `${String(score)} ${text(key)}`)).toEqual([
        '0 zz',
        '1 b',
        '1 ab',
        '1 zz',
        '1 aaa',
        '2.5 b',
      ]);
      expect(members[0]).toMatchObject({ set: name, entry: { key: keys[0], value: keys[0] } });
      expect(members[0]!.atTx).toBeUndefined();
      const scores = async (options: object) => (await client.zScan(name, options)).map(({ score }) => score);
      expect(await scores({ minScore: 1, maxScore: 2, limit: 3 })).toEqual([1, 1, 1]);
      expect(await scores({ desc: true, limit: 2 })).toEqual([2.5, 1]);
      expect(await scores({ after: members[3]! })).toEqual([1, 2.5]);
      expect(await scores({ offset: 5n })).toEqual([2.5]);
      for (const limit of [1, 2, 2500]) {
        expect(await all(client.zScanAll(name, { limit }))).toEqual(members);
        expect(await all(client.zScanAll(name, { limit, desc: true }))).toEqual(members.toReversed());
      }
      expect(await all(client.zScanAll(randomKey('no set')))).toEqual([]);
    });

    it('bind a member to a transaction', async () => {
      const [name, { key, txId }] = [randomKey('set'), await set('k', 'one')];
      await client.zAdd(name, 1, key, { atTx: txId });
      await client.set(key, bytes('two'));
      expect(await client.zScan(name)).toMatchObject([{ atTx: txId, entry: { txId, value: bytes('one') } }]);
    });

    it('put negative scores last, and take them only if told so', async () => {
      const [name, { key }] = [randomKey('set'), await set('k')];
      await expect(client.zAdd(name, -1, key)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      for (const score of [-1, -3, 0, -0, 7]) await client.zAdd(name, score, key, { negativeScore: true });
      expect((await client.zScan(name)).map(({ score }) => score)).toEqual([0, 7, -1, -3]);
    });

    it('go on behind any number of members whose key is gone', async () => {
      const name = randomKey('set');
      const gone = [];
      for (let score = 0; score < 5; score++) {
        const { key } = await set('gone');
        gone.push(key);
        await client.zAdd(name, score, key);
      }
      const { key } = await set('there');
      await client.zAdd(name, 9, key);
      await client.delete(gone);
      // What is gone counts for the page: an empty one is not the end.
      expect(await client.zScan(name, { limit: 2 })).toEqual([]);
      expect(await all(client.zScanAll(name, { limit: 2 }))).toMatchObject([{ key }]);
    });
  });

  describe('execAll', () => {
    it('does everything in one transaction, and binds to that very transaction', async () => {
      const [key, loose, bound, name] = [randomKey(), randomKey(), randomKey(), randomKey('set')];
      const { txId, entryCount } = await client.execAll([
        { kind: 'set', key, value: bytes('one') },
        { kind: 'setReference', key: loose, referencedKey: key },
        { kind: 'setReference', key: bound, referencedKey: key, atTx: 'this' },
        { kind: 'zAdd', set: name, score: 1, key },
      ]);
      expect(entryCount).toBe(4);
      await client.execAll([
        { kind: 'set', key, value: bytes('two') },
        { kind: 'zAdd', set: name, score: 2, key, atTx: 'this' },
      ]);
      expect(text((await client.get(loose))!.value)).toBe('two');
      expect(await client.get(bound)).toMatchObject({ txId, referencedBy: { atTx: txId } });
      expect((await client.zScan(name)).map(({ atTx }) => atTx)).toEqual([undefined, txId + 1n]);
    });

    it('does all or nothing', async () => {
      const [key, other] = [randomKey(), randomKey()];
      const write = { kind: 'set', key, value: bytes('v') } as const;
      await expect(
        client.execAll([write, { kind: 'setReference', key: other, referencedKey: randomKey() }]),
      ).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
      await expect(
        client.execAll([write], { preconditions: [{ kind: 'mustExist', key }] }),
      ).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
      expect(await client.get(key)).toBeUndefined();
    });
  });

  describe('lists that go on by themselves', () => {
    it('give every key once, references by their own key', async () => {
      const prefix = randomKey('list');
      const name = (suffix: string) => bytes(`${text(prefix)} ${suffix}`);
      for (const suffix of ['a', 'b', 'd', 'e']) await client.set(name(suffix), bytes(suffix));
      await client.setReference(name('c'), name('a'));
      const names = ['a', 'b', 'c', 'd', 'e'].map((suffix) => text(name(suffix)));
      for (const limit of [1, 2, 2500]) {
        const listed = async (desc: boolean) =>
          (await all(client.scanAll({ prefix, limit, desc }))).map((entry) => text(scanKey(entry)));
        expect(await listed(false)).toEqual(names);
        expect(await listed(true)).toEqual(names.toReversed());
      }
      // References to what is gone count for a page.
      await client.delete([name('a')]);
      expect(await client.scan({ seekKey: name('b'), prefix, limit: 1 })).toEqual([]);
      expect((await all(client.scanAll({ prefix, limit: 1 }))).map(({ key }) => text(key))).toEqual(
        ['b', 'd', 'e'].map((suffix) => text(name(suffix))),
      );
    });

    it('give every revision, and every transaction', async () => {
      const key = randomKey();
      const txIds: bigint[] = [];
      for (const value of ['1', '2', '3']) txIds.push((await client.set(key, bytes(value))).txId);
      txIds.push((await client.delete([key])).txId);
      for (const limit of [1, 3, 4, 2500]) {
        const revisions = async (desc: boolean) =>
          (await all(client.historyAll(key, { limit, desc }))).map(({ txId }) => txId);
        expect(await revisions(false)).toEqual(txIds);
        expect(await revisions(true)).toEqual(txIds.toReversed());
      }
      expect(await all(client.historyAll(randomKey()))).toEqual([]);
      const [first, last] = [txIds[0]!, txIds[3]!];
      const numbers = async (options: object) =>
        (await all(client.txScanAll(options))).map(({ header }) => header.txId);
      expect(await numbers({ initialTx: first, limit: 3 })).toEqual(txIds);
      const backwards = await numbers({ initialTx: last, limit: 3, desc: true });
      expect(backwards).toHaveLength(Number(last));
      expect(backwards.slice(0, 4)).toEqual(txIds.toReversed());
      expect(
        (await client.txScan({ initialTx: first, limit: 1, values: true }))[0]!.entries[0],
      ).toMatchObject({
        storedKey: Uint8Array.of(0, ...key),
        storedValue: bytes('\u00001'),
      });
      await expect(client.txScan({ desc: true })).rejects.toThrow(TypeError);
    });

    it('stop when the program stops', async () => {
      await set('one');
      await set('two');
      for await (const entry of client.scanAll({ limit: 1 })) {
        expect(entry.key.length).toBeGreaterThan(0);
        break;
      }
    });
  });

  it('count, in the word of the server, what is gone as well', async () => {
    const prefix = randomKey('count');
    const keys = ['a', 'b', 'c'].map((suffix) => bytes(text(prefix) + suffix));
    for (const key of keys) await client.set(key, key);
    await client.delete([keys[0]!]);
    expect(await client.count(prefix)).toBe(3n);
    expect(await client.countAll()).toBeGreaterThanOrEqual(3n);
    await expect(client.count(new Uint8Array(0))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('write what expires, by a Date or in seconds', async () => {
    const [soon, past] = [randomKey(), randomKey()];
    const at = new Date(Date.now() + 3_600_000);
    await client.set(soon, bytes('v'), { expiresAt: at });
    await client.set(past, bytes('v'), { expiresAt: 1n });
    expect((await client.get(soon))!.metadata!.expiresAt).toBe(BigInt(Math.ceil(at.getTime() / 1000)));
    expect(await client.get(past)).toBeUndefined();
  });
});
