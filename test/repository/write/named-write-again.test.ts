// A write under an idempotency key is the same write, whichever process makes it again: also where, the first time, one of
// its entities held what was stored already, so that nothing had to be written for it.

import type { Ledger } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Person } from '../../model/expect/entities.js';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await memoryLedger({ entities: [Person] });
});
afterEach(() => ledger.close());

it('takes a batch made again for the same, of which a part was unchanged the first time', async () => {
  const people = ledger.repository(Person);
  const a = await people.save(people.create({ id: 'a', note: 'x' }));
  const b = await people.save(people.create({ id: 'b', note: 'y' }));
  b.note = 'z';
  await people.saveMany([a, b], { idempotencyKey: 'k' });
  const again = [people.create({ id: 'a', note: 'x' }), people.create({ id: 'b', note: 'z' })];
  await expect(people.saveMany(again, { idempotencyKey: 'k' })).resolves.toHaveLength(2);
  expect(await people.history('b')).toHaveLength(2);
});
