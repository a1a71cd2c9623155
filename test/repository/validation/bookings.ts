// What the tests of validation store, and what is wrong with it.

import { Entity, Id, type IdProps, type Ledger, Property } from 'immurepo';
import type { CreateData } from 'immurepo/extend';
import type { ValidationIssue } from '../../../src/entity/validator.js';
import { z } from 'zod';

/** Each property and the whole have something to say. */
@Entity<Booking>({
  name: 'booking',
  validate: (booking) => (booking.from <= booking.to ? undefined : [{ message: 'ends before it begins' }]),
})
export class Booking {
  declare [IdProps]?: 'number';
  @Id() number!: string;
  @Property({ name: 'who', validate: z.string().min(1, 'is nobody') }) guest!: string;
  @Property() from!: number;
  @Property() to!: number;
  @Property({ validate: lengthsOf }) rooms!: readonly { beds: number }[];
}

function lengthsOf(rooms: unknown): ValidationIssue[] {
  return (rooms as Booking['rooms']).flatMap(({ beds }, at) =>
    beds > 0 ? [] : [{ message: 'sleeps nobody', path: [at, 'beds'] }],
  );
}

/** One that may be stored, but for what is said otherwise. */
export function booking(ledger: Ledger, data: Partial<CreateData<Booking>> = {}): Booking {
  return ledger.repository(Booking).create({ number: 'a', guest: 'Ada', from: 1, to: 2, rooms: [], ...data });
}
