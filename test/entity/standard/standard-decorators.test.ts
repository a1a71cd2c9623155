// What only standard decorators can be put on, and vitest itself in that mode: the tsconfig of this folder sets it.
import { expect, test } from 'vitest';

import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { messageOf } from '../../codec/code-of.js';

test('vitest compiles this folder to standard decorators, and entities work', () => {
  const kinds: unknown[] = [];
  const note = (_: undefined, context: ClassFieldDecoratorContext): void => {
    kinds.push(context.kind);
  };
  @Entity({ name: 'account' })
  class Account {
    @note @Id() id!: string;
    @Property() private note?: string;
    show(): string {
      return `${this.id} ${this.note ?? ''}`;
    }
  }
  expect(kinds).toEqual(['field']);
  expect(schemaOf(Account).properties.map(({ property }) => property)).toEqual(['id', 'note']);
});

test('a #private field is refused', () => {
  const define = (): unknown => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error out of reach
      @Property() #pin = '1234';
      show(): string {
        return this.#pin;
      }
    }
    return schemaOf(Account);
  };
  expect(messageOf(define)).toBe(
    'Account.#pin: @Property() cannot reach a #private field: use the keyword private.',
  );
});

test('an accessor is refused: its value lives in a #private field', () => {
  const define = (): unknown => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error not a field
      @Property() accessor balance = 0n;
    }
    return schemaOf(Account);
  };
  expect(messageOf(define)).toBe('Account.balance: @Property() belongs on a field, not on an accessor.');
});

test('a setter is refused', () => {
  const define = (): unknown => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error not a field
      @Property() set balance(value: bigint) {
        this.id = String(value);
      }
    }
    return schemaOf(Account);
  };
  expect(messageOf(define)).toBe('Account.balance: @Property() belongs on a field, not on a setter.');
});

test('without metadata the decorators say what to do', () => {
  const context = { kind: 'field', name: 'id', static: false, private: false, metadata: undefined };
  expect(
    messageOf(() => {
      Id()(undefined, context as never);
    }),
  ).toMatch(/^id: this decorator got no metadata to write to\. Import immurepo before/);
  const classContext = { kind: 'class', name: 'Account', metadata: undefined };
  expect(
    messageOf(() => {
      Entity({ name: 'account' })(class Account {}, classContext as never);
    }),
  ).toMatch(/^Account: this decorator got no metadata/);
});
