// What a base declares of types, defaults, hidden properties and what refers to it: taken over, and changed without a leak.
import { expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { Hidden } from '../../src/entity/hidden.js';
import { Index } from '../../src/entity/index-decorator.js';
import { Many } from '../../src/entity/many.js';
import { Ref } from '../../src/entity/ref.js';
import { t } from '../../src/entity/types/t.js';
import { messageOf } from '../codec/code-of.js';

abstract class Party {
  @Id({ generate: 'ulid' }) id!: string;
  @Property({ type: t.string(), default: 'unnamed' }) name?: string;
  @Property({ type: t.enum(['a', 'b']), default: 'a' }) kind?: string;
  @Hidden() @Property({ type: t.bigint(), name: 't' }) taxNumber?: bigint;

  get label(): string {
    return `${this.name ?? ''} (${this.kind ?? ''})`;
  }
}

@Entity({ name: 'person' })
class Person extends Party {
  @Hidden() @Property({ type: t.date() }) bornOn?: Date;
  @Property({ type: t.enum(['c']), default: 'c' }) override kind?: string = undefined;
  @Many(() => Visit, 'visitor') visits!: Many<Visit>;
}

@Entity({ name: 'company' })
class Company extends Party {
  @Property({ type: t.bigint(), name: 'tax' }) override taxNumber?: bigint = undefined;
  @Property({ type: t.ref(() => Person) }) head?: Ref<Person>;
}

@Entity({ name: 'visit' })
class Visit {
  @Id() id!: string;
  @Index() @Property({ type: t.ref(() => Person) }) visitor!: Ref<Person>;
}

const set = entitySchemas([Person, Company, Visit]);
const [people, companies] = [set.of(Person), set.of(Company)];

test('types, defaults and stored names are those of the base, unless it is said otherwise', () => {
  const [person, company] = [people.create({}), companies.create({})];
  expect(person.label).toBe('unnamed (c)');
  expect(company.label).toBe('unnamed (a)');
  expect(people.toPlain(Object.assign(person, { id: 'p', taxNumber: 5n }))).toEqual({
    id: 'p',
    name: 'unnamed',
    kind: 'c',
    t: 5n,
  });
  expect(companies.toPlain(Object.assign(company, { id: 'c', taxNumber: 5n }))).toEqual({
    id: 'c',
    name: 'unnamed',
    kind: 'a',
    tax: 5n,
  });
  person.kind = 'a';
  expect(messageOf(() => people.toPlain(person))).toBe('Person.kind must be one of "c", not "a".');
  company.kind = 'c';
  expect(messageOf(() => companies.toPlain(company))).toBe('Company.kind must be one of "a", "b", not "c".');
});

test('what is hidden stays so, and of one subclass is not of the other', () => {
  const values = { id: 'x', name: 'n', kind: 'a', taxNumber: 1n, bornOn: new Date(0) };
  expect(JSON.parse(JSON.stringify(Object.assign(new Person(), values)))).toEqual({
    id: 'x',
    name: 'n',
    kind: 'a',
  });
  expect(JSON.parse(JSON.stringify(Object.assign(new Company(), values)))).toEqual({
    id: 'x',
    name: 'n',
    kind: 'a',
    bornOn: '1970-01-01T00:00:00.000Z',
  });
});

test('what refers to one refers to no other', () => {
  expect(people.create({}).visits).toHaveProperty('find');
  expect(companies.create({})).not.toHaveProperty('visits');
  expect(Reflect.get(Party.prototype, 'visits')).toBeUndefined();
});

test('a base that is itself an entity: what refers to it does not refer to a subclass, which has to say what does', () => {
  @Entity({ name: 'guest' })
  class Guest extends Person {
    note?: string;
  }
  expect(messageOf(() => entitySchemas([Person, Visit, Guest]))).toBe(
    'Guest.visits: Visit.visitor does not refer to Guest: declare it with t.ref(() => Guest).',
  );
  expect(schemaOf(Guest).properties).toHaveLength(people.properties.length);
});

test('a reference to a subclass is none to its base', () => {
  @Entity({ name: 'employee' })
  class Employee extends Company {
    note?: string;
  }
  const [, , employees] = entitySchemas([Person, Visit, Employee, Company]).schemas;
  expect(employees?.className).toBe('Employee');
  const company = companies.create({ id: 'c', head: Ref.to(Employee, 'e') as never });
  expect(messageOf(() => companies.toPlain(company))).toBe(
    'Company.head must be a Ref to Person, not to Employee.',
  );
});
