// Records that are proven and cannot be read: they fail a query, or are told of and passed over. A failed proof is neither.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImmuError, VerificationError } from 'immurepo';
import { toHex } from '../../../src/bytes.js';
import { parseRecord } from '../../../src/codec/parse-record.js';
import { encodeKey } from '../../../src/codec/record-key.js';
import { encodeRecord } from '../../../src/codec/record.js';
import { linkAfter } from '../../../src/codec/revision-chain.js';
import { count } from '../../../src/repository/query/count.js';
import { findBy } from '../../../src/repository/query/find-by.js';
import { page } from '../../../src/repository/query/page.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import type { UnreadableRecord } from '../../../src/repository/query/unreadable.js';
import { type Library, Server } from './library.js';
import { all } from './query-suite.js';

const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('records that cannot be read', () => {
  let server: Server;
  let library: Library;
  let writer: Library;

  const key = (id: string) => encodeKey(library.source.schema.keys, [id]);
  const author = (id: string) =>
    encodeKey(library.source.schema.indexes.find(({ name }) => name === 'author')!.keys, ['ann', id]);
  let told: UnreadableRecord[] = [];
  const onUnreadable = (record: UnreadableRecord) => void told.push(record);

  beforeAll(async () => {
    server = await Server.start();
    writer = await server.open();
    library = writer;
    const { books } = writer;
    await books.saveMany(
      ['a', 'b', 'c'].map((id, n) => books.create({ id, isbn: id, author: 'ann', year: 2000 + n })),
    );
    const { client } = writer.ledger;
    await writer.books.save(writer.books.create({ id: 'u', author: 'ann' }));
    const { value, txId } = (await client.verifiedGet(key('u')))!;
    const record = parseRecord(value);
    const link = linkAfter({ revision: 1n, txId, value });
    const inAnotherCodec = { ...record, ...link, codec: 0x8001, payload: Uint8Array.of(1) };
    // By a newer version, by something else, and over a record that was readable.
    const entries = [
      { key: key('b1'), value: Uint8Array.of(2, 0) },
      { key: key('b3'), value: Uint8Array.of(1, 0, 1) },
      { key: key('u'), value: encodeRecord(inAnotherCodec) },
      ...['b1', 'b3', 'u'].map((id) => ({ key: author(id), value: Uint8Array.of(1) })),
    ];
    await client.verifiedSet(entries);
  });
  beforeEach(async () => {
    told = [];
    library = await server.open();
  });
  afterEach(async () => {
    server.lies.clear();
    await library.ledger.close();
  });
  afterAll(async () => {
    await writer.ledger.close();
    await server.close();
  });

  it('fail a query that says nothing about them, naming the entity', async () => {
    const { source } = library;
    const unreadable = {
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining('Book "b1"') as string,
    };
    await expect(page(source)).rejects.toMatchObject(unreadable);
    await expect(all(stream(source))).rejects.toMatchObject(unreadable);
    await expect(count(source)).rejects.toMatchObject(unreadable);
    await expect(findBy(source, { author: 'ann' })).rejects.toMatchObject(unreadable);
    await expect(all(streamBy(source, { author: 'ann' }))).rejects.toMatchObject(unreadable);
  });

  it('are told of and passed over', async () => {
    const { source } = library;
    const { items } = await page(source, { onUnreadable });
    expect(idsOf(items)).toEqual(['a', 'b', 'c']);
    expect(told.map(({ error }) => error.code)).toEqual([
      'UNSUPPORTED_FORMAT',
      'UNREADABLE_RECORD',
      'UNSUPPORTED_FORMAT',
    ]);
    expect(told.map((record) => toHex(record.key))).toEqual(['b1', 'b3', 'u'].map((id) => toHex(key(id))));
    expect(told.every(({ txId, error }) => txId > 0n && error instanceof ImmuError)).toBe(true);
    expect(idsOf(await findBy(source, { author: 'ann' }, { onUnreadable }))).toEqual(['a', 'b', 'c']);
    expect(await count(source, { onUnreadable })).toBe(3);
    expect(told).toHaveLength(9);
  });

  it('are given as they were at an earlier transaction, when they could be read', async () => {
    const state = (await library.ledger.client.verifiedState())!;
    const past = { asOf: state.txId - 1n, now: Date.now() };
    const books = await all(stream(library.source, { onUnreadable }, past));
    expect(idsOf(books)).toEqual(['a', 'b', 'c', 'u']);
    // Of these not even the chain can be read.
    expect(told.map((record) => toHex(record.key))).toEqual(['b1', 'b3'].map((id) => toHex(key(id))));
  });

  it('of an earlier moment do not take others with them', async () => {
    const { client } = writer.ledger;
    const past = { asOf: (await client.verifiedState())!.txId, now: Date.now() };
    await writer.books.update('a', { year: 1 });
    await client.verifiedSet([{ key: key('b1'), value: Uint8Array.of(2, 1) }]);
    const books = await all(stream(library.source, { onUnreadable }, past));
    expect(books.map(({ id, year }) => [id, year])).toEqual([
      ['a', 2000],
      ['b', 2001],
      ['c', 2002],
    ]);
    expect(told.map((record) => toHex(record.key)).sort()).toEqual(
      ['b1', 'b3', 'u'].map((id) => toHex(key(id))),
    );
    await expect(all(stream(library.source, {}, past))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
  });

  it('end the query if the listener throws', async () => {
    const enough = new Error('enough');
    const onUnreadable = () => {
      throw enough;
    };
    await expect(page(library.source, { onUnreadable })).rejects.toBe(enough);
    await expect(findBy(library.source, { author: 'ann' }, { onUnreadable })).rejects.toBe(enough);
  });

  it('stay a contradiction where the proof fails', async () => {
    server.lies.set('GetAll', async (request, ask) => {
      const honest = (await ask(request)) as { readonly entries: readonly object[] };
      return {
        ...honest,
        entries: honest.entries.map((entry) => ({ ...entry, value: Uint8Array.of(2, 0) })),
      };
    });
    await expect(page(library.source, { onUnreadable })).rejects.toBeInstanceOf(VerificationError);
    expect(told).toEqual([]);
  });
});
