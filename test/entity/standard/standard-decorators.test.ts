// What only standard decorators can be put on, and vitest itself in that mode: the tsconfig of this folder sets it.
import { expect, test } from 'vitest';

import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { Index } from '../../../src/entity/index-decorator.js';
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

test('what is out of reach, or has no value of its own, is not indexed', () => {
  const hidden = (): unknown => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error out of reach
      @Index() get #pin(): string {
        return this.id;
      }
      show(): string {
        return this.#pin;
      }
    }
    return schemaOf(Account);
  };
  expect(messageOf(hidden)).toBe(
    'Account.#pin: @Index() cannot reach a #private getter: use the keyword private.',
  );
  const others = (): unknown => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error its value lives in a #private field
      @Index() accessor balance = 0n;
      // @ts-expect-error nothing to read
      @Index() set limit(value: bigint) {
        this.balance = value;
      }
    }
    return schemaOf(Account);
  };
  expect(messageOf(others)).toBe(
    'Account.balance: @Index() belongs on a field or a getter, not on an accessor; ' +
      'Account.limit: @Index() belongs on a field or a getter, not on a setter.',
  );
});

test('an index on a private field, and on a getter beside its setter', () => {
  @Entity({ name: 'account' })
  class Account {
    @Id() id!: string;
    @Index() private note?: string;
    @Index() get label(): string {
      return this.note ?? '';
    }
    set label(label: string) {
      this.note = label;
    }
  }
  const { indexes } = schemaOf(Account);
  const account = Object.assign(new Account(), { id: 'a', label: 'x' });
  expect(indexes.map((index) => [index.name, index.valuesOf(account)])).toEqual([
    ['note', ['x']],
    ['label', ['x']],
  ]);
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
