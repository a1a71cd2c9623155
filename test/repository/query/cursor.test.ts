// Cursors come back from anyone: only one of the same query, unharmed, is gone on from.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../../src/codec/record-key.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { encodeCursor, parseCursor } from '../../../src/repository/query/cursor.js';
import { page } from '../../../src/repository/query/page.js';
import { queryOf } from '../../../src/repository/query/query.js';
import { Book, Copy, Server } from './library.js';

const schema = schemaOf(Book);
const query = queryOf(schema, {});
const key = encodeKey(schema.keys, ['b\0ook']);
const cursor = encodeCursor(query, { asOf: 2n ** 40n, key });

const refusal = (text: RegExp) =>
  expect.objectContaining({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(text) as string,
  }) as Error;

describe('a cursor', () => {
  it('says where its page ended, and as of which transaction', () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(parseCursor(query, cursor)).toEqual({ asOf: 2n ** 40n, key });
  });

  it.each([
    ['the other direction', queryOf(schema, { orderBy: 'desc' })],
    ['another entity', queryOf(schemaOf(Copy), {})],
    ['another namespace', queryOf(schemaOf(Book, { namespace: 'other' }), {})],
    ['an index', queryOf(schema, { orderBy: { isbn: 'asc' } })],
    ['another where', queryOf(schema, { where: { author: 'ann' } })],
  ])('of %s is refused', (_, other) => {
    expect(() => parseCursor(other, cursor)).toThrow(refusal(/belongs to another query/));
  });

  it('of another value or another bound is refused', () => {
    const ann = queryOf(schema, { where: { author: 'ann' } });
    const index = schema.indexes.find(({ name }) => name === 'author')!;
    const after = encodeCursor(ann, { asOf: 1n, key: encodeKey(index.keys, ['ann', 'x']) });
    expect(parseCursor(ann, after).asOf).toBe(1n);
    for (const author of ['bob', { gte: 'ann' }, { startsWith: 'ann' }])
      expect(() => parseCursor(queryOf(schema, { where: { author } }), after)).toThrow(
        refusal(/another query/),
      );
  });

  it('with a key of elsewhere is refused', () => {
    const elsewhere = encodeCursor(query, { asOf: 1n, key: encodeKey(schemaOf(Copy).keys, ['x', 1]) });
    expect(() => parseCursor(query, elsewhere)).toThrow(refusal(/another query/));
  });

  it('that is none, or a part of one, or has anything changed, is refused', () => {
    for (const text of [
      '',
      'x',
      '????',
      cursor.slice(0, -1),
      cursor.slice(4),
      `${cursor}AAAA`,
      `${cursor}=`,
      ` ${cursor}`,
      'A'.repeat(10_000),
    ])
      expect(() => parseCursor(query, text)).toThrow(refusal(/cannot be continued from/));
    const bytes = Buffer.from(cursor, 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x10;
      expect(() => parseCursor(query, changed.toString('base64url'))).toThrow(
        refusal(/cannot be continued from/),
      );
    }
    for (const other of [null, 7, {}]) expect(() => parseCursor(query, other as never)).toThrow(TypeError);
  });

  it('survives whatever it is given: a refusal, never another failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
        ),
        (text) => {
          expect(() => parseCursor(query, text)).toThrow(refusal(/./));
        },
      ),
    );
  });
});

describe('pages that go on', () => {
  it('do so on another client, and not on a server that does not have their transaction', async () => {
    const server = await Server.start();
    const empty = await Server.start();
    const [one, two, behind] = [await server.open(), await server.open(), await empty.open()];
    const { books } = one;
    await books.saveMany(['a', 'b', 'c'].map((id) => books.create({ id })));
    await books.save(books.create({ id: 'd' }));
    const first = await page(one.source, { limit: 2 });
    await books.update('c', { author: 'new' });
    const rest = await page(two.source, { limit: 2, after: first.next });
    expect(rest.items.map(({ id, author }) => [id, author])).toEqual([
      ['c', undefined],
      ['d', undefined],
    ]);
    expect(rest.asOf).toBe(first.asOf);

    const ofLater = encodeCursor(query, { asOf: first.asOf + 100n, key });
    for (const { source } of [two, behind]) {
      await expect(page(source, { after: ofLater })).rejects.toMatchObject({
        code: 'SERVER_BEHIND',
        retryable: true,
      });
    }
    const past = { asOf: first.asOf - 1n, now: Date.now() };
    await expect(page(two.source, { after: first.next! }, past)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(
      (await page(two.source, { after: first.next! }, { ...past, asOf: first.asOf })).items,
    ).toHaveLength(2);
    for (const { ledger } of [one, two, behind]) await ledger.close();
    await server.close();
    await empty.close();
  });
});
