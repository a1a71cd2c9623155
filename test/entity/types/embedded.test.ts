// Classes inside of entities: stored by their stored names, read back as instances, nothing lost on the way.
import { describe, expect, test } from 'vitest';

import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { defineEntity } from '../../../src/entity/define-entity.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { Hidden } from '../../../src/entity/hidden.js';
import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { thingOf } from '../thing-of.js';

class Address {
  @Property({ type: t.string() }) city!: string;
  @Property({ type: t.array(t.string()), name: 'l', default: () => ['none'] }) lines!: string[];
  @Hidden() @Property({ type: t.number() }) code?: number;
  note?: string;

  get label(): string {
    return `${this.city}: ${this.lines.join()}`;
  }
}

class PostBox extends Address {
  @Property({ type: t.string() }) box?: string;
}

class Node {
  @Property({ type: t.string() }) name!: string;
  @Property({ type: t.embedded(() => Node) }) next?: Node;
  @Property({ type: t.array(t.embedded(() => Node)) }) children?: Node[];
}

const address = (values: Partial<Address>): Address => Object.assign(new Address(), values);
const node = (values: Partial<Node>): Node => Object.assign(new Node(), values);
const thing = thingOf(t.embedded(() => Address));

test('is stored by stored names, without what is undefined or not declared', () => {
  const stored = thing.store(address({ city: 'Wien', lines: ['Ring 1'], note: 'x' }));
  expect(stored).toStrictEqual({ city: 'Wien', l: ['Ring 1'] });
});

test('is read as an instance, its constructor not run and no default filled in', () => {
  const read = thing.read({ city: 'Wien' }) as Address;
  expect(read).toBeInstanceOf(Address);
  expect(Object.entries(read)).toEqual([['city', 'Wien']]);
  expect((thing.read({ city: 'Wien', l: ['a', 'b'] }) as Address).label).toBe('Wien: a,b');
  expect(thing.read(Object.assign(Object.create(null) as object, { city: 'Wien' }))).toBeInstanceOf(Address);
});

test('an error leads inside', () => {
  expect(messageOf(() => thing.store(address({ city: 'Wien', lines: ['a', 1 as never] })))).toBe(
    'Thing.value.lines[1] must be a string, not a number.',
  );
  expect(messageOf(() => thing.read({ city: 1 }))).toMatch(
    'declared: Thing.value.city must be a string, not a number.',
  );
  expect(messageOf(() => thing.ofText('{"city": 1}'))).toBe(
    'Thing.value.city must be a string, not a number.',
  );
});

test('what is no instance is refused; what is no object is unreadable', () => {
  for (const other of [{ city: 'Wien' }, new Node(), 'Wien', [], null]) {
    expect(codeOf(() => thing.store(other))).toBe('VALUE_REFUSED');
    expect(messageOf(() => thing.store(other))).toMatch('Thing.value must be an instance of Address, not ');
  }
  for (const other of ['Wien', [], new Map(), new Date(0), null])
    expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
});

test('what the class does not declare survives a load and a save, each instance its own', () => {
  const type = t.map(t.string(), t.array(t.embedded(() => Address)));
  const stored = new Map([
    ['a', [{ city: 'Wien', country: 'AT', geo: { lat: 1.5 } }]],
    ['b', [{ city: 'Graz' }, { city: 'Linz', zip: 4020n }]],
  ]);
  const read = thingOf(type).read(stored) as Map<string, Address[]>;
  read.get('b')![0]!.city = 'Graz 2';
  expect(read.get('a')![0]).not.toHaveProperty('country');
  const again = thingOf(type).store(read) as typeof stored;
  expect(again.get('a')).toStrictEqual(stored.get('a'));
  expect(again.get('b')).toStrictEqual([{ city: 'Graz 2' }, { city: 'Linz', zip: 4020n }]);
});

test('an instance of a subclass is stored as the declared class, and read as that', () => {
  const stored = thing.store(Object.assign(new PostBox(), { city: 'Wien', box: '7' }));
  expect(stored).toStrictEqual({ city: 'Wien' });
  const special = thingOf(t.embedded(() => PostBox));
  expect(special.read({ city: 'Wien', box: '7' })).toBeInstanceOf(PostBox);
  expect(codeOf(() => special.store(address({ city: 'Wien' })))).toBe('VALUE_REFUSED');
});

