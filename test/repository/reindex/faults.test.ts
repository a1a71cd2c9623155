// Each kind of fault: found by a check that writes nothing, put right where that can be, counted exactly, on every backend.

import { describe, expect, it } from 'vitest';
import { Entity, Id, Index, type Ledger, Property } from 'immurepo';
import { encodeKey } from '../../../src/codec/record-key.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import type { ReindexReport } from '../../../src/repository/reindex/report.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../any-ledger.js';
import {
  entryKey,
  has,
  holder,
  idOf,
  indexOf,
  newestTx,
  OldPerson,
  Person,
  savePeople,
  statesOf,
  strike,
} from './people.js';

/** Its getter does not know what older classes stored. */
@Entity({ name: 'person' })
class Trusting {
  @Id() id!: string;
  @Property() name!: string;
  @Property() email!: string;
  @Index() get host(): string {
    return this.email.split('@')[1]!;
  }
}

/** An index of what no key can hold. */
@Entity({ name: 'person' })
class Odd {
  @Id() id!: string;
  @Property() name!: string;
  @Index() get half(): number {
    return this.name === 'odd' ? NaN : 1;
  }
}

const PRESENT = Uint8Array.of(1);

/** Kinds of faults, and whether each was put right. */
const kindsOf = ({ faults }: ReindexReport) => faults.map(({ kind, repaired }) => [kind, repaired]);

