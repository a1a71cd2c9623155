// Which decorators show that a copy of class-transformer knows a class: each of them alone, and none.

import 'reflect-metadata';
import * as library from 'class-transformer';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { describe, expect, it, test } from 'vitest';

import { classTransformer } from '../../src/adapters/index.js';
import type { EntityClass } from '../../src/entity/entity-types.js';

const noted = (type: unknown): PropertyDecorator => Reflect.metadata('design:type', type);
const problemsOf = (entityClass: EntityClass, options = {}) =>
  classTransformer(library, options).problemsOf(entityClass, ['id', 'value']);

const decorated: Readonly<Record<string, PropertyDecorator>> = {
  '@Type of a class': Type(() => Date),
  '@Type that changes nothing': Type(() => Object),
  '@Expose': Expose(),
  '@Expose with a name': Expose({ name: 'stored' }),
  '@Expose toPlainOnly': Expose({ toPlainOnly: true }),
  '@Expose toClassOnly': Expose({ toClassOnly: true }),
  '@Expose for a group': Expose({ groups: ['admin'] }),
  '@Exclude': Exclude(),
  '@Exclude toPlainOnly': Exclude({ toPlainOnly: true }),
  '@Exclude toClassOnly': Exclude({ toClassOnly: true }),
  '@Transform of texts': Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : value,
  ),
  '@Transform toPlainOnly': Transform(({ value }: { value: unknown }) => [value], { toPlainOnly: true }),
  '@Transform toClassOnly': Transform(({ value }: { value: unknown }) => [value], { toClassOnly: true }),
  '@Transform that fails on what it does not expect': Transform(({ value }: { value: string }) =>
    value.toUpperCase(),
  ),
};

describe('one property with', () => {
  it.each(Object.entries(decorated))('%s', (_, decorate) => {
    class Account {
      id!: string;
      @decorate value!: unknown;
    }
    expect(problemsOf(Account)).toEqual([]);
  });
});

const onClass: Readonly<Record<string, ClassDecorator>> = { '@Exclude': Exclude(), '@Expose': Expose() };

describe('a class with', () => {
  it.each(Object.entries(onClass))('%s', (_, decorate) => {
    @decorate
    class Account {
      id!: string;
      value!: unknown;
    }
    expect(problemsOf(Account)).toEqual([]);
  });

  it('decorators on its base', () => {
    class Base {
      @Type(() => Date) value!: unknown;
    }
    class Account extends Base {}
    expect(problemsOf(Account)).toEqual([]);
  });

  it('target maps beside it', () => {
    class Account {
      id!: string;
    }
    expect(problemsOf(Account, { targetMaps: [{ target: Account, properties: { id: String } }] })).toEqual(
      [],
    );
  });
});

const UNKNOWN = [
  'class-transformer knows no decorators of it: pass classTransformer() the very module the class has them from ' +
    '(`npm ls class-transformer` shows whether there are two), put one on it, or leave out the hydrator',
];

test('a class without decorators of the library is refused', () => {
  class Account {
    id = 'initialised';
    value?: unknown;
  }
  expect(problemsOf(Account)).toEqual(UNKNOWN);
});

test('what reflect-metadata knows is no decorator of the library', () => {
  class Account {
    @noted(String) id!: string;
  }
  expect(problemsOf(Account)).toEqual(UNKNOWN);
});

test('a @Transform that no value shows is refused, as the message says', () => {
  class Account {
    id!: string;
    @Transform(({ value }: { value: unknown }) => value) value!: unknown;
  }
  expect(problemsOf(Account)).toEqual(UNKNOWN);
});

test('a constructor that needs arguments is refused, with its error', () => {
  class Account {
    @Expose() id: string;
    constructor(given: { id: string }) {
      this.id = given.id;
    }
  }
  expect(problemsOf(Account)).toEqual([
    'class-transformer runs the constructor without arguments, which fails: ' +
      "TypeError: Cannot read properties of undefined (reading 'id')",
  ]);
});

const values = {
  Uint8Array: [Uint8Array, 'a Uint8Array', 'declare a Buffer with @Type(() => Buffer)'],
  Buffer: [Buffer, 'a Buffer', 'declare a Buffer with @Type(() => Buffer)'],
  Set: [Set, 'a Set', 'turn it into an array and back with @Transform'],
  Map: [Map, 'a Map', 'turn it into an array and back with @Transform'],
  URL: [URL, 'a URL', 'turn it into a text and back with @Transform'],
  RegExp: [RegExp, 'a RegExp', 'turn it into a text and back with @Transform'],
} as const;

describe('a property whose content would be lost is refused', () => {
  it.each(Object.entries(values))('if reflect-metadata notes %s', (_, [type, what, remedy]) => {
    class Account {
      @Expose() id!: string;
      @noted(type) value!: unknown;
    }
    const problem = `value is ${what}, whose content class-transformer loses: ${remedy}`;
    expect(problemsOf(Account)).toEqual([problem]);
  });

  it.each([
    [Uint8Array, 'a Uint8Array'],
    [Set, 'a Set'],
  ])('if it is @Type of %o', (type, what) => {
    class Account {
      id!: string;
      @Type(() => type) value!: unknown;
    }
    expect(problemsOf(Account)).toEqual([expect.stringContaining(`value is ${what}, whose content`)]);
  });

  it('and not if decorators see to it', () => {
    class Account {
      @Type(() => Buffer) @noted(Buffer) id!: Buffer;
      @noted(Set)
      @Transform(({ value }: { value: Set<string> }) => [...value], { toPlainOnly: true })
      @Transform(({ value }: { value: string[] }) => new Set(value), { toClassOnly: true })
      value!: Set<string>;
    }
    expect(problemsOf(Account)).toEqual([]);
  });

  it('and not if functions of @Transform take no such sample', () => {
    class Account {
      id!: string;
      @noted(Map)
      @Transform(({ value }: { value: Map<string, Date> }) => [...value].map(([k, v]) => [k, v.getTime()]), {
        toPlainOnly: true,
      })
      value!: Map<string, Date>;
    }
    expect(problemsOf(Account)).toEqual([]);
  });
});
