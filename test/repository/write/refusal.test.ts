// Writes that a server refuses: why is found out, and what does not stand in the way any more is tried again, a few times.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, type Ledger } from 'immurepo';
import { UniqueViolationError } from '../../../src/errors.js';
import type { VerifiableSetRequest } from '../../../src/wire/immudb/schema/verifiable.js';
import { CLASSES, Counter, Member } from './entities.js';
import { HeldServer } from './held-server.js';
import { failureOf } from './outcome.js';
import { storedEntries } from './stored-entries.js';

describe('a write that is refused', () => {
  let server: HeldServer;
  let ledger: Ledger;
  let other: Ledger;
  const members = () => ledger.repository(Member);
  const sent = () => server.calls.filter((method) => method === 'VerifiableSet').length;

  beforeEach(async () => {
    server = await HeldServer.start(CLASSES);
    ledger = await server.open(true);
    other = await server.open(false);
    server.calls.length = 0;
  });
  afterEach(async () => {
    await ledger.close();
    await other.close();
    await server.close();
  });

  /** Does something when why is being asked for, so many times. */
  function whenAsked(work: (time: number) => Promise<unknown>, times = 1): void {
    let time = 0;
    server.before = async (method, request) => {
      if (method === 'GetAll' && time < times) await work(++time);
      return request;
    };
  }

  /** The server refuses all writes of `ledger`, as if a condition did not hold. */
  function refuseAll(): void {
    server.before = (method, request) => {
      if (method !== 'VerifiableSet') return Promise.resolve(request);
      const { setRequest, ...rest } = request as VerifiableSetRequest;
      const value = { key: new TextEncoder().encode('nobody') };
      const preconditions = [{ precondition: { $case: 'keyMustExist' as const, value } }];
      return Promise.resolve({ ...rest, setRequest: { ...setRequest!, preconditions } });
    };
  }

  it('for a value that was given up meanwhile is made after all', async () => {
    const others = other.repository(Member);
    for (const giveUp of [() => others.delete('a'), () => others.update('a', { email: null })]) {
      await others.upsert({ id: 'a', email: 'x' });
      whenAsked(giveUp);
      await members().save(members().create({ id: 'b', email: 'x' }));
      expect(await storedEntries(other, Member)).toEqual(['email x → b']);
      await others.delete('b');
    }
  });

  it('for a value that went to another meanwhile names that one', async () => {
    const others = other.repository(Member);
    await others.insert(others.create({ id: 'a', email: 'x' }));
    whenAsked(async () => {
      await others.delete('a');
      await others.insert(others.create({ id: 'c', email: 'x' }));
    });
    const failure = await failureOf(members().insert(members().create({ id: 'b', email: 'x' })));
    expect(failure).toBeInstanceOf(UniqueViolationError);
    expect(failure.message).toContain('Member "c" has it');
  });

  it('for a value that always comes and goes is a conflict in the end', async () => {
    const others = other.repository(Member);
    await others.insert(others.create({ id: 'a', email: 'x' }));
    server.before = async (method, request) => {
      // There when it is written, gone when one looks.
      if (method === 'VerifiableSet') await others.upsert({ id: 'a', email: 'x' });
      if (method === 'GetAll') await others.update('a', { email: null });
      return request;
    };
    const failure = await failureOf(members().insert(members().create({ id: 'b', email: 'x' })));
    expect(failure).toBeInstanceOf(ConflictError);
    expect(failure.message).toContain('A value of the unique index "email" was taken and given up again');
    expect(sent()).toBe(4);
  });

  it('for no reason that can be found is a conflict', async () => {
    const counters = ledger.repository(Counter);
    refuseAll();
    expect(await failureOf(counters.insert(counters.create({ value: 1 })))).toBeInstanceOf(ConflictError);
    expect(sent()).toBe(1);
    expect(await failureOf(members().insert(members().create({ id: 'b', email: 'x' })))).toBeInstanceOf(
      ConflictError,
    );
    expect(sent()).toBe(1 + 4);
  });

  it('is not made for ever where it overwrites', async () => {
    const counters = ledger.repository(Counter);
    refuseAll();
    const stuck = [
      () => counters.save(counters.create({ id: 'a', value: 1 }), { force: true }),
      () => counters.upsert({ id: 'a', value: 1 }),
    ];
    for (const write of stuck) {
      server.calls.length = 0;
      expect(await failureOf(write())).toBeInstanceOf(ConflictError);
      expect(sent()).toBe(20);
    }
  });
});
