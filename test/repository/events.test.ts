// What a ledger tells of its commits.

import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { evidenceOf, type Ledger } from 'immurepo';
import { memoryLedger, tamper } from 'immurepo/testing';
import type { LedgerEvents } from '../../src/repository/ledger-events.js';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';
import { Account } from './entities.js';

type Committed = LedgerEvents['committed'];

const account = (ledger: Ledger, id: string, balance = 1n) =>
  ledger.repository(Account).create({ id, email: `${id}@example.com`, balance });

/** Everything that is committed from here on. */
function committedOn(ledger: Ledger): Committed[] {
  const events: Committed[] = [];
  ledger.on('committed', (event) => events.push(event));
  return events;
}

const NOBODY = { actor: undefined, reason: undefined, correlationId: undefined };

onEveryBackend('the event committed', describeServers, (start) => {
  it('tells of saves, batches, transactions and deletions, once each, and in whose name', async () => {
    const ledger = await (await start()).open([Account]);
    const accounts = ledger.repository(Account);
    const events = committedOn(ledger);
    const [a] = await accounts.saveMany([account(ledger, 'a'), account(ledger, 'b')]);
    await accounts.save(a!);
    await ledger.as({ actor: 'ada' }, () =>
      ledger.transaction(async (tx) => {
        await tx.repository(Account).update('a', { balance: 2n });
        await ledger.as({ actor: 'bob', reason: 'gone' }, () => tx.repository(Account).delete('b'));
        await tx.repository(Account).find('a');
      }),
    );
    await ledger.transaction((tx) => tx.repository(Account).find('a'));
    await accounts.delete('nobody');
    await delay(0);
    const [of, { txId }] = [evidenceOf(a!), (await accounts.history('b')).at(-1)!];
    const key = (await accounts.history('b'))[0]!.evidence.key;
    const told = { entity: 'account', deleted: false, provenance: NOBODY };
    expect(events).toEqual([
      {
        txId: of.txId,
        entities: [
          { ...told, key: of.key, revision: 1n },
          { ...told, key, revision: 1n },
        ],
      },
      {
        txId,
        entities: [
          { ...told, key: of.key, revision: 2n, provenance: { ...NOBODY, actor: 'ada' } },
          {
            ...told,
            key,
            revision: 2n,
            deleted: true,
            provenance: { ...NOBODY, actor: 'bob', reason: 'gone' },
          },
        ],
      },
    ]);
  });
});

describe('the event committed', () => {
  it('tells of each part of a shared transaction by itself', async () => {
    await using ledger = await memoryLedger({ entities: [Account], coalesceSaves: true });
    const events = committedOn(ledger);
    const ids = ['a', 'b', 'c'];
    await Promise.all(ids.map((id) => ledger.repository(Account).save(account(ledger, id))));
    await delay(0);
    expect(events.map(({ entities }) => entities.length)).toEqual([1, 1, 1]);
    expect(new Set(events.map(({ txId }) => txId)).size).toBeLessThan(3);
  });

  it('tells of a write under its name each time, as it was committed', async () => {
    await using ledger = await memoryLedger({ entities: [Account] });
    const events = committedOn(ledger);
    const once = (actor: string) =>
      ledger.as({ actor }, () =>
        ledger.repository(Account).save(account(ledger, 'a'), { idempotencyKey: 'once' }),
      );
    await once('first');
    await once('second');
    await delay(0);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual(events[0]);
    expect(events[0]!.entities[0]!.provenance.actor).toBe('first');
  });

  it('is of one ledger: not of its namespaces and tenants, nor of what others write', async () => {
    await using ledger = await memoryLedger({ entities: [Account], createTenants: true });
    const others = [await ledger.namespace('space'), await ledger.tenant('tenant')];
    const [mine, theirs] = [committedOn(ledger), others.map(committedOn)];
    for (const one of others) await one.repository(Account).save(account(one, 'a'));
    await delay(0);
    expect(mine).toEqual([]);
    expect(theirs.map((events) => events.length)).toEqual([1, 1]);
  });

  it('is not told of a write that was refused, nor to who has stopped listening', async () => {
    await using ledger = await memoryLedger({ entities: [Account] });
    const [events, until]: [Committed[], Committed[]] = [committedOn(ledger), []];
    const stop = ledger.on('committed', (event) => until.push(event));
    await ledger.repository(Account).insert(account(ledger, 'a'));
    await delay(0);
    stop();
    await expect(ledger.repository(Account).insert(account(ledger, 'a'))).rejects.toThrow();
    await ledger.repository(Account).insert(account(ledger, 'b'));
    await delay(0);
    expect([events.length, until.length]).toEqual([2, 1]);
  });
});

it('tampering is told as before', async () => {
  await using ledger = await memoryLedger({ entities: [Account] });
  const operations: string[] = [];
  ledger.on('tampered', ({ operation }) => operations.push(operation));
  await ledger.repository(Account).save(account(ledger, 'a'));
  await tamper(ledger).forge(Account, 'a', { balance: 9n });
  await expect(ledger.repository(Account).find('a')).rejects.toThrow();
  await delay(0);
  expect(operations).toHaveLength(1);
});
