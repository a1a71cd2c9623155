// What happens between the answers of one query, and at its edges.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Entity, evidenceOf, Id, type Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { parseRecord } from '../../../src/codec/parse-record.js';
import { encodeKey } from '../../../src/codec/record-key.js';
import { encodeRecord } from '../../../src/codec/record.js';
import { extensionsOf, factsOf } from '../../../src/codec/revision-facts.js';
import { linkAfter } from '../../../src/codec/revision-chain.js';
import { openEngine } from '../../../src/engine/engine.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { IndexStates } from '../../../src/repository/index-states.js';
import { count } from '../../../src/repository/query/count.js';
import { findByAt } from '../../../src/repository/query/find-by-at.js';
import { findBy, findOneBy } from '../../../src/repository/query/find-by.js';
import { page } from '../../../src/repository/query/page.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import { type Library, Server } from './library.js';
import { all } from './query-suite.js';
import { lifecycle } from '../no-lifecycle.js';

const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('queries', () => {
  let server: Server;
  let library: Library;
  let writer: Library;

  beforeAll(async () => {
    server = await Server.start();
    writer = await server.open();
    const { books } = writer;
    await books.saveMany(
      ['a', 'b', 'c'].map((id, n) => books.create({ id, isbn: id, author: 'ann', year: 2000 + n })),
    );
  });
  beforeEach(async () => {
    library = await server.open();
    server.calls = [];
  });
  afterEach(async () => {
    server.lies.clear();
    await library.ledger.close();
  });
  afterAll(async () => {
    await writer.ledger.close();
    await server.close();
  });

  /** Does something once, after the first answer to a method and before the next call. */
  const after = (method: string, work: () => Promise<unknown>) => {
    server.lies.set(method, async (request, ask) => {
      server.lies.delete(method);
      const answer = await ask(request);
      await work();
      return answer;
    });
  };

  describe('while others write', () => {
    const ann = { author: 'ann', year: { gte: 0 } };

    it.each([true, false])(
      'findBy takes an entity that moves within the range where it is by then (desc: %s)',
      async (desc) => {
        const { books } = writer;
        const moved = desc ? 'a' : 'c';
        const year = desc ? 3000 : 1000;
        const before = (await books.findOrFail(moved)).year!;
        after('Scan', () => books.update(moved, { year }));
        const found = await findBy(library.source, ann, { desc });
        expect(idsOf(found)).toEqual(desc ? ['a', 'c', 'b'] : ['c', 'a', 'b']);
        expect(found[0]).toMatchObject({ year });
        await books.update(moved, { year: before });
      },
    );

    it('findBy with a limit leaves out what moves behind it', async () => {
      const { books } = writer;
      after('Scan', () => books.update('a', { year: 3000 }));
      expect(idsOf(await findBy(library.source, ann, { limit: 1 }))).toEqual(['b']);
      await books.update('a', { year: 2000 });
    });

    it('findBy gives nothing that leaves the range, or is deleted, or comes twice', async () => {
      const { books } = writer;
      after('Scan', async () => {
        await books.update('b', { author: 'bob' });
        await books.delete('c');
      });
      expect(idsOf(await findBy(library.source, ann))).toEqual(['a']);
      await books.update('b', { author: 'ann' });
      await books.save(books.create({ id: 'c', isbn: 'c', author: 'ann', year: 2002 }));
      // From the first page into the second.
      let pages = 0;
      server.lies.set('Scan', async (request: { readonly limit: bigint }, ask) => {
        if (pages++ === 1) await books.update('a', { year: 2500 });
        return ask({ ...request, limit: 2n });
      });
      expect(idsOf(await findBy(library.source, ann))).toEqual(['a', 'b', 'c']);
      server.lies.clear();
      await books.update('a', { year: 2000 });
    });

    it('findOneBy finds the new holder of a unique value that moves', async () => {
      const { books } = writer;
      after('VerifiableGet', async () => {
        await writer.ledger.transaction(async (tx) => {
          const repository = tx.repository(library.source.schema.entityClass);
          await repository.update('a', { isbn: 'other' });
          await repository.update('b', { isbn: 'a' });
        });
      });
      expect((await findOneBy(library.source, { isbn: 'a' }))?.id).toBe('b');
      await books.update('b', { isbn: 'b' });
      await books.update('a', { isbn: 'a' });
    });

    it('pages and streams by an index give an entity as it was when they began, or not at all', async () => {
      const { books } = writer;
      after('CurrentState', async () => {
        await books.update('b', { tags: new Set(['new']) });
        await books.save(books.create({ id: 'b2', author: 'ann', year: 2001 }));
      });
      const { items, asOf } = await page(library.source, { where: ann });
      expect(idsOf(items)).toEqual(['a', 'b', 'c']);
      expect(items[1]?.tags).toBeUndefined();
      expect(evidenceOf(items[1]!).txId).toBeLessThanOrEqual(asOf);
      after('CurrentState', async () => {
        await books.delete('b2');
        await books.update('c', { year: 1000 });
      });
      const streamed = await all(streamBy(library.source, ann));
      expect(idsOf(streamed)).toEqual(['a', 'b']);
      await books.update('c', { year: 2002 });
    });
  });

  describe('at the edges', () => {
    it('a record that lists itself twice in an index is found once', async () => {
      const { client } = writer.ledger;
      const { schema } = library.source;
      const { keys } = schema.indexes.find(({ name }) => name === 'author')!;
      await writer.books.save(writer.books.create({ id: 'twin', author: 'x' }));
      const key = encodeKey(schema.keys, ['twin']);
      const { value, txId } = (await client.verifiedGet(key))!;
      const record = parseRecord(value);
      const indexKeys = ['x', 'y'].map((author) => encodeKey(keys, [author, 'twin']));
      const extensions = extensionsOf({ ...factsOf(record.extensions), indexKeys }, []);
      const link = linkAfter({ revision: 1n, txId, value });
      await client.verifiedSet([
        { key, value: encodeRecord({ ...record, ...link, extensions }) },
        ...indexKeys.map((entry) => ({ key: entry, value: Uint8Array.of(1) })),
      ]);
      const where = { author: { gte: 'x' } };
      for (const desc of [false, true]) {
        expect(idsOf(await findBy(library.source, where, { desc }))).toEqual(['twin']);
        expect(idsOf(await all(streamBy(library.source, where, { desc })))).toEqual(['twin']);
        const { items } = await page(library.source, { where, orderBy: desc ? 'desc' : 'asc', limit: 1 });
        expect(idsOf(items)).toEqual(['twin']);
      }
      expect(idsOf(await findBy(library.source, { author: 'y' }))).toEqual(['twin']);
      await writer.books.delete('twin');
    });

    it('an empty range, and values that fit no key, cost no call', async () => {
      const empty = [
        { isbn: { gt: 'a', lt: 'a' } },
        { author: 'ann', year: { gte: 5, lt: 5 } },
        { author: 'ann', year: { gt: 6, lte: 5 } },
        { author: { startsWith: 'b', lt: 'a' } },
        { isbn: 'x'.repeat(2_000) },
        { author: { startsWith: 'x'.repeat(1_023), gte: 'x'.repeat(5_000) } },
      ];
      for (const where of empty) {
        expect(await findBy(library.source, where)).toEqual([]);
        expect(await findOneBy(library.source, where)).toBeUndefined();
        expect(await all(streamBy(library.source, where))).toEqual([]);
        expect(await count(library.source, { where })).toBe(0);
        expect(await findByAt(library.source, where, {}, { asOf: 1n, now: 0 })).toEqual([]);
      }
      expect(server.calls).toEqual([]);
      expect(await page(library.source, { where: empty[0]! })).toMatchObject({ items: [], next: undefined });
    });

    it('the longest key there can be is found, and what is around it is not', async () => {
      const { books } = writer;
      const { prefix } = library.source.schema.indexes.find(({ name }) => name === 'isbn')!.keys;
      const longest = 'x'.repeat(1_023 - prefix.length - 2);
      await books.saveMany([
        books.create({ id: 'long', isbn: longest }),
        books.create({ id: 'y', isbn: 'y' }),
      ]);
      const { source } = library;
      expect((await findOneBy(source, { isbn: longest }))?.id).toBe('long');
      expect(idsOf((await page(source, { where: { isbn: longest } })).items)).toEqual(['long']);
      expect(idsOf(await findBy(source, { isbn: { gte: longest } }))).toEqual(['long', 'y']);
      expect(idsOf(await findBy(source, { isbn: { gt: longest } }))).toEqual(['y']);
      expect(idsOf(await findBy(source, { isbn: { gt: 'x', lte: longest } }))).toEqual(['long']);
      expect(idsOf(await findBy(source, { isbn: { gt: 'x', lt: longest } }))).toEqual([]);
      expect(idsOf(await findBy(source, { isbn: { gt: 'w', lt: `${longest}x` } }, { desc: true }))).toEqual([
        'long',
      ]);
      for (const id of ['long', 'y']) await books.delete(id);
    });

    it('an index that is not complete answers nothing', async () => {
      const { client } = library.ledger;
      const { schema } = library.source;
      const isbn = schema.indexes.find(({ name }) => name === 'isbn')!;
      const key = isbn.metaKey;
      const ready = (await client.verifiedGet(key))!.value;
      await client.verifiedSet([{ key, value: ready.map((byte, at) => (at === 1 ? 0 : byte)) }]);
      const source = { schema, context: { client, lifecycle, indexes: new IndexStates(client) } };
      const notReady = { code: 'INDEX_NOT_READY' };
      await expect(findBy(source, { isbn: 'a' })).rejects.toMatchObject(notReady);
      await expect(page(source, { orderBy: { isbn: 'asc' } })).rejects.toMatchObject(notReady);
      await expect(all(streamBy(source, { isbn: 'a' }))).rejects.toMatchObject(notReady);
      expect(idsOf(await findBy(source, { author: 'ann' }))).toEqual(['a', 'b', 'c']);
      expect(idsOf((await page(source)).items)).toEqual(['a', 'b', 'c']);
      await client.verifiedSet([{ key, value: ready }]);
      expect(idsOf(await findBy(source, { isbn: 'a' }))).toEqual(['a']);
    });

    it('a query about the past goes by id', async () => {
      const past = { asOf: 1n, now: Date.now() };
      expect(() => stream(library.source, { where: { author: 'ann' } }, past)).toThrow(TypeError);
      await expect(page(library.source, { orderBy: { author: 'asc' } }, past)).rejects.toThrow(/index/);
      await expect(count(library.source, { where: { author: 'ann' } }, past)).rejects.toThrow(TypeError);
    });

    it('what is no option is refused before anything is asked', async () => {
      const { source } = library;
      const wrong: readonly (() => Promise<unknown>)[] = [
        () => page(source, { limit: 0 }),
        () => page(source, { limit: 1_001 }),
        () => page(source, { limit: 1.5 }),
        () => page(source, { where: undefined as never }),
        () => page(source, { orderBy: 'up' as never }),
        () => page(source, { orderBy: {} }),
        () => page(source, { orderBy: { author: 'asc', isbn: 'asc' } }),
        () => page(source, { orderBy: { year: 'asc' } }),
        () => page(source, { where: { author: 'ann' }, orderBy: { isbn: 'asc' } }),
        () => page(source, { after: 7 as never }),
        () => page(source, { select: [] }),
        () => page(source, { select: ['nick' as never] }),
        () => page(source, { select: 'id' as never }),
        () => count(source, { where: undefined as never }),
        () => findBy(source, undefined as never),
        () => findOneBy(source, {}),
        () => all(stream(source, { where: undefined as never })),
        () => all(streamBy(source, { isbn: undefined as never })),
      ];
      for (const call of wrong) await expect((async () => call())()).rejects.toThrow(TypeError);
      expect(server.calls).toEqual([]);
    });
  });
});

@Entity({ name: 'lonely' })
class Lonely {
  @Id() id!: string;
}

describe('a ledger without any transaction', () => {
  let ledger: Ledger;

  it('has no entities, as of transaction 0', async () => {
    const engine = await openEngine({ databases: ['ledger'] });
    ledger = await openLedger({
      ...engine.ownCredentials,
      database: 'ledger',
      entities: [Lonely],
      transport: new LocalTransport(engine.service, { address: 'empty', close: () => engine.close() }),
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
    const { client } = ledger;
    const source = {
      schema: entitySchemas([Lonely]).of(Lonely),
      context: { client, lifecycle, indexes: new IndexStates(client) },
    };
    expect(await page(source)).toEqual({ items: [], next: undefined, asOf: 0n });
    expect(await all(stream(source))).toEqual([]);
    expect(await count(source)).toBe(0);
    await ledger.close();
  });
});
