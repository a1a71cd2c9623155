// What queries promise, on any backend: run by each with a factory of its own.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf, isVerified, ModifiedEntityError } from 'immurepo';
import { count } from '../../../src/repository/query/count.js';
import { findByAt } from '../../../src/repository/query/find-by-at.js';
import { findBy, findOneBy } from '../../../src/repository/query/find-by.js';
import { page, type Page, type PageOptions } from '../../../src/repository/query/page.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import type { Book, Library } from './library.js';

/** Opens libraries on one and the same database. */
export interface QueryBackend {
  open(): Promise<Library>;
  close?(): Promise<void>;
}

const idsOf = (books: readonly Pick<Book, 'id'>[]) => books.map(({ id }) => id);

/** All of an iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export function querySuite(name: string, backend: () => Promise<QueryBackend>): void {
  describe(`queries (${name})`, () => {
    let opened: QueryBackend;
    let library: Library;
    let other: Library;

    beforeAll(async () => {
      opened = await backend();
      library = await opened.open();
      other = await opened.open();
      const { books } = library;
      await books.saveMany([
        books.create({ id: 'a', isbn: '1', author: 'ann', year: 2001, shelf: 1n, place: 1 }),
        books.create({ id: 'b', isbn: '2', author: 'ann', year: 1999, shelf: 1n, place: -2 }),
        books.create({ id: 'c', isbn: '3', author: 'bob', year: 2001, shelf: -7n, place: 1 }),
        books.create({ id: 'd', author: 'anna' }),
        books.create({ id: 'e', isbn: '', author: null, tags: new Set(['x']) }),
        books.create({ id: 'f', isbn: '5', author: 'ann', year: 2005 }),
      ]);
      await books.delete('f');
      await books.save(books.create({ id: 'g', author: 'ann', year: 2003 }), {
        expiresAt: new Date(Date.now() - 1),
      });
    });
    afterAll(async () => {
      await library.ledger.close();
      await other.ledger.close();
      await opened.close?.();
    });

    describe('findBy', () => {
      it('finds by an equal value, in the order of the index and then of the id, neither deleted nor expired', async () => {
        expect(idsOf(await findBy(other.source, { author: 'ann' }))).toEqual(['a', 'b']);
        expect(idsOf(await findBy(other.source, { author: 'ann' }, { desc: true }))).toEqual(['b', 'a']);
        expect(await findBy(other.source, { author: 'nobody' })).toEqual([]);
      });

      it('finds by several values, a range on the last', async () => {
        const years = { author: 'ann', year: { gte: 1999, lt: 2001 } };
        expect(idsOf(await findBy(library.source, years))).toEqual(['b']);
        expect(idsOf(await findBy(library.source, { author: 'ann', year: { gt: 1999 } }))).toEqual(['a']);
        expect(idsOf(await findBy(library.source, { author: 'ann', year: { lte: 2001 } }))).toEqual([
          'b',
          'a',
        ]);
        expect(idsOf(await findBy(library.source, { shelf: 1n, place: { lt: 1 } }))).toEqual(['b']);
      });

      it('finds by a beginning, and by what a getter computes', async () => {
        expect(idsOf(await findBy(library.source, { author: { startsWith: 'ann' } }))).toEqual([
          'a',
          'b',
          'd',
        ]);
        expect(idsOf(await findBy(library.source, { initial: 'b' }))).toEqual(['c']);
      });

      it('gives instances with evidence, that can be saved', async () => {
        const [book] = await findBy(other.source, { isbn: '3' });
        expect(book).toBeInstanceOf(library.source.schema.entityClass);
        expect(evidenceOf(book!)).toMatchObject({ entity: 'book', revision: 1n });
        expect(await other.books.save(book!)).toBe(book);
      });

      it('finds the holder of a unique value, or the first of several', async () => {
        expect((await findOneBy(other.source, { isbn: '2' }))?.id).toBe('b');
        expect((await findOneBy(other.source, { isbn: '' }))?.id).toBe('e');
        expect(await findOneBy(other.source, { isbn: '5' })).toBeUndefined();
        expect((await findOneBy(other.source, { author: 'ann' }))?.id).toBe('a');
        expect((await findOneBy(other.source, { author: 'ann' }, { desc: true }))?.id).toBe('b');
        expect((await findOneBy(other.source, { shelf: 1n, place: -2 }))?.id).toBe('b');
      });

      it('takes no more than the limit', async () => {
        const beginning = { author: { startsWith: 'a' } };
        expect(idsOf(await findBy(library.source, beginning, { limit: 2 }))).toEqual(['a', 'b']);
        expect(idsOf(await findBy(library.source, beginning, { limit: 2, desc: true }))).toEqual(['d', 'b']);
        await expect(findBy(library.source, beginning, { limit: 0 })).rejects.toThrow(TypeError);
      });

      it('streams the same', async () => {
        const found = await all(streamBy(other.source, { author: { startsWith: 'a' } }));
        expect(idsOf(found)).toEqual(['a', 'b', 'd']);
        expect(evidenceOf(found[0]!).entity).toBe('book');
        expect(idsOf(await all(streamBy(other.source, { author: 'ann' }, { desc: true })))).toEqual([
          'b',
          'a',
        ]);
      });

      it('finds ids of several parts in the order of their parts', async () => {
        const { copies, copySource } = library;
        const due = new Date(1_700_000_000_000);
        await copies.saveMany([10, 9, -1].map((number) => copies.create({ book: 'a\0', number, due })));
        const found = await findBy(copySource, { due });
        expect(found.map(({ number }) => number)).toEqual([-1, 9, 10]);
      });
    });

    describe('select', () => {
      it('gives frozen objects of the selected properties and nothing else, with evidence', async () => {
        const [selected] = await findBy(
          library.source,
          { isbn: '1' },
          { select: ['author', 'year', 'tags'] },
        );
        expect(selected).toEqual({ author: 'ann', year: 2001 });
        expect(Object.keys(selected!)).toEqual(['author', 'year']);
        expect(Object.isFrozen(selected)).toBe(true);
        expect(Object.getPrototypeOf(selected)).toBe(Object.prototype);
        expect(evidenceOf(selected!)).toMatchObject({ entity: 'book', revision: 1n });
        expect(isVerified(structuredClone(selected))).toBe(false);
        const [nested] = await findBy(library.source, { isbn: '' }, { select: ['tags'] });
        expect(isVerified(nested)).toBe(true);
        nested!.tags!.add('y');
        expect(() => evidenceOf(nested!)).toThrow(ModifiedEntityError);
      });

      it('works on pages, streams and single reads', async () => {
        const select = ['id'] as const;
        const { items } = await page(library.source, { select, limit: 2 });
        expect(items).toEqual([{ id: 'a' }, { id: 'b' }]);
        expect(await findOneBy(library.source, { isbn: '3' }, { select })).toEqual({ id: 'c' });
        expect(await all(streamBy(library.source, { author: 'bob' }, { select }))).toEqual([{ id: 'c' }]);
        expect((await all(stream(library.source, { select })))[0]).toEqual({ id: 'a' });
      });
    });

    describe('pages and streams', () => {
      /** Page after page, with something done after each. */
      async function pages(
        options: PageOptions<Book>,
        after?: (page: Page<Book>) => Promise<void>,
      ): Promise<Page<Book>[]> {
        const read: Page<Book>[] = [];
        for (let next: string | undefined; ;) {
          const one: Page<Book> = await page(library.source, { ...options, ...(next && { after: next }) });
          read.push(one);
          ({ next } = one);
          if (next === undefined) return read;
          await after?.(one);
        }
      }
      const idsOn = (read: readonly Page<Book>[]) => read.flatMap(({ items }) => idsOf(items));

      it('go by id, both ways, and only the last page may be empty', async () => {
        const up = await pages({ limit: 2 });
        expect(idsOn(up)).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(up.slice(0, -1).every(({ items }) => items.length > 0)).toBe(true);
        expect(idsOn(await pages({ limit: 2, orderBy: 'desc' }))).toEqual(['e', 'd', 'c', 'b', 'a']);
        expect(idsOf(await all(stream(other.source)))).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(idsOf(await all(stream(other.source, { orderBy: 'desc' })))).toEqual([
          'e',
          'd',
          'c',
          'b',
          'a',
        ]);
      });

      it('go by an index, both ways, without what it does not hold', async () => {
        expect(idsOn(await pages({ limit: 1, orderBy: { author: 'asc' } }))).toEqual(['a', 'b', 'd', 'c']);
        expect(idsOn(await pages({ limit: 3, orderBy: { author: 'desc' } }))).toEqual(['c', 'd', 'b', 'a']);
        const byYear = { where: { author: 'ann' }, orderBy: { year: 'desc' } } as const;
        expect(idsOn(await pages({ limit: 1, ...byYear }))).toEqual(['a', 'b']);
        expect(idsOf(await all(stream(other.source, byYear)))).toEqual(['a', 'b']);
        const unique = { orderBy: { isbn: 'asc' }, limit: 2 } as const;
        expect(idsOn(await pages(unique))).toEqual(['e', 'a', 'b', 'c']);
        expect(idsOn(await pages({ where: { isbn: '1' } }))).toEqual(['a']);
      });

      it('stay as of the transaction of the first page, whatever is written between', async () => {
        const { books } = other;
        const state = await library.ledger.verifyState();
        let writes = 0;
        const read = await pages({ limit: 1 }, async (one) => {
          expect(one.asOf).toBe(state?.txId);
          if (writes++ > 0) return;
          await books.save(books.create({ id: 'b2', author: 'new' }));
          await books.update('c', { author: 'changed' });
          await books.delete('d');
        });
        expect(idsOn(read)).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(read.flatMap(({ items }) => items).find(({ id }) => id === 'c')?.author).toBe('bob');
        const now = await all(stream(other.source));
        expect(idsOf(now)).toEqual(['a', 'b', 'b2', 'c', 'e']);
        expect(await count(other.source)).toBe(5);
        expect(await count(other.source, { where: { author: 'ann' } })).toBe(2);

        const past = { asOf: state!.txId, now: Date.now() };
        expect(idsOf(await all(stream(other.source, {}, past)))).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(await count(other.source, {}, past)).toBe(5);
        expect((await page(other.source, { limit: 3 }, past)).asOf).toBe(past.asOf);
        const found = await findByAt(other.source, { author: { gte: 'anna' } }, {}, past);
        expect(idsOf(found)).toEqual(['d', 'c']);
        expect(found[1]).toMatchObject({ author: 'bob' });
        const last = await findByAt(
          other.source,
          { author: { gte: 'anna' } },
          { desc: true, limit: 1 },
          past,
        );
        expect(idsOf(last)).toEqual(['c']);
      });

      it('by an index never list an entity twice that moves ahead of them', async () => {
        const { books } = other;
        await books.saveMany(['p', 'q', 'r'].map((id, year) => books.create({ id, author: 'zoe', year })));
        const read = await pages(
          { limit: 1, where: { author: 'zoe' }, orderBy: { year: 'asc' } },
          async (one) => {
            await books.update(one.items[0]!.id, { year: one.items[0]!.year! + 10 });
          },
        );
        expect(idsOn(read)).toEqual(['p', 'q', 'r']);
        const years = (await findBy(other.source, { author: 'zoe', year: { gte: 0 } })).map(
          ({ year }) => year,
        );
        expect(years).toEqual([10, 11, 12]);
      });
    });
  });
}
