// What people see when somebody changes the stored bytes of an order: with the tool of the example, while the service runs and
// while it does not. The ledger is the one that `npm run example` begins with.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Health, OrderPageView, State } from './answers.js';
import { Approvals, STARTED_WITHIN_MS } from './approvals.js';

let service: Approvals;
beforeAll(async () => {
  service = await Approvals.start();
}, STARTED_WITHIN_MS);
afterAll(() => service[Symbol.asyncDispose]());

const list = async (query = '') => service.list(`limit=100&${query}`);
const state = async () => (await service.get<State>('/api/state')).body;
const dataFile = () => readFile(join(service.folder, 'ledger', 'databases', 'ledger', 'data.mdb'));
const tamperedIn = ({ orders }: OrderPageView) => orders.filter(({ tampered }) => tampered);

describe('what a new ledger begins with', () => {
  it('is orders in all states, many of which have a story', async () => {
    expect(service.stderr).toMatch(
      /^Importing: done\nDeciding: done\nApprovals is at http:\/\/localhost:\d+\/\n$/,
    );
    const { counts } = await list();
    for (const status of ['submitted', 'approved', 'rejected', 'paid'] as const)
      expect(counts[status], status).toBeGreaterThan(4);
    expect(counts.draft).toBeGreaterThan(400);
    const [paid] = (await list('status=paid')).orders;
    const entries = await service.timeline(paid!.number);
    expect(entries.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['imported', 'submitted', 'approved', 'paid']),
    );
    expect(new Set(entries.map(({ actor }) => actor)).size).toBeGreaterThan(3);
    expect(entries[0]?.reason).toBe('orders.csv');
  });
});

describe('an order that was tampered with', () => {
  let number: string;
  let other: string;
  let content: unknown;
  /** What the stored bytes say now: the price of a product, and the total. */
  let forged: string[];

  it('is chosen among those approved, and what is changed is told', async () => {
    const approved = (await list('status=approved')).orders;
    const before = await dataFile();
    const { code, said } = await service.tool('tamper');
    expect(code).toBe(0);
    const [, tampered, was, is, bytes] =
      /with (PO-\d{6}),[^]* total +([\d.]+) {2}→ {2}([\d.]+)[^]*These are (\d+) bytes/.exec(said)!;
    expect(Number(is)).toBeGreaterThan(Number(was));
    const after = await dataFile();
    expect(before.filter((byte, index) => byte !== after[index])).toHaveLength(Number(bytes));
    const [, price] = /→\s+(\d+\.\d\d)/.exec(said)!;
    forged = [price!, is!];
    number = tampered!;
    content = approved.find((order) => order.number === number);
    expect(content).toMatchObject({ total: was });
    other = approved.find((order) => order.number !== number)!.number;
  });

  it('is shown by nobody any more: not in the list, by itself, in its timeline, in what was', async () => {
    expect(tamperedIn(await list('status=approved'))).toEqual([
      {
        number,
        tampered: true,
        problem: {
          code: 'BINDING_MISMATCH',
          message: expect.stringContaining('not what was committed') as string,
        },
      },
    ]);
    for (const path of ['', '/timeline', '/path?revision=1']) {
      const { status, body } = await service.get(`/api/orders/${number}${path}`);
      expect([status, body.tampered]).toEqual([500, true]);
      for (const text of forged) expect(JSON.stringify(body)).not.toContain(text);
      expect(Object.keys(body).sort()).toEqual(['code', 'error', 'message', 'statusCode', 'tampered']);
    }
    const past = await list(`status=approved&asOf=${new Date(Date.now() + 60_000).toISOString()}`);
    expect(tamperedIn(past)).toMatchObject([{ number }]);
    // The tool tells of them, the log of the service does not.
    const log = `${service.stdout}\n${service.stderr}`.split('\n').filter((line) => line.startsWith('{'));
    expect(log.length).toBeGreaterThan(3);
    for (const text of forged) expect(log.join('\n')).not.toContain(text);
  });

  it('cannot be paid, and is found by its number', async () => {
    expect((await service.post(`/api/orders/${number}/pay`, 'eva', { revision: '3' })).body.tampered).toBe(
      true,
    );
    expect((await list(`search=${number}`)).orders).toMatchObject([{ number, tampered: true }]);
  });

  it('raises the alarm of the whole ledger', async () => {
    expect(await state()).toMatchObject({ status: 'tampered', problem: { code: 'BINDING_MISMATCH' } });
    const health = await service.get<Health>('/health');
    expect([health.status, health.body.details.ledger.ledger]).toEqual([503, 'tampered']);
    expect(service.stderr).toContain('BINDING_MISMATCH');
  });

  it('leaves all others as they were: listed, counted, read, and worked with', async () => {
    const page = await list('status=approved');
    expect(tamperedIn(page)).toHaveLength(1);
    expect(page.orders).toHaveLength(page.counts.approved);
    expect((await service.order(other)).order.status).toBe('approved');
    expect((await service.act('pay', other, 'eva')).order.status).toBe('paid');
    expect((await service.act('submit', await service.draft('ada'), 'ada')).order.status).toBe('submitted');
  });

  it(
    'is found at the next start, though nobody looks at it',
    async () => {
      expect((await service.end()).signal).toBe('SIGTERM');
      await service.restart();
      expect(await state()).toMatchObject({ status: 'tampered' });
      expect(tamperedIn(await list('status=approved'))).toMatchObject([{ number }]);
      const bySupplier = await list('search=canon');
      expect(tamperedIn(bySupplier)).toMatchObject([{ number }]);
      expect(bySupplier.orders.length).toBeGreaterThan(5);
    },
    STARTED_WITHIN_MS,
  );

  it('is as it was once the bytes are put back, and that there was an alarm stays known', async () => {
    const { code, said } = await service.tool('tamper', '--undo');
    expect([code, said]).toEqual([0, expect.stringContaining(`${number} is as it was.`) as string]);
    expect((await list('status=approved')).orders).toContainEqual(content);
    expect((await service.get('/health')).status).toBe(503);
  });
});

describe('the tool', () => {
  it('says what it will not do', async () => {
    const nothingDone = await service.tool('tamper', '--undo');
    expect([nothingDone.code, nothingDone.said]).toEqual([
      1,
      'Nothing was tampered with, so there is nothing to undo.\n',
    ]);
    const noOrder = await service.tool('tamper', '--order', 'PO-999999');
    expect([noOrder.code, noOrder.said]).toEqual([1, 'There is no order PO-999999 in this ledger.\n']);
  });

  it(
    'knows that the engine itself looks at the newest transactions',
    async () => {
      const number = await service.draft('ada');
      const { said } = await service.tool('tamper', '--order', number);
      expect(said).toContain('LEDGER_DAMAGED');
      expect((await service.get(`/api/orders/${number}`)).body.tampered).toBe(true);
      await service.end();
      await expect(service.restart()).rejects.toThrow(/The ledger cannot be opened \(LEDGER_DAMAGED\)/);
      await service.tool('tamper', '--undo');
      await service.restart();
      expect((await service.order(number)).order.number).toBe(number);
      expect((await state()).status).toBe('up');
    },
    STARTED_WITHIN_MS,
  );
});