onEveryBackend('faults of indexes', describeServers, (start) => {
  /** Checks, which must write nothing and find the same again, and then puts right. */
  async function checkThenReindex(ledger: Ledger): Promise<{ check: ReindexReport; done: ReindexReport }> {
    const newest = await newestTx(ledger);
    const check = await ledger.reindex(Person, { check: true });
    expect(await ledger.reindex(Person, { check: true })).toEqual(check);
    expect(await newestTx(ledger)).toBe(newest);
    expect(check).toMatchObject({ written: 0, deleted: 0, remaining: check.faultCount });
    return { check, done: await ledger.reindex(Person) };
  }

  /** People who are indexed from the start. */
  async function indexed(count: number): Promise<Ledger> {
    const ledger = await (await start()).open([Person]);
    await savePeople(ledger.repository(Person), 0, count);
    return ledger;
  }

  it('puts back entries that are gone, of records that list them', async () => {
    const ledger = await indexed(5);
    const gone = [
      entryKey('email', '1@x'),
      entryKey('initial', 'c', idOf(2)),
      entryKey('initial', 'b', idOf(1)),
    ];
    await strike(ledger, ...gone);
    const { check, done } = await checkThenReindex(ledger);
    expect(kindsOf(check)).toEqual([
      ['missing-entry', false],
      ['missing-entry', false],
    ]);
    expect(check.faults[0]?.message).toBe(
      `Person "${idOf(1)}" lists an entry of "initial", "email" that is not there`,
    );
    expect(check).toMatchObject({ records: 5, entries: 7, ready: true });
    expect(done).toMatchObject({
      records: 5,
      entries: 10,
      written: 2,
      deleted: 0,
      faultCount: 2,
      remaining: 0,
    });
    for (const key of gone) expect(await has(ledger, key)).toBe(true);
    expect((await ledger.repository(Person).history(idOf(1))).length).toBe(2);
    expect(await ledger.reindex(Person, { check: true })).toMatchObject({ faultCount: 0, entries: 10 });
  });

  it('clears away entries that no record lists, whatever they say', async () => {
    const ledger = await indexed(3);
    const orphans = [
      { key: entryKey('initial', 'x', idOf(0)), value: PRESENT },
      { key: entryKey('initial', 'x', 'nobody'), value: PRESENT },
      { key: entryKey('initial', 'x'), value: PRESENT },
      { key: new Uint8Array([...indexOf('initial').keys.prefix, 0xfe, 1]), value: PRESENT },
      { key: entryKey('email', 'left@x'), value: holder(idOf(0)) },
      { key: entryKey('email', 'gone@x'), value: holder('nobody') },
      { key: entryKey('email', 'what@x'), value: Uint8Array.of(7, 7) },
    ];
    await ledger.client.verifiedSet(orphans);
    const { check, done } = await checkThenReindex(ledger);
    expect(check).toMatchObject({ records: 3, entries: 13, faultCount: 7, ready: true });
    expect(check.faults.every(({ kind, repaired }) => kind === 'orphan-entry' && !repaired)).toBe(true);
    expect(done).toMatchObject({ written: 0, deleted: 7, faultCount: 7, remaining: 0, ready: true });
    const found = new Set(done.faults.map(({ key }) => String(key)));
    expect(found).toEqual(new Set(orphans.map(({ key }) => String(key))));
    for (const { key } of orphans) expect(await has(ledger, key)).toBe(false);
    for (const n of [0, 1, 2]) expect(await has(ledger, entryKey('email', `${n}@x`))).toBe(true);
  });

  it('clears away what a deleted entity left, and keeps what an expired one has', async () => {
    const ledger = await indexed(2);
    const people = ledger.repository(Person);
    await people.delete(idOf(0));
    await ledger.client.verifiedSet([{ key: entryKey('email', '0@x'), value: holder(idOf(0)) }]);
    const [one] = await people.findMany([idOf(1)]);
    await people.save(one!, { expiresAt: new Date(Date.now() - 1000) });
    expect(await ledger.reindex(Person)).toMatchObject({ records: 2, entries: 3, deleted: 1, written: 0 });
    expect(await has(ledger, entryKey('email', '1@x'))).toBe(true);
  });

  it('puts back a unique entry that says something no id is', async () => {
    const ledger = await indexed(2);
    await ledger.client.verifiedSet([{ key: entryKey('email', '0@x'), value: Uint8Array.of(7, 7) }]);
    expect(await ledger.reindex(Person)).toMatchObject({
      written: 1,
      deleted: 0,
      faultCount: 1,
      remaining: 0,
    });
    expect((await ledger.client.get(entryKey('email', '0@x')))?.value).toEqual(holder(idOf(0)));
  });

  it('finds what writers left behind that do not know the index, though it goes on answering', async () => {
    const database = await start();
    const ledger = await database.open([Person]);
    await savePeople(ledger.repository(Person), 0, 2);
    const old = (await database.open([OldPerson])).repository(OldPerson);
    await old.update(idOf(0), { name: 'zoe' });
    await savePeople(old, 2, 3);
    const { check, done } = await checkThenReindex(ledger);
    expect(check).toMatchObject({ records: 3, entries: 2, ready: true });
    expect(kindsOf(check)).toEqual([
      ['not-listed', false],
      ['not-listed', false],
    ]);
    expect(done).toMatchObject({ entries: 6, written: 2, remaining: 0 });
  });

  it('indexes what has expired, and leaves it expired', async () => {
    const database = await start();
    const old = (await database.open([OldPerson])).repository(OldPerson);
    const expiresAt = new Date(Date.now() - 1000);
    await old.save(old.create({ id: 'a', name: 'ann', email: 'e' }), { expiresAt });
    const ledger = await database.open([Person]);
    expect(await ledger.reindex(Person)).toMatchObject({ records: 1, written: 1, ready: true });
    expect(await ledger.repository(Person).find('a')).toBeUndefined();
    expect(await has(ledger, entryKey('email', 'e'))).toBe(true);
  });

  describe('a unique value of two', () => {
    it.each([
      ['of one page', 1],
      ['far apart', 205],
    ])('is reported, %s, until one of them gives it up', async (_, distance) => {
      const database = await start();
      const old = (await database.open([OldPerson])).repository(OldPerson);
      await savePeople(old, 0, distance + 3);
      await old.update(idOf(distance), { email: '0@x' });
      const ledger = await database.open([Person]);
      const first = await ledger.reindex(Person);
      expect(first).toMatchObject({ written: distance + 2, remaining: 1, ready: false });
      const [double] = first.faults.filter(({ repaired }) => !repaired);
      expect(double).toMatchObject({
        kind: 'unique-violation',
        message: expect.stringMatching(`"${idOf(distance)}".*"0@x".*"${idOf(0)}"`) as unknown,
      });
      expect(await statesOf(ledger)).toEqual(['building', 'building']);
      const { check, done } = await checkThenReindex(ledger);
      expect(kindsOf(check)).toEqual([['unique-violation', false]]);
      expect(check.faults[0]?.message).toBe(
        `Person "${idOf(distance)}" cannot have its value in the unique index "email": Person "${idOf(0)}" has it`,
      );
      expect(done).toMatchObject({ written: 0, faultCount: 1, remaining: 1, ready: false });
      await ledger.repository(Person).update(idOf(distance), { email: 'own@x' });
      expect(await ledger.reindex(Person)).toMatchObject({ written: 0, faultCount: 0, ready: true });
      expect(await statesOf(ledger)).toEqual(['ready', 'ready']);
    });

    it('is nobody’s double where the entry of it is an orphan', async () => {
      const database = await start();
      await savePeople((await database.open([OldPerson])).repository(OldPerson), 0, 2);
      const ledger = await database.open([Person]);
      await ledger.client.verifiedSet([{ key: entryKey('email', '0@x'), value: holder(idOf(1)) }]);
      const { check, done } = await checkThenReindex(ledger);
      expect(kindsOf(check)).toEqual([
        ['not-listed', false],
        ['not-listed', false],
        ['orphan-entry', false],
      ]);
      expect(done).toMatchObject({ written: 2, deleted: 0, faultCount: 2, remaining: 0, ready: true });
      expect((await ledger.client.get(entryKey('email', '0@x')))?.value).toEqual(holder(idOf(0)));
    });

    it('is a double where both list it, as no honest server lets them', async () => {
      const ledger = await indexed(2);
      const people = ledger.repository(Person);
      await strike(ledger, entryKey('email', '0@x'));
      await people.update(idOf(1), { email: '0@x' });
      const { check, done } = await checkThenReindex(ledger);
      expect(kindsOf(check)).toEqual([['unique-violation', false]]);
      expect(done).toMatchObject({ written: 0, remaining: 1, ready: true });
      await people.update(idOf(1), { email: '1@x' });
      expect(await ledger.reindex(Person)).toMatchObject({ written: 1, remaining: 0 });
      expect(await ledger.reindex(Person, { check: true })).toMatchObject({ faultCount: 0 });
    });
  });

  it('is not ready while a record cannot be read', async () => {
    const database = await start();
    await savePeople((await database.open([OldPerson])).repository(OldPerson), 0, 3);
    const ledger = await database.open([Person]);
    const key = encodeKey(schemaOf(Person).keys, [idOf(1)]);
    const { value } = (await ledger.client.get(key))!;
    await ledger.client.verifiedSet([{ key, value: Uint8Array.of(9, 9) }]);
    const { check, done } = await checkThenReindex(ledger);
    expect(kindsOf(check)).toEqual([
      ['unreadable', false],
      ['not-listed', false],
      ['not-listed', false],
    ]);
    expect(check.faults[0]?.message).toContain(`Person "${idOf(1)}"`);
    expect(done).toMatchObject({ written: 2, faultCount: 3, remaining: 1, ready: false });
    await ledger.client.verifiedSet([{ key, value }]);
    expect(await ledger.reindex(Person)).toMatchObject({ records: 3, written: 1, remaining: 0, ready: true });
  });

  it('names what its class cannot index, and goes on with the others', async () => {
    const database = await start();
    const old = (await database.open([OldPerson])).repository(OldPerson);
    await old.save(old.create({ id: 'a', name: 'odd', email: 'a@x' }));
    await old.save(old.create({ id: 'b', name: 'even' }));
    const trusting = await database.open([Trusting]);
    const report = await trusting.reindex(Trusting);
    expect(report).toMatchObject({ records: 2, written: 1, remaining: 1, ready: false });
    expect(report.faults.find(({ repaired }) => !repaired)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^Trusting "b" cannot be indexed: Cannot read properties of undefined/,
      ) as unknown,
    });
    const odd = await (await database.open([Odd])).reindex(Odd);
    expect(odd).toMatchObject({ written: 1, remaining: 1, ready: false });
    expect(odd.faults.find(({ repaired }) => !repaired)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^Odd "a" cannot be indexed: Odd\.half cannot be indexed by "half"/,
      ) as unknown,
    });
  });

  it('keeps the first thousand faults, and counts the others', async () => {
    const database = await start();
    const old = (await database.open([OldPerson])).repository(OldPerson);
    for (const from of [0, 500, 1000]) await savePeople(old, from, from + 500);
    const ledger = await database.open([Person]);
    const report = await ledger.reindex(Person, { check: true });
    expect(report).toMatchObject({
      records: 1500,
      entries: 0,
      faultCount: 1500,
      remaining: 1500,
      ready: false,
    });
    expect(report.faults).toHaveLength(1000);
    expect(await statesOf(ledger)).toEqual([undefined, undefined]);
  });

  it('writes in somebody’s name where the ledger demands one, and checks in nobody’s', async () => {
    const database = await start();
    await savePeople((await database.open([OldPerson])).repository(OldPerson), 0, 1);
    const ledger = await database.open([Person], { requireActor: true });
    const newest = await newestTx(ledger);
    expect(await ledger.reindex(Person, { check: true })).toMatchObject({ faultCount: 1 });
    await expect(ledger.reindex(Person)).rejects.toMatchObject({ code: 'ACTOR_REQUIRED' });
    expect(await newestTx(ledger)).toBe(newest);
    const report = await ledger.as({ actor: 'ops', reason: 'new index' }, () => ledger.reindex(Person));
    expect(report).toMatchObject({ written: 1, ready: true });
    const history = await ledger.repository(Person).history(idOf(0));
    expect(history.at(-1)).toMatchObject({ actor: 'ops', reason: 'new index' });
  });
});
