// With reflect-metadata, what emitDecoratorMetadata noted makes some mistakes known before anything is stored.
import 'reflect-metadata';
import { expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { Index } from '../../src/entity/index-decorator.js';
import { messageOf } from '../codec/code-of.js';

/** As tsc with emitDecoratorMetadata calls it. */
const type = (designType: unknown): PropertyDecorator => Reflect.metadata('design:type', designType);

test.each<[unknown, string]>([
  [Number, 'Account.id: is declared as Number, but a ulid is a string.'],
  [Date, 'Account.id: is declared as Date, but a ulid is a string.'],
  [Array, 'Account.id: is declared as Array, which cannot be an id.'],
  [Function, 'Account.id: is declared as Function, which cannot be stored.'],
])('an id generated as ulid but declared as %o', (designType, message) => {
  @Entity({ name: 'account' })
  class Account {
    @Id({ generate: 'ulid' }) @type(designType) id!: string;
  }
  expect(messageOf(() => schemaOf(Account))).toBe(message);
});

test.each<[unknown, string]>([
  [Promise, 'Account.next: is declared as Promise, which cannot be stored.'],
  [Symbol, 'Account.next: is declared as Symbol, which cannot be stored.'],
  [Function, 'Account.next: is declared as Function, which cannot be stored.'],
])('a property declared as %o', (designType, message) => {
  @Entity({ name: 'account' })
  class Account {
    @Id() id!: string;
    @Property() @type(designType) next?: unknown;
  }
  expect(messageOf(() => schemaOf(Account))).toBe(message);
});

test('types that say nothing, or something sound, change nothing', () => {
  class Address {
    city?: string;
  }
  @Entity({ name: 'account' })
  class Account {
    @Id({ generate: 'ulid' }) @type(String) id!: string;
    @Id() @type(Object) union!: string;
    @Id() @type(Date) when!: Date;
    @Property() @type(undefined) circular?: unknown;
    @Property() @type(Address) address?: Address;
    @Property() @type(Map) map?: Map<string, string>;
  }
  expect(schemaOf(Account).properties).toHaveLength(6);
});

test('an index on what no key holds', () => {
  class Address {
    city?: string;
  }
  @Entity({ name: 'account' })
  @Index({ name: 'by-list', on: ['list'] })
  class Account {
    @Id() id!: string;
    @Index() @type(Address) address!: string;
    @Index() @type(Function) callback!: string;
    @Property() @type(Array) list!: string;
    @Index() @type(Map) get map(): string {
      return this.list;
    }
  }
  // Of a field that cannot be stored at all, that is said first.
  expect(messageOf(() => schemaOf(Account))).toBe(
    'Account.callback: is declared as Function, which cannot be stored.',
  );
  Reflect.defineMetadata('design:type', String, Account.prototype, 'callback');
  expect(messageOf(() => schemaOf(Account))).toBe(
    'Account.address: is declared as Address, which no index can hold; ' +
      'Account.map: is declared as Map, which no index can hold; ' +
      'Account.list: is declared as Array, which no index can hold.',
  );
});

test('an index on what a key holds, or on what is not known', () => {
  class Digest extends Uint8Array {}
  @Entity({ name: 'account' })
  class Account {
    @Id() @Index() @type(String) id!: string;
    @Index() @type(Number) number!: number;
    @Index() @type(BigInt) bigint!: bigint;
    @Index() @type(Boolean) boolean!: boolean;
    @Index() @type(Date) date!: Date;
    @Index() @type(Uint8Array) bytes!: Uint8Array;
    @Index() @type(Buffer) buffer!: Buffer;
    @Index() @type(Digest) digest!: Digest;
    @Index() @type(Object) union!: string | number;
    @Index() @type(undefined) unknown!: string;
    @Index() @type(String) get text(): string {
      return this.id;
    }
  }
  expect(schemaOf(Account).indexes).toHaveLength(11);
});
