// What becomes of imports one after another, without a service around them.
import { Logger } from '@nestjs/common';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ImportFolder } from '../../../examples/approvals/server/imports/import-folder.js';
import { ImportJobs } from '../../../examples/approvals/server/imports/import-jobs.js';
import { COLUMNS } from '../../../examples/approvals/server/imports/import-row.js';
import { OrderCounter } from '../../../examples/approvals/server/orders/order-counter.js';
import { Money } from '../../../examples/approvals/server/orders/money.js';
import { orderNumber } from '../../../examples/approvals/server/orders/order-number.js';
import { OrderNumbers } from '../../../examples/approvals/server/orders/order-numbers.js';
import { OrderRegister } from '../../../examples/approvals/server/orders/order-register.js';
import { OrderRounds } from '../../../examples/approvals/server/orders/order-rounds.js';
import { OrderLine, PurchaseOrder } from '../../../examples/approvals/server/orders/purchase-order.js';
import { PurchaseOrders } from '../../../examples/approvals/server/orders/purchase-orders.js';
import { Settings } from '../../../examples/approvals/server/settings/settings.js';
import { MemoryServer } from '../../../src/testing/index.js';

const ENTITIES = [PurchaseOrder, OrderCounter];
let server: MemoryServer;
let folder: ImportFolder;
// What fails here is meant to.
beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  server = await MemoryServer.start();
  folder = new ImportFolder();
  await folder.onModuleInit();
});
afterEach(async () => {
  await folder.onApplicationShutdown();
  await server[Symbol.asyncDispose]();
});

async function jobsOf(): Promise<ImportJobs> {
  const ledger = await server.open({ entities: ENTITIES });
  return new ImportJobs(ledger, new OrderNumbers(ledger), folder);
}

async function fileOf(orders: number): Promise<string> {
  const path = join(await folder.make(), 'orders.csv');
  const rows = Array.from(
    { length: orders },
    (_, index) => `${orderNumber(index + 1)},Canon,ada,it,a,1,1.00,`,
  );
  await writeFile(path, [COLUMNS.join(','), ...rows, ''].join('\n'));
  return path;
}

it('are taken until too many wait, and go on though a file cannot be removed', async () => {
  const jobs = await jobsOf();
  const path = await fileOf(1);
  const begun = [];
  for (; jobs.hasRoom;) begun.push(jobs.start(path, 'test', () => Promise.reject(new Error('busy'))));
  expect(begun).toHaveLength(6);
  await Promise.all(begun.map(({ ended }) => ended));
  expect(begun.map(({ state }) => state)).toEqual(begun.map(() => 'done'));
  expect(jobs.hasRoom).toBe(true);
});

it('tell what was written as it goes, and so when they are broken off', async () => {
  const jobs = await jobsOf();
  const job = jobs.start(await fileOf(800), 'test');
  await vi.waitUntil(() => job.tally.written > 0 || job.state !== 'running', {
    interval: 1,
    timeout: 20_000,
  });
  await jobs.beforeApplicationShutdown();
  expect(job.state).toBe('failed');
  const ledger = await server.open({ entities: ENTITIES });
  let stored = 0;
  for await (const _ of ledger.repository(PurchaseOrder).stream()) stored++;
  expect([job.tally.written, stored < 800]).toEqual([stored, true]);
}, 30_000);

it('have a folder of this process, from which what processes left is removed', async () => {
  const all = dirname(folder.path);
  // No process has so high a number.
  const left = join(all, '4194999');
  await mkdir(left, { recursive: true });
  await folder.make();
  await new ImportFolder().onModuleInit();
  expect(await readdir(all)).not.toContain('4194999');
  await expect(readdir(folder.path)).rejects.toThrow('ENOENT');
  await rm(left, { recursive: true, force: true });
});

it('rounds find what others wrote, again and again until the end', async () => {
  const [mine, theirs] = await Promise.all([1, 2].map(() => server.open({ entities: [PurchaseOrder] })));
  const register = new OrderRegister();
  const settings = Settings.of({ ROUNDS_MS: '20' }, false);
  const rounds = new OrderRounds(mine!.repository(PurchaseOrders), register, settings);
  await rounds.onApplicationBootstrap();
  const orders = theirs!.repository(PurchaseOrders);
  const content = { supplier: 'Canon', requester: 'ada', costCentre: 'it' };
  const write = (number: string) =>
    theirs!.as({ actor: 'ada' }, () =>
      orders.insert(orders.create({ ...content, number, lines: [aLine()] })),
    );
  for (const number of ['PO-000001', 'PO-000002']) {
    await write(number);
    await vi.waitUntil(() => register.get(number) !== undefined, { timeout: 10_000 });
  }
  rounds.beforeApplicationShutdown();
});

it('an order is not stored with a line that is none, or a text that cannot be seen', async () => {
  const ledger = await server.open({ entities: [PurchaseOrder] });
  const orders = ledger.repository(PurchaseOrder);
  const save = (change: object) =>
    ledger.as({ actor: 'ada' }, () =>
      orders.insert(
        orders.create({
          ...{ number: 'PO-000001', supplier: 'Canon', requester: 'ada', costCentre: 'it', lines: [aLine()] },
          ...change,
        }),
      ),
    );
  await expect(save({ lines: [new OrderLine()] })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [{ path: 'lines[0].product' }, { path: 'lines[0].quantity' }, { path: 'lines[0].unitPrice' }],
  });
  await expect(save({ supplier: '  ' })).rejects.toMatchObject({ issues: [{ path: 'supplier' }] });
  await save({});
});

function aLine(): OrderLine {
  return Object.assign(new OrderLine(), { product: 'Paper', quantity: 1, unitPrice: Money.parse('1.00') });
}
