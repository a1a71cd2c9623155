// All that the callback of a transaction sees held at one moment, whatever others write meanwhile, and however it reads.

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from 'immurepo';
import type { Transaction } from '../../../src/repository/transaction/transaction.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../write/backends.js';
import { CLASSES, Counter, Member } from '../write/entities.js';
import { HeldServer } from '../write/held-server.js';

const SUM = 100;

/** Moves an amount between two counters, both in one transaction. */
async function move(ledger: Ledger, from: string, to: string): Promise<void> {
  const counters = ledger.repository(Counter);
  const [a, b] = await counters.findMany([from, to]);
  a!.value -= 1;
  b!.value += 1;
  await counters.saveMany([a!, b!]);
}

type Look = (tx: Transaction, a: string, b: string) => Promise<readonly number[]>;

const valueOf = async (tx: Transaction, id: string) => (await tx.repository(Counter).findOrFail(id)).value;

/** Ways to read two counters within a transaction. */
const LOOKS: Readonly<Record<string, Look>> = {
  'one after the other': async (tx, a, b) => [await valueOf(tx, a), await valueOf(tx, b)],
  'both at once': (tx, a, b) => Promise.all([valueOf(tx, a), valueOf(tx, b)]),
  'both in one call': async (tx, a, b) =>
    (await tx.repository(Counter).findMany([a, b])).map((one) => one!.value),
  'both at once, each twice': async (tx, a, b) => {
    const found = await Promise.all([a, b, a, b].map((id) => valueOf(tx, id)));
    expect(found.slice(2)).toEqual(found.slice(0, 2));
    return found.slice(0, 2);
  },
  'among others that nobody stored': async (tx, a, b) => {
    await tx.repository(Counter).exists('nobody');
    const [first, , second] = await Promise.all([
      valueOf(tx, a),
      tx.repository(Counter).find('nobody either'),
      valueOf(tx, b),
    ]);
    return [first, second];
  },
};

onEveryBackend(describeServers, 'what a transaction sees', CLASSES, (pair) => {
  const inserted = async () => {
    const counters = pair.ledger.repository(Counter);
    const both = await counters.insertMany([SUM, 0].map((value) => counters.create({ value })));
    return both.map(({ id }) => id) as [string, string];
  };

  /** Looks several times while another writer changes things, with pauses in which one can look at all. */
  async function whileWriting(
    write: (round: number) => Promise<unknown>,
    look: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    const over = new AbortController();
    const writing = (async () => {
      for (let round = 0; !over.signal.aborted; round++) {
        await write(round);
        await delay(Math.random() * 80);
      }
    })();
    try {
      for (let round = 0; round < 8; round++) await pair.ledger.transaction(look, { attempts: 1000 });
    } finally {
      over.abort();
      await writing;
    }
  }

  it.each(Object.keys(LOOKS))('is of one moment, read %s', async (name) => {
    const [a, b] = await inserted();
    await whileWriting(
      (round) => (round % 2 === 0 ? move(pair.other, a, b) : move(pair.other, b, a)),
      async (tx) => {
        const [one, two] = await LOOKS[name]!(tx, a, b);
        expect(one! + two!).toBe(SUM);
      },
    );
  });

  it('is of one moment for a query, and what is read besides', async () => {
    const [members, others] = [pair.ledger.repository(Member), pair.other.repository(Member)];
    await members.insertMany([
      members.create({ id: 's1', city: 's', seat: SUM }),
      members.create({ id: 's2', city: 's', seat: 0 }),
      members.create({ id: 's3', seat: SUM }),
    ]);
    await whileWriting(
      async (round) => {
        const all = (await others.findMany(['s1', 's2', 's3'])).map((one) => one!);
        all.forEach((one, at) => (one.seat = at === 1 ? SUM - round : round));
        await others.saveMany(all);
      },
      async (tx) => {
        const third = await tx.repository(Member).findOrFail('s3');
        const [one, two] = await tx.repository(Member).findBy({ city: 's' });
        expect([one!.seat! + two!.seat!, one!.seat]).toEqual([SUM, third.seat]);
      },
    );
  });

  it('is of one moment for a query of what moves from one entity to another', async () => {
    const [members, others] = [pair.ledger.repository(Member), pair.other.repository(Member)];
    await members.insertMany([
      members.create({ id: 'w1', city: 'w' }),
      members.create({ id: 'w2', city: 'elsewhere' }),
    ]);
    await whileWriting(
      async () => {
        const both = (await others.findMany(['w1', 'w2'])).map((one) => one!);
        [both[0]!.city, both[1]!.city] = [both[1]!.city, both[0]!.city];
        await others.saveMany(both);
      },
      async (tx) => {
        expect(await tx.repository(Member).findBy({ city: 'w' })).toHaveLength(1);
      },
    );
  });
});

