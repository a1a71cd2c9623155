// An index is on what is stored: types whose values are stored as something else, or as several, are refused when the class is
// read.

import { expect, test } from 'vitest';
import { Entity, Id, type IdProps, Index, Property, type Ref, t } from 'immurepo';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { messageOf } from '../codec/code-of.js';

const folded = t.custom({
  name: 'an address',
  toStored: (text: string) => text.toLowerCase(),
  fromStored: (text: string) => text,
});

@Entity({ name: 'line' })
class Line {
  declare [IdProps]?: 'order' | 'number';
  @Id() order!: string;
  @Id() number!: number;
}

test('a type of one’s own is indexed by a getter only', () => {
  @Entity({ name: 'member' })
  class Member {
    @Id() id!: string;
    @Index({ unique: true }) @Property({ type: folded }) email!: string;
  }
  expect(messageOf(() => entitySchemas([Member]))).toBe(
    'Member.email: has a type that no index can find by: put the index on a getter that gives what a key can hold.',
  );
});

test('a reference to an id of several properties is not indexed', () => {
  @Entity({ name: 'complaint' })
  class Complaint {
    @Id() id!: string;
    @Index() @Property({ type: t.ref(() => Line) }) line!: Ref<Line>;
  }
  expect(messageOf(() => entitySchemas([Complaint, Line]))).toBe(
    'Complaint.line: refers to Line, whose id has several properties, by which no index finds: put the index on a getter.',
  );
});

test('what is stored as it is, and may be null, is', () => {
  @Entity({ name: 'account' })
  class Account {
    @Id() id!: string;
    @Index() @Property({ type: t.nullable(t.date()) }) closed: Date | null = null;
    @Index() @Property({ type: t.enum(['a', 'b']) }) kind!: 'a' | 'b';
    @Index() @Property({ type: t.any<number>() }) rank!: number;
  }
  const [schema] = entitySchemas([Account]).schemas;
  expect(schema?.indexes.map(({ name }) => name)).toEqual(['closed', 'kind', 'rank']);
});
