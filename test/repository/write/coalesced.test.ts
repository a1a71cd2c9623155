// Saves that share transactions: fewer transactions, and to every caller the same outcome as alone.

import { evidenceOf, type Ledger } from 'immurepo';
import { describe, expect, it } from 'vitest';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Counter, Member } from './entities.js';
import { outcomeOf } from './outcome.js';

/** How many transactions some entities were written in. */
const transactionsOf = (entities: readonly object[]) =>
  new Set(entities.map((entity) => evidenceOf(entity).txId)).size;

onEveryBackend(describeServers, 'coalesced saves', CLASSES, (pair) => {
  const open = () => pair.open({ coalesceSaves: true });
  const member = (ledger: Ledger, id: string, email = `${id}@x`) =>
    ledger.repository(Member).create({ id, email });

  it('share transactions, each with evidence of its own', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const saved = await Promise.all(
      Array.from({ length: 100 }, (_, at) => members.insert(member(ledger, `a${at}`))),
    );
    expect(transactionsOf(saved)).toBeLessThanOrEqual(4);
    expect(saved.map(({ id }) => id)).toEqual(saved.map((_, at) => `a${at}`));
    const found = await pair.ledger.repository(Member).findMany(saved.map(({ id }) => id));
    expect(found.map((one) => one && evidenceOf(one).txId)).toEqual(saved.map((one) => evidenceOf(one).txId));
    expect((await members.findOneBy({ email: 'a7@x' }))?.id).toBe('a7');
  });

  it('are written, one after another, as they were', async () => {
    const members = (await open()).repository(Member);
    const ada = await members.insert(members.create({ id: 'one' }));
    ada.note = 'again';
    await members.save(ada);
    expect(evidenceOf(ada).revision).toBe(2n);
    const { txId } = evidenceOf(ada);
    await members.save(ada);
    expect(evidenceOf(ada).txId).toBe(txId);
  });

  it('are refused alone where another writer was first', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const loaded = await Promise.all(
      ['c0', 'c1', 'c2', 'c3'].map((id) => members.insert(member(ledger, id))),
    );
    await pair.other.repository(Member).update('c2', { note: 'first' });
    for (const one of loaded) one.note = 'mine';
    const outcomes = await Promise.all(loaded.map((one) => outcomeOf(members.save(one))));
    expect(outcomes).toEqual(['ok', 'ok', 'CONFLICT', 'ok']);
    const found = await pair.other.repository(Member).findMany(['c0', 'c1', 'c2', 'c3']);
    expect(found.map((one) => one?.note)).toEqual(['mine', 'mine', 'first', 'mine']);
  });

  it('are refused alone where a unique value is taken, by a stored entity or by another of them', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    await pair.other.repository(Member).insert(member(pair.other, 'u-stored', 'u-taken@x'));
    const wanted = ['u-a@x', 'u-taken@x', 'u-a@x', 'u-b@x'];
    const outcomes = await Promise.all(
      wanted.map((email, at) => outcomeOf(members.insert(member(ledger, `u${at}`, email)))),
    );
    expect([outcomes[1], outcomes[3]]).toEqual(['UNIQUE_VIOLATION', 'ok']);
    expect([outcomes[0], outcomes[2]].sort()).toEqual(['UNIQUE_VIOLATION', 'ok']);
  });

  it('hand a unique value on, to who comes after', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const giver = await members.insert(member(ledger, 'v0', 'v@x'));
    giver.email = 'v0@x';
    const outcomes = await Promise.all([
      outcomeOf(members.save(giver)),
      outcomeOf(members.insert(member(ledger, 'v1', 'v@x'))),
    ]);
    expect(outcomes[0]).toBe('ok');
    // In the next transaction, which may be sent before the first is committed: then the value is not free yet.
    expect(['ok', 'UNIQUE_VIOLATION']).toContain(outcomes[1]);
    expect((await members.findOneBy({ email: 'v@x' }))?.id).toBe(outcomes[1] === 'ok' ? 'v1' : undefined);
  });

  it('of one entity twice are one save and one conflict', async () => {
    const members = (await open()).repository(Member);
    const [first, second] = ['first', 'second'].map((note) => members.create({ id: 'twice', note }));
    const outcomes = await Promise.all([
      outcomeOf(members.insert(first!)),
      outcomeOf(members.insert(second!)),
    ]);
    // Two transactions, both on their way: the server decides which was first.
    expect([...outcomes].sort()).toEqual(['CONFLICT', 'ok']);
    const winner = outcomes[0] === 'ok' ? 'first' : 'second';
    expect((await members.findOrFail('twice')).note).toBe(winner);
  });

  it('of many entities stay all or nothing', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    await members.insert(member(ledger, 'b-taken'));
    const batch = ['b0', 'b-taken', 'b1'].map((id) => members.create({ id }));
    const outcomes = await Promise.all([
      outcomeOf(members.insertMany(batch)),
      outcomeOf(members.insert(member(ledger, 'b2'))),
    ]);
    expect(outcomes).toEqual(['CONFLICT', 'ok']);
    expect((await members.findMany(['b0', 'b1', 'b2'])).map((one) => one?.id)).toEqual([
      undefined,
      undefined,
      'b2',
    ]);
  });

  it('and deletions go together', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const gone = await Promise.all(['d0', 'd1'].map((id) => members.insert(member(ledger, id))));
    const evidence = await Promise.all(gone.map((one) => members.delete(one)));
    expect(evidence.map((one) => one?.revision)).toEqual([2n, 2n]);
    expect(await members.findMany(['d0', 'd1'])).toEqual([undefined, undefined]);
  });

  it('say in whose name each was made', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const save = (actor: string) => ledger.as({ actor }, () => members.insert(member(ledger, `p-${actor}`)));
    const saved = await Promise.all(['ada', 'bob', 'cyd'].map(save));
    expect(transactionsOf(saved)).toBeLessThan(3);
    for (const actor of ['ada', 'bob', 'cyd']) {
      const [revision] = await members.history(`p-${actor}`);
      expect(revision?.actor).toBe(actor);
    }
  });

  it('are refused alone where nobody is named and somebody must be', async () => {
    const ledger = await pair.open({ coalesceSaves: true, requireActor: true });
    const members = ledger.repository(Member);
    const outcomes = await Promise.all([
      ledger.as({ actor: 'ada' }, () => outcomeOf(members.insert(member(ledger, 'r0')))),
      outcomeOf(members.insert(member(ledger, 'r1'))),
    ]);
    expect(outcomes).toEqual(['ok', 'ACTOR_REQUIRED']);
  });

  it('take as many transactions as they need', async () => {
    const ledger = await open();
    const counters = ledger.repository(Counter);
    const limit = counters.batchLimit();
    const saved = await Promise.all(
      Array.from({ length: limit + 10 }, (_, value) => counters.save(counters.create({ value }))),
    );
    expect(transactionsOf(saved)).toBe(2);
  }, 30_000);

  it('are finished before the ledger is closed', async () => {
    const ledger = await open();
    const members = ledger.repository(Member);
    const saves = Array.from({ length: 10 }, (_, at) => outcomeOf(members.insert(member(ledger, `f${at}`))));
    // A save has to read first, or to encode: it waits to be sent a moment later.
    await Promise.resolve();
    await ledger.close();
    expect(new Set(await Promise.all(saves))).toEqual(new Set(['ok']));
  });

  describe('with options of their own', () => {
    it('have transactions of their own', async () => {
      const ledger = await open();
      const members = ledger.repository(Member);
      const { signal } = new AbortController();
      const options = [{ idempotencyKey: 'o0' }, { signal }, { timeoutMs: 20_000 }, {}, {}];
      const saved = await Promise.all(
        options.map((option, at) => members.insert(member(ledger, `o${at}`), option)),
      );
      const txIds = saved.map((one) => evidenceOf(one).txId);
      expect(txIds[3]).toBe(txIds[4]);
      expect(new Set(txIds).size).toBe(4);
      await expect(
        members.insert(member(ledger, 'o9'), { signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
});

it('is an option that is true or false', async () => {
  const { memoryLedger } = await import('immurepo/testing');
  const options = { entities: [Member], coalesceSaves: 'yes' as unknown as boolean };
  await expect(memoryLedger(options)).rejects.toThrow('"coalesceSaves" must be true or false');
});
