// Streams: how much they read ahead, how they end, and what their time counts for. And what a long stretch of deleted
// records costs.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { count } from '../../../src/repository/query/count.js';
import { findBy } from '../../../src/repository/query/find-by.js';
import { page } from '../../../src/repository/query/page.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import { Book, type Library, Server } from './library.js';
import { all } from './query-suite.js';

const BOOKS = 1_000;
const PAGE = 200;

describe('streams', () => {
  let server: Server;
  let library: Library;

  beforeAll(async () => {
    server = await Server.start();
    const { books, ledger } = await server.open();
    const id = (n: number) => `b${String(n).padStart(5, '0')}`;
    for (let from = 0; from < BOOKS; from += 200) {
      const some = Array.from({ length: 200 }, (_, n) => books.create({ id: id(from + n), author: 'ann' }));
      await books.saveMany(some);
    }
    await ledger.close();
  });
  beforeEach(async () => {
    library = await server.open();
    server.calls = [];
  });
  afterEach(async () => {
    server.lies.clear();
    await library.ledger.close();
  });
  afterAll(() => server.close());

  const scans = () => server.calls.filter((name) => name === 'Scan').length;
  /** Until nothing more is asked for. */
  const settled = () => sleep(50);

  it('call nothing before the first entity is asked for', async () => {
    stream(library.source);
    streamBy(library.source, { author: 'ann' });
    await settled();
    expect(server.calls).toEqual([]);
  });

  it('read one page ahead and no more, and the next one as soon as that is used', async () => {
    const books = stream(library.source);
    await books.next();
    await settled();
    expect(scans()).toBe(2);
    for (let n = 1; n < PAGE; n++) await books.next();
    await settled();
    expect(scans()).toBe(2);
    await books.next();
    await settled();
    expect(scans()).toBe(3);
    await books.return();
  });

  it('end when the loop is left, and ask for nothing after that', async () => {
    for await (const { id } of stream(library.source)) if (id === 'b00003') break;
    const calls = server.calls.length;
    await settled();
    expect(server.calls).toHaveLength(calls);
    // The client is as good as before.
    expect(await count(library.source)).toBe(BOOKS);
  });

  it('give up a page that is on its way when the loop is left', async () => {
    let waiting = false;
    server.lies.set('Scan', async (request: { readonly inclusiveSeek: boolean }, ask) => {
      if (request.inclusiveSeek) return ask(request);
      waiting = true;
      return new Promise(() => undefined);
    });
    const before = performance.now();
    for await (const _ of stream(library.source)) break;
    expect(waiting).toBe(true);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('are ended by a signal: while they wait, between two entities of a page, and before they begin', async () => {
    const reason = new Error('enough');
    const ending = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of stream(library.source, { signal: ending.signal })) {
        seen.push(id);
        if (seen.length === 5) ending.abort(reason);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect(seen).toHaveLength(5);

    server.lies.set('Scan', () => new Promise(() => undefined));
    const signal = AbortSignal.timeout(50);
    await expect(all(stream(library.source, { signal }))).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(all(streamBy(library.source, { author: 'ann' }, { signal }))).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(findBy(library.source, { author: 'ann' }, { signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(page(library.source, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(count(library.source, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('have their time for each page; a findBy and a page have it for all they do', async () => {
    const delayMs = 150;
    server.lies.set('Scan', async (request, ask) => {
      await sleep(delayMs);
      return ask(request);
    });
    const timeoutMs = 2 * delayMs;
    expect(await all(stream(library.source, { timeoutMs }))).toHaveLength(BOOKS);
    const late = { code: 'DEADLINE_EXCEEDED' };
    await expect(findBy(library.source, { author: 'ann' }, { timeoutMs })).rejects.toMatchObject(late);
    await expect(page(library.source, { limit: 1_000, timeoutMs: delayMs / 2 })).rejects.toMatchObject(late);
    await expect(page(library.source, { timeoutMs: 0 })).rejects.toThrow(TypeError);
  });

  it('tell of a failure ahead only when they get there', async () => {
    let answered = 0;
    server.lies.set('Scan', async (request, ask) => {
      if (answered++ > 0) throw Object.assign(new Error('no'), { status: 7 });
      return ask(request);
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of stream(library.source)) {
        seen.push(id);
        if (seen.length === 10) await settled();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'SERVER_ERROR' });
    expect(seen).toHaveLength(PAGE);
  });

  it('take what fits a message where a page does not', async () => {
    const tooLarge = () =>
      Promise.reject(Object.assign(new Error('Received message larger than max'), { status: 8 }));
    server.lies.set('Scan', (request: { readonly limit: bigint }, ask) =>
      request.limit > 30n ? tooLarge() : ask(request),
    );
    server.lies.set('GetAll', (request: { readonly keys: readonly Uint8Array[] }, ask) =>
      request.keys.length > 7 ? tooLarge() : ask(request),
    );
    const ids = (await all(stream(library.source))).map(({ id }) => id);
    expect(ids).toHaveLength(BOOKS);
    expect(ids).toEqual(ids.toSorted());
    expect(await findBy(library.source, { author: 'ann' }, { limit: 50 })).toHaveLength(50);
    server.lies.set('GetAll', tooLarge);
    await expect(findBy(library.source, { author: 'ann' })).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
  });

  it('costs few calls to pass over many deleted records', async () => {
    const { books } = library;
    const doomed = Array.from({ length: 600 }, (_, n) =>
      books.create({ id: `d${String(n).padStart(5, '0')}` }),
    );
    await books.saveMany(doomed);
    await library.ledger.transaction(async (tx) => {
      for (const { id } of doomed) await tx.repository(Book).delete(id);
    });
    await books.saveMany(['e', 'f', 'g'].map((id) => books.create({ id })));
    server.calls = [];
    const { items } = await page(library.source, { limit: 1, orderBy: 'desc' });
    expect(items.map(({ id }) => id)).toEqual(['g']);
    expect(scans()).toBe(1);
    server.calls = [];
    const before = await page(library.source, { limit: BOOKS });
    const after = await page(library.source, { limit: 1, after: before.next });
    expect(after.items.map(({ id }) => id)).toEqual(['e']);
    expect(scans()).toBeLessThan(16);
    const rest = await page(library.source, { limit: 2, after: after.next });
    expect(rest.items.map(({ id }) => id)).toEqual(['f', 'g']);
    expect(await page(library.source, { after: rest.next })).toMatchObject({ items: [], next: undefined });
    // What is proven to be deleted is progress: a stream has more time for it.
    const delayMs = 250;
    server.lies.set('Scan', async (request, ask) => {
      await sleep(delayMs);
      return ask(request);
    });
    expect(await count(library.source, { timeoutMs: 2.5 * delayMs })).toBe(BOOKS + 3);
  });
});