describe('plain objects given', () => {
  test('become instances, with defaults; instances stay what they are', () => {
    const made = thing.create({ city: 'Wien' }) as Address;
    expect(made).toBeInstanceOf(Address);
    expect(made.lines).toEqual(['none']);
    const own = address({ city: 'Wien' });
    expect(thing.create(own)).toBe(own);
    expect(thingOf(t.array(t.embedded(() => Address))).create([{ city: 'Wien' }, own])).toEqual([
      expect.any(Address),
      own,
    ]);
    const nullable = thingOf(t.nullable(t.embedded(() => Address)));
    expect(nullable.create(null)).toBeNull();
    expect(nullable.create({ city: 'Wien' })).toBeInstanceOf(Address);
  });

  test('inside of Sets and Maps, too', () => {
    const inMap = thingOf(
      t.map(
        t.string(),
        t.embedded(() => Address),
      ),
    ).create(new Map([['home', { city: 'Wien' }]]));
    expect((inMap as Map<string, Address>).get('home')).toBeInstanceOf(Address);
    const inSet = thingOf(t.set(t.embedded(() => Address))).create(new Set([{ city: 'Wien' }]));
    expect([...(inSet as Set<Address>)][0]).toBeInstanceOf(Address);
  });

  test('become instances by update and by default, too', () => {
    class Person {
      id = 'p';
      home?: Address;
    }
    defineEntity({
      class: Person,
      name: 'person',
      properties: {
        id: { type: t.string(), id: true },
        home: { type: t.embedded(() => Address), default: () => ({ city: 'Graz' }) },
      },
    });
    const schema = schemaOf(Person);
    const person = schema.create({});
    expect(person.home).toBeInstanceOf(Address);
    const home: Pick<Address, 'city' | 'lines' | 'label'> = { city: 'Linz', lines: [], label: '' };
    Reflect.deleteProperty(home, 'label');
    schema.assign(person, { home });
    expect(person.home).toBeInstanceOf(Address);
    expect(person.home?.city).toBe('Linz');
  });

  test('with a property that is not declared are refused', () => {
    for (const given of [
      { city: 'Wien', label: 'x' },
      JSON.parse('{"__proto__": {"city": "x"}}') as object,
    ]) {
      expect(codeOf(() => thing.create(given))).toBe('TypeError');
      expect(messageOf(() => thing.create(given))).toMatch(/^Address\.(label|__proto__) cannot be set: /);
      expect(messageOf(() => thing.ofText(JSON.stringify(given)))).toMatch(
        /^Address\.(label|__proto__) cannot be set: /,
      );
    }
    expect(Reflect.get({}, 'city')).toBeUndefined();
  });

  test('of a class whose constructor needs arguments', () => {
    class Point {
      constructor(at: { x: number }) {
        this.x = at.x;
      }
      @Property({ type: t.number() }) x: number;
    }
    const point = thingOf(t.embedded(() => Point));
    expect(messageOf(() => point.create({ x: 1 }))).toBe(
      'Point cannot be built without constructor arguments: build it yourself and save it.',
    );
    expect(point.read({ x: 1 })).toBeInstanceOf(Point);
  });
});

test('a text is JSON of its properties, each read for what it is declared to be', () => {
  const made = thing.ofText('{"city": "Wien", "lines": ["a"], "code": "1010"}') as Address;
  expect(made).toBeInstanceOf(Address);
  expect(made).toMatchObject({ city: 'Wien', lines: ['a'], code: 1010 });
  for (const text of ['', '[]', 'null', 'Wien', 1, null])
    expect(codeOf(() => thing.ofText(text))).toBe('VALUE_REFUSED');
});

