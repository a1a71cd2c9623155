// Entities for the tests of writing: found in many ways, and not found where a value is missing.

import { Entity, Id, type IdProps, Index, Property } from 'immurepo';
import type { IndexProps } from '../../../src/entity/where-types.js';

@Entity({ name: 'member', version: 2 })
@Index({ name: 'by-seat', on: ['hall', 'seat'], unique: true })
export class Member {
  declare [IndexProps]?: 'email' | 'city' | 'badge' | 'hall' | 'seat';
  @Id() id!: string;
  @Index({ unique: true }) email?: string | null | undefined;
  @Index({ unique: true }) badge?: Uint8Array | undefined;
  @Index() city?: string | null | undefined;
  @Property() hall?: string | undefined;
  @Property() seat?: number | null | undefined;
  @Property() note?: string | undefined;
}

/** How many index entries a member has who is found in every way. */
export const INDEXES_OF_MEMBER = 4;

/** An id of two parts. */
@Entity({ name: 'locker' })
export class Locker {
  declare [IdProps]?: 'hall' | 'number';
  declare [IndexProps]?: 'owner';
  @Id() hall!: string;
  @Id() number!: bigint;
  @Index({ unique: true }) owner?: string | undefined;
}

/** Nothing but an id and a value: found by its id only. */
@Entity({ name: 'counter' })
export class Counter {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() value!: number;
}

/** All classes of these tests. */
export const CLASSES = [Member, Locker, Counter];
