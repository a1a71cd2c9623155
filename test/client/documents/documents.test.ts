// Documents on a real immudb: what goes in comes out, by search and by proof.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { DocumentObject } from '../../../src/proof/index.js';
import { describeReal } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { connectVerified } from '../verified/verified-client.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A document nested so deep. */
const nested = (levels: number): DocumentObject => (levels === 1 ? { end: 1 } : { in: nested(levels - 1) });

describeReal('documents', (server) => {
  let client: ImmuClient;
  const names = async (found: AsyncIterable<{ readonly document: DocumentObject }>) =>
    (await collect(found)).map(({ document }) => document.name);

  beforeAll(async () => {
    client = await connectVerified(server);
    await client.documents.createCollection('people', {
      fields: [
        { name: 'name', type: 'string' },
        { name: 'age', type: 'integer' },
        { name: 'score.best', type: 'double' },
        { name: 'active', type: 'boolean' },
        { name: 'uuid', type: 'uuid' },
      ],
      indexes: [{ fields: ['age'] }],
    });
  });
  afterAll(() => client.close());

  const everything = {
    name: 'Ada ✓',
    age: 36,
    score: { best: 1.5, '': [] },
    active: true,
    uuid: '00000000-0000-0000-0000-000000000001',
    nothing: null,
    zero: -0,
    large: Number.MAX_SAFE_INTEGER,
    huge: 6.02e23,
    list: [1, 'two', null, [false], { three: {} }],
    constructor: 'field',
  };

  it('come out as they went in, by search and by proof', async () => {
    const [written] = await client.documents.verifiedInsert('people', [everything]);
    const { id, txId } = written!;
    expect(written).toMatchObject({ collectionId: 1, idField: '_id', writer: 'immudb', txId });
    expect(written!.document).toEqual({ ...everything, _id: id });
    const read = await client.documents.verifiedGet('people', id);
    expect(read!.document).toEqual({ ...everything, _id: id });
    expect(Object.is(read!.document.zero, -0)).toBe(true);
    expect(read!.proof).toMatchObject({ txId, index: written!.index, alh: written!.proof.alh });
    const [found] = await collect(client.documents.search('people', { where: { _id: id } }));
    expect(found).toEqual({ id, document: { ...everything, _id: id } });
    expect((await client.trustedState())!.txId).toBe(txId);
  });

  it('that are undefined in part are written without it', async () => {
    const document = { name: 'Part', gone: undefined } as unknown as DocumentObject;
    const [written] = await client.documents.verifiedInsert('people', [document]);
    expect(written!.document).toEqual({ name: 'Part', _id: written!.id });
  });

  it('are inserted by the hundred in one transaction, and proven one by one', async () => {
    const documents = Array.from({ length: 100 }, (_, n) => ({ name: `many ${n}`, n }));
    const written = await client.documents.verifiedInsert('people', documents);
    expect(written.map(({ document }) => document.n)).toEqual(documents.map(({ n }) => n));
    expect(new Set(written.map(({ txId }) => txId)).size).toBe(1);
  });

  it('are replaced with proof, and every revision stays provable', async () => {
    const [first] = await client.documents.verifiedInsert('people', [{ name: 'old', age: 1 }]);
    const { id } = first!;
    const [second] = await client.documents.verifiedReplace(
      'people',
      { where: { _id: id } },
      { name: 'new', age: 2 },
    );
    expect(second).toMatchObject({ id, document: { _id: id, name: 'new', age: 2 } });
    expect((await client.documents.verifiedGet('people', id))!.txId).toBe(second!.txId);
    const before = await client.documents.verifiedGet('people', id, { atTx: first!.txId });
    expect(before!.document).toEqual({ _id: id, name: 'old', age: 1 });
    await client.documents.delete('people', { where: { _id: id } });
    // A proof is answered from an index that may lag behind, and the server does not wait for it; to count, it does.
    expect(await client.documents.count('people', { where: { _id: id } })).toBe(0n);
    expect(await client.documents.verifiedGet('people', id)).toBeUndefined();
    expect(await client.documents.verifiedGet('people', id, { atTx: second!.txId })).toMatchObject({ id });
    const history = await collect(client.documents.audit('people', id, { pageSize: 1 }));
    expect(history.map(({ revision, deleted, document }) => [revision, deleted, document?.name])).toEqual([
      [1n, false, 'old'],
      [2n, false, 'new'],
      [3n, true, undefined],
    ]);
    expect(history[0]).toMatchObject({ id, txId: first!.txId, username: 'immudb' });
    const descending = client.documents.audit('people', id, { desc: true, omitDocuments: true, pageSize: 2 });
    expect((await collect(descending)).map(({ revision }) => revision)).toEqual([3n, 2n, 1n]);
  });

  it('that do not fit a replacement are not made', async () => {
    const none = { where: { name: 'nobody is called this' } };
    expect(await client.documents.verifiedReplace('people', none, { name: 'x' })).toEqual([]);
    expect(await client.documents.count('people', none)).toBe(0n);
  });

  it('are found by comparisons, all of them or one of several', async () => {
    const documents = [10, 20, 30, 40].map((age) => ({
      name: `Q${age}`,
      age: age + 1000,
      score: { best: age / 8 },
    }));
    await client.documents.insert('people', documents);
    const search = (where: Parameters<typeof client.documents.search>[1]) =>
      client.documents.search('people', where);
    const orderBy = [{ field: 'age', desc: true }];
    expect(await names(search({ where: { age: { ge: 1020, lt: 1040 } } }))).toEqual(['Q20', 'Q30']);
    expect(await names(search({ where: { age: { gt: 1000 }, name: { ne: 'Q20' } }, orderBy }))).toEqual([
      'Q40',
      'Q30',
      'Q10',
    ]);
    expect(await names(search({ where: [{ name: 'Q10' }, { age: 1040 }] }))).toEqual(['Q10', 'Q40']);
    expect(await names(search({ where: { name: { like: 'Q_0', notLike: '%4%' } } }))).toEqual([
      'Q10',
      'Q20',
      'Q30',
    ]);
    expect(await names(search({ where: { 'score.best': { le: 2.5 }, age: { gt: 1000 } } }))).toEqual([
      'Q10',
      'Q20',
    ]);
    expect(await names(search({ where: { age: { gt: 1000 } }, limit: 3 }))).toEqual(['Q10', 'Q20', 'Q30']);
    expect(await client.documents.count('people', { where: { age: { gt: 1000 } }, limit: 3 })).toBe(3n);
    expect(await client.documents.count('people', { where: [{ name: 'Q10' }, {}] })).toBe(
      await client.documents.count('people'),
    );
  });

  it('as deep as they may be come back from a search', async () => {
    const document = { name: 'deep', ...nested(30) };
    const list = { name: 'deep', list: Array.from({ length: 28 }).reduce<unknown>((inner) => [inner], []) };
    await client.documents.verifiedInsert('people', [document, list as DocumentObject]);
    const found = await collect(client.documents.search('people', { where: { name: 'deep' } }));
    expect(found.map(({ document: { _id, ...rest } }) => rest)).toEqual([document, list]);
  });

  it('take part in conflicts and unique indexes', async () => {
    const { documents } = client;
    await documents.createCollection('unique', {
      idField: 'key',
      fields: [{ name: 'code', type: 'string' }],
      indexes: [{ fields: ['code'], unique: true }],
    });
    const [written] = await documents.verifiedInsert('unique', [{ code: 'a' }]);
    expect(written).toMatchObject({ idField: 'key', document: { code: 'a', key: written!.id } });
    expect(await rejection(documents.insert('unique', [{ code: 'a' }]))).toMatchObject({ code: 'CONFLICT' });
    const where = { code: 'a' };
    const races = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) => documents.replace('unique', { where }, { code: 'a', n })),
    );
    const lost = races.flatMap((race) =>
      race.status === 'rejected' ? [race.reason as { code: string }] : [],
    );
    expect(new Set(lost.map(({ code }) => code))).toEqual(new Set(lost.length === 0 ? [] : ['CONFLICT']));
    expect(races.some(({ status }) => status === 'fulfilled')).toBe(true);
  });

  describe('searched page by page', () => {
    const search = (pageSize = 2) => client.documents.search('pages', { orderBy: ['n'] }, { pageSize });

    beforeAll(async () => {
      await client.documents.createCollection('pages', {
        fields: [{ name: 'n', type: 'integer' }],
        indexes: [{ fields: ['n'] }],
      });
      await client.documents.insert(
        'pages',
        Array.from({ length: 9 }, (_, n) => ({ n })),
      );
    });

    it('are as of one moment, whatever is written meanwhile', async () => {
      const seen: unknown[] = [];
      for await (const { document } of search()) {
        if (seen.push(document.n) !== 3) continue;
        await client.documents.insert('pages', [{ n: -1 }]);
        await client.documents.delete('pages', { where: { n: 7 } });
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await client.documents.count('pages')).toBe(9n);
      await client.documents.replace('pages', { where: { n: -1 } }, { n: 7 });
    });

    it('do not disturb each other', async () => {
      const all = await Promise.all([search(2), search(3), search(100), search(9)].map(collect));
      for (const found of all)
        expect(found.map(({ document }) => document.n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('may be given up, and their sessions end', async () => {
      for (let round = 0; round < 3; round++) {
        for await (const { document } of search()) {
          if (document.n === 3) break;
        }
      }
      expect(await collect(search(1))).toHaveLength(9);
    });
  });
});

describeReal('collections', (server) => {
  let client: ImmuClient;

  beforeAll(async () => {
    client = await connectVerified(server);
  });
  afterAll(() => client.close());

  it('are created, described, changed and deleted', async () => {
    const { documents } = client;
    const idIndex = { fields: ['_id'], unique: true };
    const id = { name: '_id', type: 'string' };
    await documents.createCollection('c', { fields: [{ name: 'a', type: 'double' }] });
    expect(await documents.getCollection('c')).toEqual({
      name: 'c',
      idField: '_id',
      fields: [id, { name: 'a', type: 'double' }],
      indexes: [idIndex],
    });
    await documents.addField('c', { name: 'b.c', type: 'uuid' });
    await documents.createIndex('c', { fields: ['a', 'b.c'], unique: true });
    expect(await rejection(documents.removeField('c', 'a'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await documents.getCollection('c')).indexes).toEqual([
      idIndex,
      { fields: ['a', 'b.c'], unique: true },
    ]);
    await documents.deleteIndex('c', ['a', 'b.c']);
    await documents.removeField('c', 'a');
    expect(await documents.listCollections()).toEqual([
      { name: 'c', idField: '_id', fields: [id, { name: 'b.c', type: 'uuid' }], indexes: [idIndex] },
    ]);
    await documents.deleteCollection('c');
    expect(await documents.listCollections()).toEqual([]);
  });

  it('whose id field is renamed keep their documents as they were', async () => {
    const { documents } = client;
    await documents.createCollection('renamed');
    const [written] = await documents.verifiedInsert('renamed', [{ key: 'mine' }]);
    await documents.updateCollection('renamed', { idField: 'key' });
    const read = await documents.verifiedGet('renamed', written!.id);
    expect(read).toMatchObject({ idField: 'key', document: { _id: written!.id, key: 'mine' } });
  });

  it('are pinned by the first proof, and to another number only where that is said', async () => {
    const { documents } = client;
    await documents.createCollection('pinned');
    expect(documents.collectionPin('pinned')).toBeUndefined();
    const [first] = await documents.verifiedInsert('pinned', [{ n: 1 }]);
    const pin = documents.collectionPin('pinned')!;
    expect(pin).toEqual({ collectionId: first!.collectionId, idField: '_id' });
    const other = await client.useDatabase(client.database, { trust: { firstUse: true } });
    await other.documents.deleteCollection('pinned');
    await other.documents.createCollection('pinned');
    const { ids } = await other.documents.insert('pinned', [{ n: 2 }]);
    await other.close();
    const refused = await rejection(documents.verifiedGet('pinned', ids[0]!));
    expect(refused).toMatchObject({ code: 'BINDING_MISMATCH' });
    expect(refused.message).toContain('documents.forgetCollection');
    documents.forgetCollection('pinned');
    expect((await documents.verifiedGet('pinned', ids[0]!))!.collectionId).toBeGreaterThan(pin.collectionId);
    documents.pinCollection('pinned', pin);
    expect(await rejection(documents.verifiedGet('pinned', ids[0]!))).toMatchObject({
      code: 'BINDING_MISMATCH',
    });
  });

  it('that are not there, or there already, are told', async () => {
    const { documents } = client;
    await documents.createCollection('there');
    const code = async (promise: Promise<unknown>) => (await rejection(promise)).code;
    expect(await code(documents.createCollection('there'))).toBe('COLLECTION_EXISTS');
    const calls = [
      () => documents.getCollection('missing'),
      () => documents.deleteCollection('missing'),
      () => documents.addField('missing', { name: 'a', type: 'string' }),
      () => documents.insert('missing', [{}]),
      () => documents.count('missing'),
      () => documents.verifiedGet('missing', '00'.repeat(16)),
      () => collect(documents.search('missing')),
    ];
    for (const call of calls) expect(await code(call())).toBe('COLLECTION_NOT_FOUND');
    expect(await documents.verifiedGet('there', '00'.repeat(16))).toBeUndefined();
    expect(await code(collect(documents.audit('there', '00'.repeat(16))))).toBe('DOCUMENT_NOT_FOUND');
    expect(await code(documents.insert('there', [{ _id: 'aa' }]))).toBe('INVALID_ARGUMENT');
    expect(await code(documents.count('there', { where: { undeclared: 1 } }))).toBe('INVALID_ARGUMENT');
    expect(await code(documents.count('there', { where: { _id: 5 } }))).toBe('VALUE_REFUSED');
  });
});
