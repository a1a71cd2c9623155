// Where decorators leave what they note: on the class, and only there.
import { describe, expect, test } from 'vitest';

import { declarationIn, metadataOf, ownDeclaration } from '../../src/entity/declaration.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { METADATA } from '../../src/entity/symbol-metadata.js';

test('Symbol.metadata exists and cannot be replaced', () => {
  expect(Symbol.metadata).toBe(METADATA);
  expect(typeof METADATA).toBe('symbol');
  expect(Object.getOwnPropertyDescriptor(Symbol, 'metadata')).toMatchObject({
    writable: false,
    configurable: false,
  });
});

describe('legacy decorators', () => {
  test('write where standard ones would', () => {
    class Base {
      @Property() a?: string;
    }
    class Sub extends Base {
      @Property() b?: string;
    }
    expect(Object.hasOwn(Base, METADATA)).toBe(true);
    expect(Object.getPrototypeOf(metadataOf(Sub))).toBe(metadataOf(Base));
    expect([...ownDeclaration(Base)!.fields.keys()]).toEqual(['a']);
    expect([...ownDeclaration(Sub)!.fields.keys()]).toEqual(['a', 'b']);
  });

  test('leave metadata of others alone', () => {
    class Account {
      @Id() id!: string;
    }
    const metadata = metadataOf(Account);
    Reflect.set(metadata, 'other', 1);
    Entity({ name: 'account' })(Account);
    expect(metadataOf(Account)).toBe(metadata);
    expect(Reflect.get(metadata, 'other')).toBe(1);
    expect(Object.keys(metadata)).toEqual(['other']);
  });

  test('Babel passes a descriptor with an initializer for a field', () => {
    class Account {
      id!: string;
    }
    const descriptor = { configurable: true, enumerable: true, writable: true, initializer: null };
    Id()(Account.prototype, 'id', descriptor as never);
    Entity({ name: 'account' })(Account);
    expect(schemaOf(Account).idProperties).toHaveLength(1);
  });
});

test('a base with standard metadata and a subclass with legacy decorators, and the reverse', () => {
  class Base {}
  const metadata = {};
  Object.defineProperty(Base, METADATA, { value: metadata });
  Property()(undefined, { kind: 'field', name: 'a', static: false, private: false, metadata } as never);
  class Sub extends Base {
    @Id() id!: string;
  }
  Entity({ name: 'sub' })(Sub);
  expect(schemaOf(Sub).properties.map(({ property }) => property)).toEqual(['a', 'id']);

  const standard = Object.create(metadataOf(Sub)) as object;
  Property()(undefined, {
    kind: 'field',
    name: 'b',
    static: false,
    private: false,
    metadata: standard,
  } as never);
  expect([...declarationIn(standard).fields.keys()]).toEqual(['a', 'id', 'b']);
  expect(schemaOf(Sub).properties).toHaveLength(2);
});

test('nothing was declared on a class without decorators', () => {
  class Plain {}
  expect(ownDeclaration(Plain)).toBeUndefined();
  expect(Object.hasOwn(Plain, METADATA)).toBe(false);
});