describe('what a transaction sees, answers coming late', () => {
  let server: HeldServer;
  let ledger: Ledger;
  let other: Ledger;
  const keyOf = (id: string) => schemaOf(Counter).keyFor(id);

  beforeAll(async () => {
    server = await HeldServer.start(CLASSES);
    ledger = await server.open(true);
    other = await server.open(false);
  });
  afterAll(async () => {
    await ledger.close();
    await other.close();
    await server.close();
  });

  /** Counters of value 0, and how to change some of them in one transaction. */
  async function some(...names: string[]) {
    const counters = other.repository(Counter);
    const made = await counters.insertMany(names.map(() => counters.create({ value: 0 })));
    const ids = Object.fromEntries(names.map((name, at) => [name, made[at]!.id]));
    const setAll = async (value: number, ...which: string[]) => {
      const found = await counters.findMany(which.map((name) => ids[name]!));
      for (const one of found) one!.value = value;
      await counters.saveMany(found.map((one) => one!));
    };
    return { ids, setAll };
  }

  it('a query looks again for what was moved away while it looked, and gives way in the end', async () => {
    const members = other.repository(Member);
    await members.insertMany([
      members.create({ id: 'q1', city: 'q' }),
      members.create({ id: 'q2', city: 'elsewhere' }),
    ]);
    let moves = 1;
    server.before = async (method, request) => {
      if (method === 'GetAll' && moves-- > 0) {
        // Listed, and not read yet.
        const both = (await members.findMany(['q1', 'q2'])).map((one) => one!);
        [both[0]!.city, both[1]!.city] = [both[1]!.city, both[0]!.city];
        await members.saveMany(both);
      }
      return request;
    };
    const look = () =>
      ledger.transaction((tx) => tx.repository(Member).findBy({ city: 'q' }), { attempts: 1 });
    expect((await look()).map(({ id }) => id)).toEqual(['q2']);
    moves = Infinity;
    await expect(look()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('each time this transaction looked') as string,
    });
    moves = 0;
    expect(await look()).toHaveLength(1);
  });

  it('an answer from before is not handed out beside one from after', async () => {
    const { ids, setAll } = await some('a', 'b');
    const seen: number[][] = [];
    let runs = 0;
    await ledger.transaction(async (tx) => {
      if (++runs > 1) return void seen.push([await valueOf(tx, ids.a!), await valueOf(tx, ids.b!)]);
      const held = server.holdRead(keyOf(ids.b!));
      const late = valueOf(tx, ids.b!).then(
        (value) => seen.push([1, value]),
        () => undefined,
      );
      await held.answered;
      await setAll(1, 'a', 'b');
      expect(await valueOf(tx, ids.a!)).toBe(1);
      held.release();
      await late;
    });
    expect(seen).toEqual([[1, 1]]);
    expect(runs).toBe(2);
  });

  it('nothing is handed out before all that was read has been looked at again', async () => {
    const { ids, setAll } = await some('a', 'b');
    const seen: number[] = [];
    let runs = 0;
    await ledger.transaction(async (tx) => {
      const first = await valueOf(tx, ids.a!);
      if (++runs > 1) return;
      await setAll(1, 'a', 'b');
      const held = server.holdMethod('GetAll');
      const one = valueOf(tx, ids.b!).catch(() => first);
      await held.answered;
      const two = valueOf(tx, ids.b!).catch(() => first);
      seen.push(await two);
      held.release();
      seen.push(await one);
    });
    expect(seen).toEqual([0, 0]);
    expect(runs).toBe(2);
  });

  it('what was read while another read looked at all again is looked at as well', async () => {
    const { ids, setAll } = await some('first', 'x', 'y', 'newest');
    const seen: (readonly [number, number])[] = [];
    let runs = 0;
    await ledger.transaction(async (tx) => {
      await valueOf(tx, ids.first!);
      if (++runs > 1) return;
      const heldX = server.holdRead(keyOf(ids.x!));
      const x = valueOf(tx, ids.x!);
      await heldX.answered;
      await setAll(1, 'x', 'y');
      await setAll(1, 'newest');
      const heldLook = server.holdMethod('GetAll');
      const newest = valueOf(tx, ids.newest!);
      newest.catch(() => undefined);
      await heldLook.answered;
      heldX.release();
      const oldX = await x;
      heldLook.release();
      await newest;
      seen.push([oldX, await valueOf(tx, ids.y!)]);
    });
    expect(seen).toEqual([]);
    expect(runs).toBe(2);
  });
});
