// What must not be stored is refused before anything is sent, with all that is wrong with it.

import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Entity, evidenceOf, Id, isVerified, type Ledger, Property, ValidationError } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import type { Validator } from '../../../src/entity/validator.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../any-ledger.js';
import { Booking, booking } from './bookings.js';

const open = (options: Omit<Parameters<typeof memoryLedger>[0], 'entities'> = {}) =>
  memoryLedger({ entities: [Booking], ...options });

async function refusalOf(operation: Promise<unknown>): Promise<ValidationError> {
  const failure = await operation.catch((error: unknown) => error);
  if (failure instanceof ValidationError) return failure;
  throw new Error('It was not refused by validation', { cause: failure });
}

const newest = async (ledger: Ledger) => (await ledger.verifyState())?.txId ?? 0n;

onEveryBackend('validation', describeServers, (start) => {
  it('refuses one of a batch, with the others, and writes nothing', async () => {
    const database = await start();
    const [ledger, other] = [await database.open([Booking]), await database.open([Booking])];
    const bookings = ledger.repository(Booking);
    const batch = [booking(ledger), booking(ledger, { number: 'b', guest: '' })];
    const { issues } = await refusalOf(bookings.saveMany(batch));
    expect(issues).toEqual([{ entity: 'Booking "b"', path: 'guest', message: 'is nobody' }]);
    expect(await other.repository(Booking).findMany(['a', 'b'])).toEqual([undefined, undefined]);
    expect(batch.some(isVerified)).toBe(false);
    batch[1]!.guest = 'Bob';
    await bookings.saveMany(batch);
    expect((await other.repository(Booking).findOrFail('b')).guest).toBe('Bob');
  });
});

describe('what is wrong', () => {
  it('is told all at once: properties first, then the entity, then what the ledger says', async () => {
    await using ledger = await open({
      validator: (entity) =>
        (entity as Booking).to > 9 ? [{ message: 'is too far off', path: ['to'] }] : [],
    });
    const before = await newest(ledger);
    const bookings = [
      booking(ledger, { guest: '', from: 30, to: 20, rooms: [{ beds: 1 }, { beds: 0 }] }),
      booking(ledger, { number: 'b', from: 3 }),
    ];
    const error = await refusalOf(ledger.repository(Booking).insertMany(bookings));
    const of = (entity: string) => (path: string, message: string) => ({ entity, path, message });
    const [a, b] = [of('Booking "a"'), of('Booking "b"')];
    expect(error.issues).toEqual([
      a('guest', 'is nobody'),
      a('rooms[1].beds', 'sleeps nobody'),
      a('', 'ends before it begins'),
      a('to', 'is too far off'),
      b('', 'ends before it begins'),
    ]);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { issues: error.issues } });
    expect(error.message).toBe(
      'Not as it must be, so nothing was written: Booking "a", guest: is nobody; Booking "a", rooms[1].beds: sleeps nobody; ' +
        'Booking "a": ends before it begins; and 2 more.',
    );
    expect(await newest(ledger)).toBe(before);
  });

  it('is asked by each kind of write, and not by deletions', async () => {
    await using ledger = await open();
    const bookings = ledger.repository(Booking);
    const old = await bookings.save(booking(ledger));
    await bookings.update('a', { from: 0 });
    const before = await newest(ledger);
    const wrong = () => booking(ledger, { number: 'n', guest: '' });
    const stale = booking(ledger, { from: 7 });
    const data = { number: 'a', guest: 'Ada', from: 1, to: 0, rooms: [] };
    for (const write of [
      () => bookings.save(wrong()),
      () => bookings.save(stale, { force: true }),
      () => bookings.saveMany([wrong()]),
      () => bookings.insert(wrong()),
      () => bookings.update('a', { to: -1 }),
      () => bookings.upsert(data),
      () => bookings.upsert({ ...data, number: 'n' }),
      () => ledger.transaction((tx) => tx.repository(Booking).insert(wrong())),
    ])
      await refusalOf(write());
    expect(await newest(ledger)).toBe(before);
    old.guest = '';
    await expect(bookings.delete(old, { force: true })).resolves.toMatchObject({ revision: 3n });
  });

  it('is asked of what was stored before the rule was: by saves that change nothing, and by restore', async () => {
    const strict = { now: false };
    await using ledger = await open({ validator: () => (strict.now ? [{ message: 'is of old' }] : []) });
    const bookings = ledger.repository(Booking);
    await bookings.save(booking(ledger));
    strict.now = true;
    const loaded = await bookings.findOrFail('a');
    await refusalOf(bookings.save(loaded));
    await refusalOf(bookings.restore('a', 1n));
    strict.now = false;
    await bookings.save(loaded);
    expect(evidenceOf(loaded).revision).toBe(1n);
  });

  it('refuses a write of a transaction at the call: the rest goes on if that is caught', async () => {
    await using ledger = await open();
    await ledger.transaction(async (tx) => {
      const bookings = tx.repository(Booking);
      await refusalOf(bookings.save(booking(ledger, { guest: '' })));
      await bookings.save(booking(ledger, { number: 'b' }));
    });
    expect(await ledger.repository(Booking).find('a')).toBeUndefined();
    expect(await ledger.repository(Booking).find('b')).toBeDefined();
  });
});

