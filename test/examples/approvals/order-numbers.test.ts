// Numbers given out by several processes at once, and turns within one.
import { expect, it } from 'vitest';
import { Turns } from '../../../examples/approvals/server/budgets/turns.js';
import { OrderCounter } from '../../../examples/approvals/server/orders/order-counter.js';
import { orderNumber } from '../../../examples/approvals/server/orders/order-number.js';
import { OrderNumbers } from '../../../examples/approvals/server/orders/order-numbers.js';
import { MemoryServer } from '../../../src/testing/index.js';

it('gives each number once, without gaps, however many ask in however many processes', async () => {
  await using server = await MemoryServer.start();
  const ledgers = await Promise.all([1, 2, 3].map(() => server.open({ entities: [OrderCounter] })));
  const processes = ledgers.map((ledger) => new OrderNumbers(ledger));
  const given = await Promise.all(
    processes.flatMap((numbers) => Array.from({ length: 40 }, () => numbers.take())),
  );
  expect(given.toSorted()).toEqual(Array.from({ length: 120 }, (_, index) => orderNumber(index + 1)));
});

it('gives none that an import brings', async () => {
  await using server = await MemoryServer.start();
  const numbers = new OrderNumbers(await server.open({ entities: [OrderCounter] }));
  expect(await numbers.take()).toBe('PO-000001');
  await numbers.skipTo(500);
  expect(await numbers.take()).toBe('PO-000501');
  await numbers.skipTo(10);
  expect(await numbers.take()).toBe('PO-000502');
});

it('ends with the last number, and says so', async () => {
  await using server = await MemoryServer.start();
  const numbers = new OrderNumbers(await server.open({ entities: [OrderCounter] }));
  expect(await numbers.farthest()).toBe(200_000);
  await numbers.skipTo(999_997);
  expect(await numbers.farthest()).toBe(999_999);
  expect([await numbers.take(), await numbers.take()]).toEqual(['PO-999998', 'PO-999999']);
  for (const _ of [1, 2])
    await expect(numbers.take()).rejects.toMatchObject({ code: 'NO_NUMBERS_LEFT', status: 409 });
});

it('lets work of one name wait for its turn, and no other, whatever becomes of it', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = (name: string, ms: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    done.push(name);
    if (name === 'b') throw new Error('not covered');
    return name;
  };
  const results = await Promise.allSettled([
    turns.take('it', work('a', 30)),
    turns.take('it', work('b', 1)),
    turns.take('it', work('c', 1)),
    turns.take('sales', work('d', 1)),
  ]);
  expect(done).toEqual(['d', 'a', 'b', 'c']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
