// Indexes declared late are completed: all of it, in parts, again, and by others, on every backend.

import { describe, expect, it } from 'vitest';
import { evidenceOf, Entity, Id, type Ledger, Property } from 'immurepo';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { openIndexes } from '../../../src/repository/index-states.js';
import { findBy } from '../../../src/repository/query/find-by.js';
import type { ReindexProgress } from '../../../src/repository/reindex/report.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../any-ledger.js';
import {
  assertReady,
  ChangedPerson,
  entryKey,
  has,
  idOf,
  indexOf,
  newestTx,
  OldPerson,
  Person,
  savePeople,
  statesOf,
} from './people.js';
import { lifecycle } from '../no-lifecycle.js';

@Entity({ name: 'person' })
class Touchy {
  @Id() id!: string;
  @Property() name!: string;
}

/** What is found by the index of `email` in a process that opens now. */
async function foundBy(ledger: Ledger, email: string): Promise<string[]> {
  const entities = entitySchemas([Person]);
  const indexes = await openIndexes(ledger.client, entities, {});
  const context = { client: ledger.client, lifecycle, indexes };
  const found = await findBy({ context, schema: entities.of(Person) }, { email });
  return found.map(({ id }) => id);
}

onEveryBackend('completing indexes', describeServers, (start) => {
  /** People of a class without indexes, and a ledger of the class that has them. */
  async function late(count: number): Promise<{ old: Ledger; ledger: Ledger; open: () => Promise<Ledger> }> {
    const database = await start();
    const old = await database.open([OldPerson]);
    await savePeople(old.repository(OldPerson), 0, count);
    return { old, ledger: await database.open([Person]), open: () => database.open([Person]) };
  }

  it('is ready once each entity is found, and not before', async () => {
    const { old, ledger } = await late(450);
    await old.repository(OldPerson).delete(idOf(7));
    await old.repository(OldPerson).update(idOf(8), { email: undefined } as never);
    expect(await statesOf(ledger)).toEqual([undefined, undefined]);
    await expect(assertReady(ledger)).rejects.toMatchObject({
      code: 'INDEX_NOT_READY',
      message: expect.stringMatching(
        /"email" of Person has never been built.*ledger\.reindex\(Person\)/,
      ) as unknown,
      details: { entity: 'person', index: 'email', state: 'missing' },
    });
    const report = await ledger.reindex(Person);
    const { faults, ...counts } = report;
    expect(counts).toEqual({
      ...{ records: 450, written: 449, entries: 448 + 449, deleted: 0 },
      ...{ faultCount: 449, remaining: 0, ready: true },
    });
    expect(faults.every(({ kind, repaired }) => kind === 'not-listed' && repaired)).toBe(true);
    expect(faults[0]?.message).toBe(
      `Person "${idOf(0)}" does not list what its class says it is found under`,
    );
    await assertReady(ledger);
    expect(await foundBy(ledger, '449@x')).toEqual([idOf(449)]);
    expect(await foundBy(ledger, '7@x')).toEqual([]);
    expect(await statesOf(ledger)).toEqual(['ready', 'ready']);
  });

  it('writes a revision of its own with what was stored, and nothing where all is well', async () => {
    const { ledger, old } = await late(3);
    const before = await old.repository(OldPerson).find(idOf(1));
    await ledger.reindex(Person);
    const [first, second, ...others] = await ledger.repository(Person).history(idOf(1));
    expect(others).toEqual([]);
    expect([first?.evidence.revision, second?.evidence.revision]).toEqual([1n, 2n]);
    expect(second?.entity).toMatchObject({ id: idOf(1), name: before!.name, email: before!.email! });
    const newest = await newestTx(ledger);
    expect(await ledger.reindex(Person)).toMatchObject({
      records: 3,
      written: 0,
      faultCount: 0,
      ready: true,
    });
    expect(await newestTx(ledger)).toBe(newest);
  });

  it('is ready at once for an entity of which nothing was ever stored', async () => {
    const database = await start();
    const ledger = await database.open([Person]);
    expect(await statesOf(ledger)).toEqual(['ready', 'ready']);
    await assertReady(ledger);
    const saved = await ledger
      .repository(Person)
      .save(Object.assign(new Person(), { id: 'a', name: 'a', email: 'e' }));
    expect(evidenceOf(saved).revision).toBe(1n);
    expect(await foundBy(ledger, 'e')).toEqual(['a']);
    expect(await ledger.reindex(Person, { check: true })).toMatchObject({
      faultCount: 0,
      records: 1,
      entries: 2,
    });
  });

  it('is not ready for an entity of which all was deleted: what is deleted may be restored by older code', async () => {
    const { old } = await late(1);
    await old.repository(OldPerson).delete(idOf(0));
    expect(await statesOf(old)).toEqual([undefined, undefined]);
  });

  it('goes on where it was broken off', async () => {
    const { ledger } = await late(450);
    const aborting = new AbortController();
    const told: ReindexProgress[] = [];
    const broken = ledger.reindex(Person, {
      signal: aborting.signal,
      onProgress: (progress) => {
        told.push(progress);
        aborting.abort(new Error('enough'));
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'ABORTED' });
    expect(told).toHaveLength(1);
    const { written } = told[0]!;
    expect(written).toBeGreaterThan(0);
    expect(await statesOf(ledger)).toEqual(['building', 'building']);
    await expect(assertReady(ledger)).rejects.toMatchObject({
      code: 'INDEX_NOT_READY',
      message: expect.stringMatching(/is being built/) as unknown,
    });
    const rest = await ledger.reindex(Person);
    expect(rest).toMatchObject({ records: 450, written: 450 - written, ready: true });
    expect(await ledger.reindex(Person, { check: true })).toMatchObject({ faultCount: 0, ready: true });
  });

  it('tells how far it is, in numbers that do not fall', async () => {
    const { ledger } = await late(450);
    const told: ReindexProgress[] = [];
    await ledger.reindex(Person, { onProgress: (progress) => told.push(progress) });
    const records = told.filter(({ phase }) => phase === 'records');
    const entries = told.filter(({ phase }) => phase === 'entries');
    expect(told).toEqual([...records, ...entries]);
    for (const phase of [records, entries]) {
      const done = phase.map((progress) => progress.done);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
    }
    expect(records.at(-1)).toEqual({ phase: 'records', done: 450, written: 450, faults: 450 });
    expect(entries.at(-1)).toEqual({ phase: 'entries', done: 900, written: 450, faults: 450 });
    expect(records.length).toBeGreaterThan(2);
  });

  it('is broken off by what the listener throws, and can be run again', async () => {
    const { ledger } = await late(300);
    const problem = new Error('the display is broken');
    const broken = ledger.reindex(Person, {
      onProgress: () => {
        throw problem;
      },
    });
    await expect(broken).rejects.toBe(problem);
    expect(await ledger.reindex(Person)).toMatchObject({ records: 300, ready: true });
  });

  it('is noticed by a process that found it not ready', async () => {
    const { ledger, open } = await late(2);
    const entities = entitySchemas([Person]);
    const states = await openIndexes(ledger.client, entities, {});
    const owned = { schema: entities.schemas[0]!, index: indexOf('email') };
    await expect(states.assertReady(owned, {})).rejects.toMatchObject({ code: 'INDEX_NOT_READY' });
    await (await open()).reindex(Person);
    await states.assertReady(owned, {});
  });

  it('builds in one namespace, and leaves the others alone', async () => {
    const database = await start();
    for (const namespace of ['a', 'b'])
      await savePeople((await database.open([OldPerson], { namespace })).repository(OldPerson), 0, 2);
    const ledger = await database.open([Person], { namespace: 'a' });
    expect(await ledger.reindex(Person)).toMatchObject({ records: 2, entries: 4, ready: true });
    expect(await statesOf(ledger, Person, 'b')).toEqual([undefined, undefined]);
    expect(await statesOf(ledger, Person, 'a')).toEqual(['ready', 'ready']);
  });

  it('refuses to open with another index of the same name, and says what to do', async () => {
    const database = await start();
    await database.open([Person]);
    await expect(database.open([ChangedPerson])).rejects.toMatchObject({
      code: 'INDEX_CHANGED',
      message: expect.stringMatching(/"email" of ChangedPerson.*another name.*ledger\.reindex/) as unknown,
      details: { entity: 'person', index: 'email' },
    });
  });

  describe('an index that the class does not have any more', () => {
    it('is taken away, and has to be built when it is declared again', async () => {
      const database = await start();
      const ledger = await database.open([Person]);
      const people = ledger.repository(Person);
      await people.save(people.create({ id: 'a', name: 'ann', email: 'e' }));
      const without = await database.open([Touchy]);
      expect(await without.reindex(Touchy, { check: true })).toMatchObject({
        ...{ written: 0, faultCount: 1, remaining: 1, ready: true },
        faults: [{ kind: 'not-listed' }],
      });
      expect(await statesOf(ledger)).toEqual(['ready', 'ready']);
      expect(await without.reindex(Touchy)).toMatchObject({ written: 1, remaining: 0, ready: true });
      expect(await has(ledger, entryKey('email', 'e'))).toBe(false);
      expect(await has(ledger, entryKey('initial', 'a', 'a'))).toBe(false);
      // Nothing that its class does not know was lost with it.
      expect(await people.find('a')).toMatchObject({ name: 'ann', email: 'e' });
      const again = await database.open([Person]);
      expect(await statesOf(again)).toEqual([undefined, undefined]);
      expect(await again.reindex(Person)).toMatchObject({ written: 1, ready: true });
      expect(await foundBy(again, 'e')).toEqual(['a']);
    });

    it('leaves what is noted of writes that have a name', async () => {
      const database = await start();
      const ledger = await database.open([Person]);
      const people = ledger.repository(Person);
      const save = () =>
        people.insert(people.create({ id: 'a', name: 'ann', email: 'e' }), { idempotencyKey: 'once' });
      const { txId } = evidenceOf(await save());
      await (await database.open([Touchy])).reindex(Touchy);
      await ledger.reindex(Person);
      expect(await people.history('a')).toHaveLength(3);
      expect(evidenceOf(await save()).txId).toBe(txId);
    });
  });
});