const SCHEMAS: Record<string, Validator<object>> = {
  zod: z.object({ guest: z.string().trim().min(3), rooms: z.array(z.object({ beds: z.number().min(2) })) }),
  'zod, asynchronous': z.object({
    guest: z.string().refine((guest) => Promise.resolve(guest.length > 2)),
    rooms: z.array(z.object({ beds: z.number().refine((beds) => Promise.resolve(beds >= 2)) })),
  }),
  valibot: v.object({
    guest: v.pipe(v.string(), v.trim(), v.minLength(3)),
    rooms: v.array(v.object({ beds: v.pipe(v.number(), v.minValue(2)) })),
  }),
  'valibot, asynchronous': v.objectAsync({
    guest: v.pipeAsync(
      v.string(),
      v.checkAsync((guest) => Promise.resolve(guest.length > 2)),
    ),
    rooms: v.array(v.object({ beds: v.pipe(v.number(), v.minValue(2)) })),
  }),
  arktype: type({ guest: 'string >= 3', rooms: type({ beds: 'number >= 2' }).array() }),
};

describe.each(Object.entries(SCHEMAS))('a schema of %s', (_, schema) => {
  it('says what is wrong and where', async () => {
    await using ledger = await open({ validator: schema });
    const wrong = booking(ledger, { guest: 'Al', rooms: [{ beds: 2 }, { beds: 1 }] });
    const { issues } = await refusalOf(ledger.repository(Booking).save(wrong));
    expect(issues.map(({ path }) => path)).toEqual(['guest', 'rooms[1].beds']);
    expect(issues.every(({ message }) => message !== '')).toBe(true);
  });

  it('changes nothing of what is stored', async () => {
    await using ledger = await open({ validator: schema });
    const guest = '  Ada ';
    await ledger.repository(Booking).save(booking(ledger, { guest }));
    expect((await ledger.repository(Booking).findOrFail('a')).guest).toBe(guest);
  });
});

describe('a validator', () => {
  it('that is a schema gets the declared properties by their names, and nothing that is undefined', async () => {
    const given: unknown[] = [];
    const schema: Validator<object> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          given.push(value);
          return { value: value as object };
        },
      },
    };
    await using ledger = await open({ validator: schema });
    const some = Object.assign(booking(ledger), { to: 2, extra: 1 });
    await ledger.repository(Booking).save(some);
    expect(given).toEqual([{ number: 'a', guest: 'Ada', from: 1, to: 2, rooms: [] }]);
    expect(Object.getPrototypeOf(given[0])).toBe(Object.prototype);
  });

  it('that is a function gets the entity itself', async () => {
    const given: unknown[] = [];
    await using ledger = await open({ validator: (entity) => Promise.resolve(void given.push(entity)) });
    const some = booking(ledger);
    await ledger.repository(Booking).save(some);
    expect(given).toHaveLength(1);
    expect(given[0]).toBe(some);
  });

  it('that fails itself refuses the write, with its error as the cause', async () => {
    const cause = new RangeError('no connection');
    for (const validator of [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ]) {
      await using ledger = await open({ validator });
      const error = await refusalOf(ledger.repository(Booking).save(booking(ledger)));
      expect(error.cause).toBe(cause);
      expect(error.message).toContain(
        'The validator of Booking "a" failed itself: RangeError: no connection',
      );
      expect(await ledger.repository(Booking).find('a')).toBeUndefined();
    }
  });

  it.each([{}, { success: false }, { issues: null }])('of a schema must not answer %j', async (answer) => {
    const validate = () => answer;
    const validator = { '~standard': { version: 1, vendor: 'test', validate } };
    await using ledger = await open({ validator: validator as never });
    const saving = ledger.repository(Booking).save(booking(ledger));
    expect((await refusalOf(saving)).message).toContain('must answer with issues');
  });

  it.each([true, false, null, 'wrong', [{}], ['wrong']])('must not answer %j', async (answer) => {
    await using ledger = await open({ validator: () => answer as never });
    const { cause } = await refusalOf(ledger.repository(Booking).save(booking(ledger)));
    expect(cause).toBeInstanceOf(TypeError);
  });

  it.each([1, 'zod', {}, { validate: () => [] }, { '~standard': { version: 2, validate: () => [] } }])(
    'that is none (%j) is refused when the ledger is opened',
    async (validator) => {
      await expect(open({ validator: validator as never })).rejects.toThrow(TypeError);
    },
  );

  it('that is none is refused when the ledger is opened, on a class or a property, too', async () => {
    const isRefused = async (declare: () => new () => object) =>
      expect(
        (async () => {
          await using _ = await memoryLedger({ entities: [declare()] });
        })(),
      ).rejects.toThrow(TypeError);
    await isRefused(() => {
      @Entity({ name: 'one', validate: 1 as never })
      class One {
        @Id() id!: string;
      }
      return One;
    });
    await isRefused(() => {
      @Entity({ name: 'two' })
      class Two {
        @Id() id!: string;
        @Property({ validate: {} as never }) value!: number;
      }
      return Two;
    });
  });
});
