// What a new entity has where nothing was given. Stored ones are left as they are.
import { describe, expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { OptionalProps } from '../../src/entity/entity-types.js';
import { t } from '../../src/entity/types/t.js';
import { codeOf, messageOf } from '../codec/code-of.js';

let made = 0;

@Entity({ name: 'ticket' })
class Ticket {
  declare [OptionalProps]?: 'status' | 'number' | 'tags' | 'closedAt' | 'urgent' | 'zero' | 'initialised';
  @Id({ generate: 'ulid' }) id!: string;
  @Property({ type: t.enum(['open', 'closed']), default: 'open' }) status!: 'open' | 'closed';
  @Property({ default: () => ++made }) number!: number;
  @Property({ type: t.array(t.string()), default: () => [] }) tags!: string[];
  @Property({ type: t.nullable(t.date()), default: null }) closedAt!: Date | null;
  @Property({ type: t.boolean(), default: false }) urgent!: boolean;
  @Property({ type: t.bigint(), default: 0n }) zero!: bigint;
  @Property({ default: 'default' }) initialised = 'initialised';
}
const tickets = schemaOf(Ticket);

test('values, and functions that are called for each entity', () => {
  made = 0;
  const [first, second] = [tickets.create({}), tickets.create({})];
  expect(first).toMatchObject({
    status: 'open',
    number: 1,
    tags: [],
    closedAt: null,
    urgent: false,
    zero: 0n,
  });
  expect(second.number).toBe(2);
  expect(second.tags).not.toBe(first.tags);
});

test('what was given, or what the class sets, wins', () => {
  made = 0;
  const ticket = tickets.create({ status: 'closed', number: 7, closedAt: new Date(0), urgent: true });
  expect(ticket).toMatchObject({ status: 'closed', number: 7, closedAt: new Date(0), urgent: true });
  expect(made).toBe(0);
  expect(ticket.initialised).toBe('initialised');
  expect(tickets.create({ status: undefined as never }).status).toBe('open');
  expect(tickets.create({ closedAt: null }).closedAt).toBeNull();
});

test('what was built by its constructor gets them when it is saved first', () => {
  const ticket = Object.assign(new Ticket(), { id: 'a', number: 1 });
  tickets.applyDefaults(ticket);
  expect(ticket).toMatchObject({ status: 'open', number: 1, tags: [] });
});

test('they are for import, too', () => {
  expect(tickets.createFromText({ urgent: 'true' })).toMatchObject({ status: 'open', urgent: true });
});

test('what is stored without a property is read without it', () => {
  const { entity } = tickets.hydrate({ id: 'a' }, tickets.keyFor('a'), 1);
  expect(Object.keys(entity)).toEqual(['id']);
});

test('one that is not of the type is refused when it is saved', () => {
  @Entity({ name: 'wrong' })
  class Wrong {
    @Id() id!: string;
    @Property({ type: t.string(), default: (() => 5) as never }) text!: string;
  }
  const schema = schemaOf(Wrong);
  const wrong = schema.create({ id: 'a' } as never);
  expect(messageOf(() => schema.toPlain(wrong))).toBe('Wrong.text must be a string, not a number.');
});

describe('an object is refused: all would share it', () => {
  test.each<[string, unknown]>([
    ['an array', []],
    ['a plain object', {}],
    ['a Date', new Date(0)],
    ['bytes', new Uint8Array()],
    ['a Map', new Map()],
  ])('%s', (_, value) => {
    @Entity({ name: 'sharing' })
    class Sharing {
      @Id() id!: string;
      @Property({ default: value }) value!: unknown;
    }
    expect(codeOf(() => schemaOf(Sharing))).toBe('TypeError');
    expect(messageOf(() => schemaOf(Sharing))).toBe(
      'Sharing.value: has an object for a default, which all would share: give a function that makes it.',
    );
  });
});
