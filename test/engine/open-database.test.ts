import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/engine/database/database.js';
import { DEFAULT_SETTINGS } from '../../src/engine/database/settings.js';
import { OpenDatabase } from '../../src/engine/open-database.js';
import { MemoryStore } from '../../src/engine/storage/memory-store.js';
import { deferred } from '../client/fake-transport.js';

let store: MemoryStore;
let open: OpenDatabase;
const isClosed = () => {
  try {
    store.get('log', new Uint8Array(8));
    return false;
  } catch {
    return true;
  }
};
const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  store = new MemoryStore();
  open = new OpenDatabase(Database.open(store, { name: 'db', settings: DEFAULT_SETTINGS, now: () => 0n }));
});

/** Requests that are given by hand. */
function byHand<T>() {
  const waiting: ((step: IteratorResult<T, undefined>) => void)[] = [];
  let returned = false;
  const iterator: AsyncIterator<T, undefined> = {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    return: () => {
      returned = true;
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  const requests = { [Symbol.asyncIterator]: () => iterator };
  return {
    requests,
    give: (value: T) => {
      waiting.shift()!({ done: false, value });
    },
    returned: () => returned,
  };
}

async function* echo(requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  for await (const request of requests) yield request;
}

describe('ending', () => {
  it('waits for work under way, and takes no more', async () => {
    const { promise, resolve } = deferred<string>();
    const work = open.run(() => promise);
    const end = open.end();
    await expect(open.run(() => 'late')).rejects.toThrow('already closed');
    await turns();
    expect(isClosed()).toBe(false);
    resolve('done');
    expect(await work).toBe('done');
    await end;
    expect(isClosed()).toBe(true);
    await open.end();
  });

  it('waits for work that fails', async () => {
    const { promise, reject } = deferred<string>();
    const work = open.run(() => promise);
    const end = open.end();
    reject(new Error('failed'));
    await expect(work).rejects.toThrow('failed');
    await end;
    expect(isClosed()).toBe(true);
  });

  it('does not wait for a caller who reads no further', async () => {
    const { requests, give } = byHand<number>();
    const answers = open.stream(echo, requests);
    const first = answers.next();
    await turns();
    give(1);
    expect(await first).toEqual({ done: false, value: 1 });
    await open.end();
    expect(isClosed()).toBe(true);
    await expect(answers.next()).rejects.toThrow('already closed');
  });

  it('does not wait for a caller who sends nothing', async () => {
    const { requests, returned } = byHand<number>();
    const answer = open.stream(echo, requests).next();
    const failed = expect(answer).rejects.toThrow('already closed');
    await turns();
    await open.end();
    await failed;
    expect(isClosed()).toBe(true);
    expect(returned()).toBe(true);
  });
});

describe('a stream', () => {
  it('passes on what comes, and how it ends', async () => {
    async function* fails(): AsyncGenerator<number, void, undefined> {
      yield await Promise.resolve(1);
      throw new Error('failed');
    }
    const answers = open.stream(fails, byHand().requests);
    expect(await answers.next()).toEqual({ done: false, value: 1 });
    await expect(answers.next()).rejects.toThrow('failed');
    expect(open.running).toBe(0);
  });

  it('that its caller gives up ends the work', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<number, void, undefined> {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        ended = true;
      }
    }
    for await (const answer of open.stream(endless, byHand().requests)) {
      expect(answer).toBe(1);
      break;
    }
    expect(ended).toBe(true);
  });
});

it('counts what is under way and notes when it ended', async () => {
  expect(open.lastCompletedMs).toBeUndefined();
  const { promise, resolve } = deferred<undefined>();
  const work = open.run(() => promise);
  expect(open.running).toBe(1);
  resolve(undefined);
  await work;
  expect(open.running).toBe(0);
  expect(open.lastCompletedMs).toBeGreaterThan(Date.now() - 10_000);
});
