// What a caller hands in to a repository is taken at the call, whatever is loaded by then.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Entity, Id, Index, type Ledger, openLedger, Property } from 'immurepo';
import { MemoryTrustStore } from 'immurepo/client';
import { LocalTransport } from '../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';

@Entity({ name: 'listed' })
class Listed {
  @Id() id!: number;
  @Index() @Property() state!: string;
}

let engine: Engine;
let ledger: Ledger;
let before: bigint;

beforeAll(async () => {
  engine = await openEngine({ databases: ['ledger'] });
  ledger = await openLedger({
    ...engine.ownCredentials,
    database: 'ledger',
    entities: [Listed],
    transport: new LocalTransport(engine.service, { address: 'embedded', close: () => engine.close() }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
  const listed = ledger.repository(Listed);
  for (const [id, state] of [
    [1, 'a'],
    [2, 'a'],
    [3, 'b'],
  ] as const)
    await listed.insert(listed.create({ id, state }));
  before = (await ledger.verifyState())!.txId;
});
afterAll(() => ledger.close());

const listed = () => ledger.repository(Listed);

it.each(['first', 'again'])('the condition of a count (%s)', async () => {
  const where = { state: 'a' };
  const counted = listed().count({ where });
  where.state = 'b';
  expect(await counted).toBe(2);
});

it.each(['first', 'again'])('all of a page (%s)', async () => {
  const options = { where: { state: 'a' }, limit: 1 };
  const page = listed().page(options);
  options.where.state = 'b';
  options.limit = 7;
  const { items, next } = await page;
  expect([items.map(({ id }) => id), next === undefined]).toEqual([[1], false]);
});

it.each(['first', 'again'])('of the past, too (%s)', async () => {
  const [where, options] = [{ state: 'a' }, { limit: 1 }];
  const past = listed().at(before);
  const found = past.findBy(where, options);
  const [one, many, page] = [past.find(1), past.findMany([1, 2]), past.page(options)];
  where.state = 'b';
  options.limit = 3;
  expect((await found).map(({ id }) => id)).toEqual([1]);
  expect((await page).items).toHaveLength(1);
  expect([(await one)?.id, (await many).map((item) => item?.id)]).toEqual([1, [1, 2]]);
});

it('the ids of a past find', async () => {
  const ids = [1, 2];
  const found = listed().at(before).findMany(ids);
  ids[0] = 3;
  expect((await found).map((item) => item?.id)).toEqual([1, 2]);
});

it.each(['first', 'again'])('the options of a transaction (%s)', async () => {
  const options = { attempts: 1 };
  const done = ledger.transaction((tx) => tx.repository(Listed).find(1), options);
  options.attempts = 0;
  expect((await done)?.id).toBe(1);
});

it('transactions begin in the order of their calls', async () => {
  const order: number[] = [];
  const one = (number: number) =>
    ledger.transaction(() => {
      order.push(number);
      return Promise.resolve();
    });
  await Promise.all([one(1), one(2), one(3)]);
  expect(order).toEqual([1, 2, 3]);
});
