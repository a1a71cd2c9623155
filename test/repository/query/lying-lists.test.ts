// A server that lies to queries: what it invents is never returned, what it lists otherwise than asked is refused with an
// alarm, and no list goes on for ever. What it leaves out is missing, which no client can notice.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImmuError, VerificationError } from 'immurepo';
import { concatBytes } from '../../../src/bytes.js';
import { encodeKeyPart, encodeKeyParts } from '../../../src/codec/key-parts.js';
import { encodeKey } from '../../../src/codec/record-key.js';
import { count } from '../../../src/repository/query/count.js';
import { findBy, findOneBy } from '../../../src/repository/query/find-by.js';
import { page } from '../../../src/repository/query/page.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import { type Entries, Entry, type ScanRequest } from '../../../src/wire/immudb/schema/kv.js';
import { type Library, Server } from './library.js';
import { all } from './query-suite.js';

/** How a scan is answered: from the request and the honest answer. */
type List = (entries: readonly Entry[], request: ScanRequest) => readonly Entry[] | Promise<readonly Entry[]>;

describe('a server that lies about lists', () => {
  let server: Server;
  let library: Library;
  let alarms: string[];

  beforeAll(async () => {
    server = await Server.start();
    const { books, ledger } = await server.open();
    const authors = ['ann', 'ann', 'ann', 'bob', 'bob', 'cay'];
    await books.saveMany(
      authors.map((author, n) => books.create({ id: `b${n}`, isbn: `${n}`, author, year: 2000 + n })),
    );
    await books.delete('b5');
    await ledger.close();
  });
  beforeEach(async () => {
    // Which has not seen anything yet: with floors it would notice more.
    library = await server.open();
    alarms = [];
    library.ledger.on('tampered', ({ error }) => alarms.push(error.code));
  });
  afterEach(async () => {
    server.lies.clear();
    await library.ledger.close();
  });
  afterAll(() => server.close());

  const list = (change: List) =>
    server.lies.set('Scan', async (request: ScanRequest, ask) => {
      const honest = (await ask(request)) as Entries;
      return { ...honest, entries: await change(honest.entries, request) };
    });
  const index = (name: string) => library.source.schema.indexes.find((one) => one.name === name)!;
  const entryAt = (key: Uint8Array, value = Uint8Array.of(1)) => Entry.create({ key, value, tx: 1n });
  /** The key of a book in the index of authors. */
  const authorKey = (author: string, id: string) => encodeKey(index('author').keys, [author, id]);
  /** On the first page only: an empty one ends a list. */
  const onFirst =
    (change: List): List =>
    (entries, request) =>
      request.inclusiveSeek || (request.desc && request.seekKey.at(-1) === 0xff)
        ? change(entries, request)
        : entries;

  /** Every way to go through books by author. */
  const byAuthor = (author: string): Record<string, () => Promise<readonly { readonly id: string }[]>> => ({
    findBy: () => findBy(library.source, { author }),
    streamBy: () => all(streamBy(library.source, { author })),
    page: async () => (await page(library.source, { where: { author } })).items,
    desc: () => findBy(library.source, { author }, { desc: true }),
  });
  const byId: Record<string, () => Promise<unknown>> = {
    page: () => page(library.source),
    stream: () => all(stream(library.source)),
    count: () => count(library.source),
    desc: () => all(stream(library.source, { orderBy: 'desc' })),
  };

  async function refused(operation: () => Promise<unknown>, text: RegExp): Promise<void> {
    alarms.length = 0;
    const failure: unknown = await operation().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(VerificationError);
    expect(failure).toMatchObject({
      code: 'BINDING_MISMATCH',
      message: expect.stringMatching(text) as string,
    });
    expect(alarms).toEqual(['BINDING_MISMATCH']);
  }

  it('a hit that is left out is missing, and nothing else', async () => {
    list((entries) => entries.filter(({ key }) => !Buffer.from(key).includes('b1')));
    for (const find of Object.values(byAuthor('ann')))
      expect((await find()).map(({ id }) => id).sort()).toEqual(['b0', 'b2']);
    expect(await count(library.source)).toBe(4);
    expect(alarms).toEqual([]);
  });

  it('a hit of a record that does not exist finds nothing', async () => {
    list(
      onFirst((entries, { desc }) => {
        const ends = [
          entryAt(authorKey('ann', '')),
          ...['b9', '\u{10ffff}'].map((id) => entryAt(authorKey('ann', id))),
        ];
        const more = [...entries, ...ends].sort((a, b) => Buffer.compare(a.key, b.key));
        return desc ? more.reverse() : more;
      }),
    );
    for (const find of Object.values(byAuthor('ann')))
      expect((await find()).map(({ id }) => id).sort()).toEqual(['b0', 'b1', 'b2']);
  });

  it('a hit of a record that is elsewhere by its own word finds nothing, deleted ones included', async () => {
    list(
      onFirst((_, { desc }) => {
        const keys = ['b0', 'b3', 'b4', 'b5'].map((id) => authorKey('ann', id));
        return (desc ? keys.reverse() : keys).map((key) => entryAt(key));
      }),
    );
    for (const find of Object.values(byAuthor('ann')))
      expect((await find()).map(({ id }) => id)).toEqual(['b0']);
  });

  it('an index key that is none finds nothing', async () => {
    const { prefix } = index('author').keys;
    list(
      onFirst((entries, { desc }) => {
        const text = concatBytes(prefix, encodeKeyPart('ann'));
        const bad = [
          text,
          concatBytes(text, Uint8Array.of(0x07)),
          concatBytes(text, encodeKeyParts(['b0', 'b1'])),
        ];
        const more = [...entries, ...bad.map((key) => entryAt(key))].sort((a, b) =>
          Buffer.compare(a.key, b.key),
        );
        return desc ? more.reverse() : more;
      }),
    );
    for (const find of Object.values(byAuthor('ann')))
      expect((await find()).map(({ id }) => id).sort()).toEqual(['b0', 'b1', 'b2']);
  });

  it.each(Object.keys({ findBy: 1, streamBy: 1, page: 1, desc: 1 }))(
    'by an index, %s refuses what is twice, out of order, outside, or more than asked for',
    async (way) => {
      const find = byAuthor('ann')[way]!;
      list((entries) => [...entries.slice(0, 1), ...entries]);
      await refused(find, /out of order or twice/);
      list((entries) => entries.toReversed());
      await refused(find, /out of order or twice/);
      list((entries) => [...entries, entryAt(encodeKey(index('initial').keys, ['z', 'b0']))]);
      await refused(find, /outside/);
      list((entries) =>
        way === 'desc'
          ? [entryAt(authorKey('bob', 'b3')), ...entries]
          : [...entries, entryAt(authorKey('bob', 'b3'))],
      );
      await refused(find, /outside/);
      // The same page again, whatever it is asked to go on after.
      list((_, request) => firstPage(request));
      await refused(find, /out of order or twice/);
    },
  );

  /** What is listed from the start of the request's range, whatever it asks for. */
  function firstPage(request: ScanRequest): readonly Entry[] {
    const { schema } = library.source;
    const isRecord = Buffer.compare(request.prefix, schema.keys.prefix) === 0;
    const keys = ['b0', 'b1', 'b2'].map((id) =>
      isRecord ? encodeKey(schema.keys, [id]) : authorKey('ann', id),
    );
    return (request.desc ? keys.reverse() : keys).map((key) => entryAt(key));
  }

  it.each(Object.keys(byId))('by id, %s refuses the same', async (way) => {
    const read = byId[way]!;
    list((entries) => [...entries.slice(0, 1), ...entries]);
    await refused(read, /out of order or twice/);
    list((entries) => entries.toReversed());
    await refused(read, /out of order or twice/);
    list((entries) => [...entries, entryAt(encodeKey(library.copySource.schema.keys, ['x', 1]))]);
    await refused(read, /outside/);
    list((_, request) => firstPage(request));
    await refused(read, /out of order or twice/);
  });

  it('refuses more than it asked for', async () => {
    list((_, { limit }) => {
      const many = Array.from({ length: Number(limit) + 1 }, (_, n) =>
        entryAt(authorKey('ann', `c${String(n).padStart(6, '0')}`)),
      );
      return many;
    });
    await refused(() => findBy(library.source, { author: 'ann' }, { limit: 2 }), /3 keys where at most 2/);
  });

  it('a list that never ends is ended by the time it has', async () => {
    let invented = 0;
    const next = () => String(invented++).padStart(12, '0');
    list((_, { limit, prefix }) => {
      const { schema } = library.source;
      const isRecord = Buffer.compare(prefix, schema.keys.prefix) === 0;
      return Array.from({ length: Number(limit) }, () =>
        entryAt(isRecord ? encodeKey(schema.keys, [next()]) : authorKey('ann', next())),
      );
    });
    const timeoutMs = 400;
    const operations = [
      () => findBy(library.source, { author: 'ann' }, { timeoutMs }),
      () => findOneBy(library.source, { author: 'ann' }, { timeoutMs }),
      () => page(library.source, { timeoutMs }),
      () => page(library.source, { where: { author: 'ann' }, timeoutMs }),
      () => all(stream(library.source, { timeoutMs })),
      () => all(streamBy(library.source, { author: 'ann' }, { timeoutMs })),
      () => count(library.source, { timeoutMs }),
    ];
    for (const operation of operations) {
      const before = performance.now();
      await expect(operation()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      expect(performance.now() - before).toBeLessThan(3_000);
    }
  });

  it('a list of one real record under ever new index keys is ended, too', async () => {
    let invented = 0;
    list((_, { limit }) =>
      // Numbers sort before texts: the id of each of these keys is that of a real book.
      Array.from({ length: Number(limit) }, () =>
        entryAt(encodeKey(index('by-author-year').keys, ['ann', invented++, 'b0'])),
      ),
    );
    const where = { author: 'ann', year: { gte: 0 } };
    const timeoutMs = 400;
    await expect(findBy(library.source, where, { timeoutMs, desc: false })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    invented = 0;
    await expect(all(streamBy(library.source, where, { timeoutMs }))).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('a unique value that is said to be of another finds nobody, and one of nobody is looked up once more at most', async () => {
    const { client } = library.ledger;
    const orphan = encodeKey(index('isbn').keys, ['orphan']);
    await client.verifiedSet([{ key: orphan, value: encodeKeyParts(['b0']) }]);
    server.calls = [];
    expect(await findOneBy(library.source, { isbn: 'orphan' })).toBeUndefined();
    expect(server.calls.filter((name) => name.endsWith('et'))).toHaveLength(3);
    await client.verifiedSet([{ key: orphan, value: Uint8Array.of(0x07) }]);
    expect(await findOneBy(library.source, { isbn: 'orphan' })).toBeUndefined();
    expect(await findBy(library.source, { isbn: { gte: 'o' } })).toEqual([]);
    await client.verifiedSet([
      { key: orphan, value: new Uint8Array(), metadata: { deleted: true, nonIndexable: false } },
    ]);
  });

  it('a forged record is refused, and never handed to onUnreadable', async () => {
    server.lies.set('GetAll', async (request, ask) => {
      const honest = (await ask(request)) as Entries;
      return {
        ...honest,
        entries: honest.entries.map((entry) => ({ ...entry, value: Uint8Array.of(9, 9) })),
      };
    });
    const told: unknown[] = [];
    const onUnreadable = (record: unknown) => told.push(record);
    const operations = [
      () => findBy(library.source, { author: 'ann' }, { onUnreadable }),
      () => page(library.source, { onUnreadable }),
      () => all(stream(library.source, { onUnreadable })),
      () => count(library.source, { onUnreadable }),
    ];
    for (const operation of operations) {
      const failure: unknown = await operation().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(VerificationError);
    }
    expect(told).toEqual([]);
  });

  it('a record that was proven here before cannot be left out any more', async () => {
    await library.books.findMany(['b0', 'b1']);
    server.lies.set('GetAll', async (request, ask) => {
      const honest = (await ask(request)) as Entries;
      return { ...honest, entries: honest.entries.filter(({ key }) => !Buffer.from(key).includes('b1')) };
    });
    await expect(findBy(library.source, { author: 'ann' })).rejects.toMatchObject({
      code: 'OMISSION_DETECTED',
    });
  });

  it('an error that is none of a proof stays what it is', async () => {
    server.lies.set('Scan', () => Promise.reject(Object.assign(new Error('no'), { status: 7, code: '' })));
    const failure: unknown = await page(library.source).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImmuError);
    expect(alarms).toEqual([]);
  });
});