describe('a class inside of itself', () => {
  const tree = thingOf(t.embedded(() => Node));

  test('is stored and read to any depth', () => {
    const value = node({ name: 'a', next: node({ name: 'b', children: [node({ name: 'c' })] }) });
    const stored = { name: 'a', next: { name: 'b', children: [{ name: 'c' }] } };
    expect(tree.store(value)).toStrictEqual(stored);
    expect(tree.read(stored)).toEqual(value);
    expect(messageOf(() => tree.read({ name: 'a', next: { name: 'b', children: [{ name: 1 }] } }))).toMatch(
      'Thing.value.next.children[0].name must be a string, not a number.',
    );
    expect(tree.mayRespell).toBe(false);
  });

  test('that leads back to itself is refused, naming the property', () => {
    const value = node({ name: 'a' });
    value.next = node({ name: 'b', children: [value] });
    expect(codeOf(() => tree.store(value))).toBe('VALUE_REFUSED');
    expect(messageOf(() => tree.store(value))).toBe(
      'Thing.value.next.children[0] leads back to itself, and cannot be stored.',
    );
    // Said of what was tried, not of the class.
    value.next.children = [];
    expect(tree.store(value)).toStrictEqual({ name: 'a', next: { name: 'b', children: [] } });
  });

  test('the same instance in two places is stored twice', () => {
    const twice = node({ name: 'a' });
    const stored = { name: 'b', next: { name: 'a' }, children: [{ name: 'a' }, { name: 'a' }] };
    expect(tree.store(node({ name: 'b', next: twice, children: [twice, twice] }))).toStrictEqual(stored);
  });

  test('deeper than any codec stores is refused, however deep it is', () => {
    let value = node({ name: 'a' });
    for (let depth = 0; depth < 100_000; depth++) value = node({ name: 'b', next: value });
    expect(codeOf(() => tree.store(value))).toBe('VALUE_REFUSED');
    expect(messageOf(() => tree.store(value))).toMatch(
      / is nested more than 64 levels deep, and cannot be stored\.$/,
    );
  });
});

test('two classes inside of each other: whether they may be spelled anew does not depend on who asks first', () => {
  class Left {
    @Property({ type: t.embedded(() => Right) }) right?: object;
    @Property({ type: t.custom({ name: 'a text', toStored: String, fromStored: String }) }) text?: string;
  }
  class Right {
    @Property({ type: t.embedded(() => Left) }) left?: Left;
  }
  @Entity({ name: 'one' })
  class One {
    @Id() id!: string;
    @Property({ type: t.embedded(() => Left) }) left?: Left;
  }
  @Entity({ name: 'two' })
  class Two {
    @Id() id!: string;
    @Property({ type: t.embedded(() => Right) }) right?: Right;
  }
  for (const classes of [
    [One, Two],
    [Two, One],
  ]) {
    expect(entitySchemas(classes).schemas.map(({ mayRespell }) => mayRespell)).toEqual([true, true]);
  }
});

test('hidden inside', () => {
  expect(JSON.stringify(thing.create({ city: 'Wien', code: 1010 }))).toBe('{"city":"Wien","lines":["none"]}');
});

describe('misuse', () => {
  class Bare {
    city?: string;
  }
  @Entity({ name: 'customer' })
  class Customer {
    @Id() id!: string;
  }
  class Misplaced {
    @Property() a?: string;
  }
  // As a compiler calls a legacy decorator, on a method.
  Property()(Misplaced.prototype, 'close', { value: () => 1 } as never);

  test.each<[string, () => unknown, string]>([
    [
      'no fields',
      () => thingOf(t.embedded(() => Bare)),
      'Bare has no fields to store: put @Property() on them.',
    ],
    [
      'an entity',
      () => thingOf(t.embedded(() => Customer)),
      'Customer has an @Id() and is embedded: refer to it by t.ref, or use @Property().',
    ],
    [
      'a misplaced decorator',
      () => thingOf(t.embedded(() => Misplaced)),
      'Misplaced.close: @Property() belongs on a field, not on a method.',
    ],
    [
      'a class, not a function',
      () => t.embedded(Address as never),
      't.embedded takes a function that returns the class: t.embedded(() => Customer).',
    ],
    [
      'nothing',
      () => t.embedded(undefined as never),
      't.embedded takes a function that returns the class: t.embedded(() => Customer).',
    ],
    [
      'a function that returns no class',
      () => thingOf(t.embedded(() => 1 as never)),
      't.embedded(() => 1) gives no class. If it is imported, the modules may import each other before either is ' +
        'complete: open the ledger only after all of them are loaded.',
    ],
  ])('%s', (_, define, message) => {
    expect(codeOf(define)).toBe('TypeError');
    expect(messageOf(define)).toBe(message);
  });
});
