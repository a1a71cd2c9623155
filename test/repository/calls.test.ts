// What operations of a repository cost, in calls.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MemoryTrustStore } from 'immurepo/client';
import { type Ledger, openLedger } from 'immurepo';
import { type LocalService, LocalTransport } from '../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { Account } from './entities.js';

let engine: Engine;
let ledger: Ledger;
let calls: string[] = [];
let losing = false;

beforeAll(async () => {
  engine = await openEngine({ databases: ['ledger'] });
  const counting: LocalService = {
    uuid: engine.uuid,
    stream: (call, requests) => engine.service.stream(call, requests),
    unary: async (call, request) => {
      calls.push(call.path.split('/').at(-1)!);
      const answer = await engine.service.unary(call, request);
      if (losing) throw new Error('the answer is lost');
      return answer;
    },
  };
  ledger = await openLedger({
    ...engine.ownCredentials,
    database: 'ledger',
    entities: [Account],
    transport: new LocalTransport(counting, { address: 'counted', close: () => engine.close() }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
});
afterAll(() => ledger.close());
beforeEach(() => {
  calls = [];
  losing = false;
});

const accounts = () => ledger.repository(Account);
const create = () => accounts().create({ email: 'ada@example.com', balance: 1n });

it('saving an entity whose id was generated for it costs one call', async () => {
  await accounts().save(create());
  expect(calls).toEqual(['VerifiableSet']);
  await accounts().saveMany([create(), create(), create()]);
  expect(calls).toEqual(['VerifiableSet', 'VerifiableSet']);
});

it('nor is there a second one where it was made for another ledger of the class', async () => {
  const other = (await ledger.namespace('elsewhere')).repository(Account);
  calls = [];
  await accounts().save(other.create({ email: 'ada@example.com', balance: 1n }));
  expect(calls).toEqual(['VerifiableSet']);
});

it('saving one that somebody else may have stored is preceded by a read', async () => {
  const { id } = await accounts().save(create());
  calls = [];
  const again = accounts().create({ id, email: 'bob@example.com', balance: 2n });
  await accounts().save(again);
  expect(calls).toEqual(['Get', 'VerifiableSet']);
  const renamed = create();
  renamed.id = id;
  await accounts().save(renamed);
  expect((await accounts().history(id)).map(({ revision }) => revision)).toEqual([1n, 2n, 3n]);
});

it('an entity is new once: after an attempt whose end is not known it is read first', async () => {
  const account = create();
  losing = true;
  await expect(accounts().save(account, { timeoutMs: 300 })).rejects.toMatchObject({
    code: 'UNKNOWN_OUTCOME',
  });
  losing = false;
  calls = [];
  await accounts().save(account);
  expect(calls[0]).not.toBe('VerifiableSet');
  expect((await accounts().history(account.id)).length).toBeGreaterThanOrEqual(1);
});

it('finding what was written here costs one call without a proof', async () => {
  const { id } = await accounts().save(create());
  calls = [];
  await accounts().find(id);
  expect(calls).toEqual(['Get']);
});
