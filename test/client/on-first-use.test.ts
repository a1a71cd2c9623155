// The order of calls of a topic, before, while and after it is loaded.

import { expect, it } from 'vitest';
import { OnFirstUse } from '../../src/client/on-first-use.js';
import { deferred } from './fake-transport.js';

it('runs calls in their order, also those that come just as it is loaded', async () => {
  const loading = deferred<string>();
  const topic = new OnFirstUse(() => loading.promise);
  const order: number[] = [];
  const call = (number: number) =>
    topic.run((work) => {
      order.push(number);
      return Promise.resolve(`${work} ${number}`);
    });
  const results = [call(1), call(2)];
  // Somebody who calls in each of the turns in which the others are let go: between them, and after them.
  const between = loading.promise.then(() => results.push(call(4)));
  results.push(call(3));
  loading.resolve('done');
  await between;
  for (let number = 5; number < 10; number++) {
    results.push(call(number));
    await Promise.resolve();
  }
  await Promise.all(results);
  expect(order).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('runs a call at once when it is loaded', async () => {
  const topic = new OnFirstUse(() => Promise.resolve('work'));
  await topic.run(() => Promise.resolve());
  let ran = false;
  const result = topic.run(() => {
    ran = true;
    return Promise.resolve();
  });
  expect(ran).toBe(true);
  await result;
});

it('is loaded once by all, and again after a failure', async () => {
  let loads = 0;
  const topic = new OnFirstUse(() => {
    loads++;
    return loads === 1 ? Promise.reject(new Error('no such file')) : Promise.resolve('work');
  });
  const run = () => topic.run((work) => Promise.resolve(work));
  const failed = await Promise.allSettled([run(), run()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([run(), run()])).toEqual(['work', 'work']);
  expect(loads).toBe(2);
});

it('rejects with what the work throws', async () => {
  const topic = new OnFirstUse(() => Promise.resolve('work'));
  const failing = () =>
    topic.run(() => {
      throw new TypeError('wrong');
    });
  await expect(failing()).rejects.toThrow('wrong');
  await expect(failing()).rejects.toThrow('wrong');
});

it('gives a list item by item, and ends it when its reader does', async () => {
  const topic = new OnFirstUse(() => Promise.resolve([1, 2, 3]));
  let ended = false;
  const list = topic.each(async function* (work) {
    try {
      for (const item of work) yield await Promise.resolve(item);
    } finally {
      ended = true;
    }
  });
  const seen: number[] = [];
  for await (const item of list) {
    seen.push(item);
    if (item === 2) break;
  }
  expect([seen, ended]).toEqual([[1, 2], true]);
});
