// Beside other writers, and other passes: nothing is lost, nothing is found that is no fault, on every backend.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ConflictError, type Ledger, type Repository, UniqueViolationError } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { type AnyDatabase, onEveryBackend } from '../any-ledger.js';
import { entryKey, has, idOf, OldPerson, Person, savePeople, statesOf } from './people.js';

/** More than one page. */
const COUNT = 220;

/** How long to go on at the same time. */
const BUSY_MS = 2_000;

/** Changes, deletes and adds people until it is told to stop. @returns how often it wrote */
async function disturb(people: Repository<Person>, seed: number, stop: AbortSignal): Promise<number> {
  let writes = 0;
  for (let step = seed; !stop.aborted; step += 7) {
    const id = idOf((step * 31) % COUNT);
    try {
      if (step % 5 === 0) await people.delete(id, { force: true });
      else await people.upsert({ id, name: `${'xyz'[step % 3]!}${step}`, email: `${step % 50}@y` });
      writes++;
    } catch (error) {
      if (!(error instanceof ConflictError) && !(error instanceof UniqueViolationError)) throw error;
    }
    // Everything may be in this one process: the pass is to have its turn.
    await sleep(2);
  }
  return writes;
}

/** Every person who is there has exactly the entries of what they are called now. */
async function assertComplete(ledger: Ledger): Promise<void> {
  const people = ledger.repository(Person);
  const ids = Array.from({ length: COUNT }, (_, n) => idOf(n));
  const live = (await people.findMany(ids)).filter((person) => person !== undefined);
  for (const { id, name, email } of live.slice(0, 50)) {
    expect(await has(ledger, entryKey('initial', name[0]!, id))).toBe(true);
    if (email !== undefined) expect(await has(ledger, entryKey('email', email))).toBe(true);
  }
  const report = await ledger.reindex(Person, { check: true });
  expect(report).toMatchObject({ records: COUNT, faultCount: 0, ready: true });
  expect(report.entries).toBe(live.length + live.filter(({ email }) => email !== undefined).length);
}

onEveryBackend('indexes completed beside others', describeServers, (start) => {
  async function late() {
    const database = await start();
    await savePeople((await database.open([OldPerson])).repository(OldPerson), 0, COUNT);
    return database;
  }

  /** Does work while two others write. */
  async function disturbed<T>(database: AnyDatabase, work: () => Promise<T>): Promise<T> {
    const writers = await Promise.all([database.open([Person]), database.open([Person])]);
    const stop = new AbortController();
    const disturbing = writers.map((writer, n) => disturb(writer.repository(Person), n + 1, stop.signal));
    try {
      return await work();
    } finally {
      stop.abort();
      expect(Math.min(...(await Promise.all(disturbing)))).toBeGreaterThan(0);
    }
  }

  it('writers of the class that knows the index', async () => {
    const database = await late();
    const ledger = await database.open([Person]);
    const report = await disturbed(database, () => ledger.reindex(Person));
    expect(report).toMatchObject({ records: COUNT, remaining: 0, ready: true });
    await assertComplete(ledger);
  });

  it('finds no faults while records and their entries change under its eyes', async () => {
    const database = await late();
    const ledger = await database.open([Person]);
    await ledger.reindex(Person);
    await disturbed(database, async () => {
      const endsAt = performance.now() + BUSY_MS;
      for (let round = 0; round < 2 || performance.now() < endsAt; round++)
        expect(await ledger.reindex(Person, { check: round % 2 === 0 })).toMatchObject({
          ...{ faults: [], remaining: 0, written: 0, deleted: 0, ready: true },
        });
    });
  });

  it('other passes over the same entity', async () => {
    const database = await late();
    const ledgers = await Promise.all([0, 1, 2].map(() => database.open([Person])));
    const reports = await Promise.all(ledgers.map((ledger) => ledger.reindex(Person)));
    for (const report of reports) expect(report).toMatchObject({ records: COUNT, remaining: 0, ready: true });
    expect(reports.reduce((sum, { written }) => sum + written, 0)).toBe(COUNT);
    expect(await ledgers[0]!.repository(Person).history(idOf(9))).toHaveLength(2);
    await assertComplete(ledgers[0]!);
  });

  it('others that open the ledger for the first time with indexes of their own', async () => {
    const database = await start();
    const ledgers = await Promise.all(Array.from({ length: 6 }, () => database.open([Person])));
    expect(await statesOf(ledgers[0]!)).toEqual(['ready', 'ready']);
    await Promise.all(ledgers.map((ledger) => ledger.reindex(Person)));
  });
});
