// What an entity asks of everybody who writes it: an actor, and a time until which it counts.

import { describe, expect, it } from 'vitest';
import { Entity, Id, type Ledger, Property } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';

@Entity({ name: 'approval', requireActor: true })
class Approval {
  @Id() id!: string;
  @Property() of!: string;
}

@Entity({ name: 'comment' })
class Comment {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() text!: string;
}

const HOUR = 3_600_000;

@Entity({ name: 'session', expiresAfterMs: HOUR })
class Session {
  @Id() id!: string;
  @Property() user!: string;
}

const REQUIRED = { code: 'ACTOR_REQUIRED' };
const approval = (ledger: Ledger, id = 'a') => ledger.repository(Approval).create({ id, of: 'x' });
const session = (ledger: Ledger, user = 'ada') => ledger.repository(Session).create({ id: 's', user });

onEveryBackend('what an entity asks for', describeServers, (start) => {
  it('an actor, where the ledger asks for none', async () => {
    const ledger = await (await start()).open([Approval, Comment]);
    await expect(ledger.repository(Approval).save(approval(ledger))).rejects.toMatchObject(REQUIRED);
    await ledger.as({ actor: 'ada' }, () => ledger.repository(Approval).save(approval(ledger)));
    await ledger.repository(Comment).save(ledger.repository(Comment).create({ text: 'c' }));
    const [revision] = await ledger.repository(Approval).history('a');
    expect(revision!.actor).toBe('ada');
  });

  it('a time until which it counts, anew with each save', async () => {
    const ledger = await (await start()).open([Session]);
    const sessions = ledger.repository(Session);
    const before = Date.now();
    await sessions.save(session(ledger));
    const loaded = await sessions.findOrFail('s');
    await sessions.save(loaded);
    const [first, second] = await sessions.history('s');
    expect(first!.expiresAt!.getTime()).toBeGreaterThanOrEqual(before + HOUR);
    expect(first!.expiresAt!.getTime()).toBeLessThanOrEqual(Date.now() + HOUR);
    expect(second!.expiresAt!.getTime()).toBeGreaterThanOrEqual(first!.expiresAt!.getTime());
  });
});

describe('requireActor of a class', () => {
  it('is asked by each kind of write, and not by what writes nothing', async () => {
    await using ledger = await memoryLedger({ entities: [Approval, Comment] });
    const approvals = ledger.repository(Approval);
    const saved = await ledger.as({ actor: 'ada' }, () => approvals.save(approval(ledger)));
    await approvals.save(saved);
    await approvals.delete('nothing');
    for (const write of [
      () => approvals.insert(approval(ledger, 'b')),
      () => approvals.update('a', { of: 'y' }),
      () => approvals.upsert({ id: 'a', of: 'y' }),
      () => approvals.delete('a'),
      () => approvals.restore('a', 1n),
      () => approvals.plan([approval(ledger, 'c')]),
      () => ledger.transaction((tx) => tx.repository(Approval).save(approval(ledger, 'c'))),
    ])
      await expect(write()).rejects.toMatchObject({
        ...REQUIRED,
        message: expect.stringContaining('Approval is declared with requireActor') as string,
      });
  });

  it('holds for the part of a transaction it is about', async () => {
    await using ledger = await memoryLedger({ entities: [Approval, Comment] });
    await ledger.transaction(async (tx) => {
      await tx.repository(Comment).insert(ledger.repository(Comment).create({ text: 'c' }));
      await ledger.as({ actor: 'ada' }, () => tx.repository(Approval).insert(approval(ledger)));
    });
    expect((await ledger.repository(Approval).history('a'))[0]!.actor).toBe('ada');
  });

  it('refuses one of those that share a transaction, and none of the others', async () => {
    await using ledger = await memoryLedger({ entities: [Approval, Comment], coalesceSaves: true });
    const comments = ledger.repository(Comment);
    const [approved, commented] = await Promise.allSettled([
      ledger.repository(Approval).save(approval(ledger)),
      comments.save(comments.create({ text: 'c' })),
    ]);
    expect(approved).toMatchObject({ status: 'rejected', reason: REQUIRED });
    expect(commented.status).toBe('fulfilled');
  });
});

describe('expiresAfterMs of a class', () => {
  it('gives way to what a save says, and is not said of deletions', async () => {
    await using ledger = await memoryLedger({ entities: [Session] });
    const sessions = ledger.repository(Session);
    const at = new Date(Date.now() + 5 * HOUR);
    await sessions.insert(session(ledger), { expiresAt: at });
    await sessions.update('s', { user: 'bob' }, { expiresAt: null });
    await sessions.update('s', { user: 'carl' });
    await sessions.delete('s');
    const told = (await sessions.history('s')).map(({ expiresAt }) => expiresAt);
    expect(told).toEqual([at, undefined, expect.any(Date), undefined]);
  });

  it('holds in transactions, for an entity that was saved twice in one, too', async () => {
    await using ledger = await memoryLedger({ entities: [Session] });
    const before = Date.now();
    await ledger.transaction(async (tx) => {
      const sessions = tx.repository(Session);
      await sessions.save(session(ledger), { expiresAt: null });
      await sessions.save(session(ledger, 'bob'));
    });
    const [only] = await ledger.repository(Session).history('s');
    expect(only!.expiresAt!.getTime()).toBeGreaterThanOrEqual(before + HOUR);
  });

  it('lets what is written under a name be written again under it', async () => {
    await using ledger = await memoryLedger({ entities: [Session] });
    const once = () => ledger.repository(Session).save(session(ledger), { idempotencyKey: 'k' });
    await once();
    await once();
    expect(await ledger.repository(Session).history('s')).toHaveLength(1);
  });
});
