// A slip of the pen in a declaration must not leave a rule out.

import { expect, test } from 'vitest';
import { defineEntity, Entity, Id, Index, Property, t } from 'immurepo';
import { messageOf } from '../codec/code-of.js';

const loose = (options: object) => options as never;

test.each([
  ['@Entity', () => Entity(loose({ name: 'account', requireActr: true })), 'requireActr'],
  ['@Id', () => Id(loose({ generte: 'ulid' })), 'generte'],
  ['@Property', () => Property(loose({ validat: () => [] })), 'validat'],
  ['@Index', () => Index(loose({ uniqe: true })), 'uniqe'],
  [
    'defineEntity',
    () => defineEntity(loose({ name: 'a', properties: {}, requireActr: true })),
    'requireActr',
  ],
  [
    'Account.id',
    () => defineEntity(loose({ name: 'account', properties: { id: { type: t.string(), ids: true } } })),
    'ids',
  ],
  [
    'The id id',
    () =>
      defineEntity(
        loose({ name: 'account', properties: { id: { type: t.string(), id: { generte: 'ulid' } } } }),
      ),
    'generte',
  ],
  [
    'The index of id',
    () =>
      defineEntity(
        loose({ name: 'account', properties: { id: { type: t.string(), index: { uniqe: true } } } }),
      ),
    'uniqe',
  ],
])('%s refuses an option that it does not know', (what, declare, option) => {
  expect(messageOf(declare)).toContain(`${what} has no option "${option}": use `);
});

test('a type in place of the options is told where it belongs', () => {
  expect(messageOf(() => Property(loose(t.string())))).toBe(
    '@Property takes a type among its options: @Property({ type: t.string() }).',
  );
});
