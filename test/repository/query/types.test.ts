// What must and must not compile of queries. Nothing here runs but the one test; the compiler is the judge.

import { expectTypeOf, it } from 'vitest';
import type { Verified } from 'immurepo';
import { count } from '../../../src/repository/query/count.js';
import { findBy, findOneBy } from '../../../src/repository/query/find-by.js';
import { page, type Page } from '../../../src/repository/query/page.js';
import type { Selected } from '../../../src/repository/query/select.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import type { Book, Library } from './library.js';

/** Never called: its body only has to compile, and its marked lines must not. */
export async function compiles({ source }: Library): Promise<void> {
  expectTypeOf(await findBy(source, { author: 'ann' })).toEqualTypeOf<Verified<Book>[]>();
  expectTypeOf(await findOneBy(source, { isbn: '1' })).toEqualTypeOf<Verified<Book> | undefined>();
  expectTypeOf(await page(source)).toEqualTypeOf<Page<Verified<Book>>>();
  for await (const book of stream(source)) expectTypeOf(book).toEqualTypeOf<Verified<Book>>();
  expectTypeOf(await count(source, { where: { author: { startsWith: 'a' } } })).toEqualTypeOf<number>();

  const [selected] = await findBy(source, { author: 'ann' }, { select: ['author', 'year'] });
  expectTypeOf(selected!).toEqualTypeOf<Verified<Selected<Book, 'author' | 'year'>>>();
  expectTypeOf(selected!.year).toEqualTypeOf<number | undefined>();
  // @ts-expect-error the isbn was not selected
  expectTypeOf(selected!.isbn).toBeString();
  // @ts-expect-error a selection is frozen
  selected!.year = 1;
  const { items } = await page(source, { select: ['id'], orderBy: { author: 'desc' } });
  expectTypeOf(items).toEqualTypeOf<readonly Verified<Selected<Book, 'id'>>[]>();
  for await (const { tags } of streamBy(source, { isbn: '1' }, { select: ['tags'] }))
    expectTypeOf(tags).toEqualTypeOf<Set<string> | undefined>();

  await findBy(source, { shelf: { gte: 1n, lt: 5n }, initial: 'x' });
  // @ts-expect-error not indexed
  await findBy(source, { tags: new Set() });
  // @ts-expect-error of another type
  await findBy(source, { year: '1999' });
  // @ts-expect-error numbers have no beginning
  await findBy(source, { year: { startsWith: '19' } });
  // @ts-expect-error undefined is never everything
  await findBy(source, { author: undefined });
  // @ts-expect-error undefined is never everything
  await page(source, { where: undefined });
  // @ts-expect-error no such property
  await findBy(source, { author: 'ann' }, { select: ['nick'] });
  // @ts-expect-error not indexed
  await page(source, { orderBy: { tags: 'asc' } });
  // @ts-expect-error no such direction
  await page(source, { orderBy: 'up' });
}

it('compiles', () => {
  expectTypeOf(compiles).toBeFunction();
});
