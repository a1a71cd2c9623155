// What an entity as a whole is declared with: refused where it is said, naming what is wrong.
import { expect, test } from 'vitest';

import { Entity, Id } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import type { EntityOptions } from '../../src/entity/entity-options.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import type { Hydrator } from '../../src/entity/hydrator.js';
import { codeOf, messageOf } from '../codec/code-of.js';

const step = (stored: Record<string, unknown>) => stored;
const hook = () => undefined;

function declare(options: Partial<Record<keyof EntityOptions, unknown>>): void {
  class Account {}
  Entity({ name: 'account', ...options } as never)(Account);
}

test.each<[string, Partial<Record<keyof EntityOptions, unknown>>, string]>([
  ['version 0', { version: 0 }, 'version 0 is not one: use 1, 2, 3 and so on.'],
  ['half a version', { version: 1.5 }, 'version 1.5 is not one: use 1, 2, 3 and so on.'],
  ['a version in text', { version: '2' }, 'version 2 is not one: use 1, 2, 3 and so on.'],
  ['a version beyond 32 bits', { version: 2 ** 32 }, 'version 4294967296 is not one: use 1, 2, 3 and so on.'],
  [
    'one upcast for all',
    { version: 2, upcast: step },
    'upcast is an object of functions, by the version they take: { 1: (stored) => … }.',
  ],
  [
    'no upcast at all',
    { upcast: null },
    'upcast is an object of functions, by the version they take: { 1: (stored) => … }.',
  ],
  ['an upcast that is none', { version: 2, upcast: { 1: {} } }, 'upcast 1 is not a function.'],
  [
    'an upcast of this version',
    { version: 2, upcast: { 2: step } },
    'upcast 2 is of no older version than 2: it takes one version and makes the next.',
  ],
  [
    'an upcast without a new version',
    { upcast: { 1: step } },
    'upcast 1 is of no older version than 1: it takes one version and makes the next.',
  ],
  [
    'an upcast of version 0',
    { version: 2, upcast: [step] },
    'upcast 0 is of no older version than 2: it takes one version and makes the next.',
  ],
  [
    'an upcast of no version',
    { version: 2, upcast: { v1: step } },
    'upcast v1 is of no older version than 2: it takes one version and makes the next.',
  ],
  [
    'an upcast of a version spelled otherwise',
    { version: 2, upcast: { '01': step } },
    'upcast 01 is of no older version than 2: it takes one version and makes the next.',
  ],
  ['a hook for all', { hooks: hook }, 'hooks are an object of functions: beforeSave, afterSave, afterLoad.'],
  [
    'an unknown hook',
    { hooks: { beforeDelete: hook } },
    'there is no hook "beforeDelete": use beforeSave, afterSave, afterLoad.',
  ],
  ['a hook that is none', { hooks: { afterLoad: 'log' } }, 'the hook afterLoad is not a function.'],
  [
    'a hydrator itself',
    { hydrator: {} },
    "a hydrator is asked for by its name: hydrator: 'class-transformer'.",
  ],
  ['an actor in words', { requireActor: 'yes' }, 'requireActor is true or false.'],
  ['no time', { expiresAfterMs: 0 }, 'expiresAfterMs is a number of milliseconds above 0, not 0.'],
  [
    'endless time',
    { expiresAfterMs: Infinity },
    'expiresAfterMs is a number of milliseconds above 0, not Infinity.',
  ],
  ['a time in text', { expiresAfterMs: '5' }, 'expiresAfterMs is a number of milliseconds above 0, not 5.'],
])('%s', (_, options, message) => {
  const declaring = () => {
    declare(options);
  };
  expect(codeOf(declaring)).toBe('TypeError');
  expect(messageOf(declaring)).toBe(`Account: ${message}`);
});

test('what is sound, is what the schema says', () => {
  const options = {
    name: 'account',
    version: 0xffff_ffff,
    upcast: { 1: step, 0xffff_fffe: step },
    hooks: { beforeSave: hook, afterSave: undefined },
    requireActor: false,
    expiresAfterMs: 0.5,
  };
  class Account {
    id!: string;
  }
  Id()(Account.prototype, 'id');
  Entity(options as never)(Account);
  const { name, ...settings } = options;
  expect(schemaOf(Account)).toMatchObject({ name, settings });
});

test('none is inherited: another entity has other names, versions and hooks', () => {
  @Entity({ name: 'base', version: 2, hooks: { afterLoad: hook }, requireActor: true })
  class Base {
    @Id() id!: string;
  }
  @Entity({ name: 'sub' })
  class Sub extends Base {}
  expect(schemaOf(Sub).settings).toEqual({ version: 1 });
  expect(schemaOf(Base).settings).toMatchObject({ version: 2, requireActor: true });
});

test('a hydrator that the ledger was not given, or that is none', () => {
  @Entity({ name: 'account', hydrator: 'mine' })
  class Account {
    @Id() id!: string;
  }
  expect(messageOf(() => entitySchemas([Account]))).toBe(
    'Account is to be made by "mine", which the ledger was not given: open it with { hydrators: [ … ] }.',
  );
  const given = (...hydrators: unknown[]) =>
    messageOf(() => entitySchemas([], { hydrators: hydrators as Hydrator[] }));
  const takes = 'hydrators takes adapted libraries: [classTransformer(module)], of immurepo/adapters.';
  for (const none of [undefined, null, 'mine', {}, { name: 'mine' }]) expect(given(none)).toBe(takes);
  const mine = { name: 'mine', fromStored: hook };
  expect(given(mine, mine)).toBe('Two hydrators are named "mine": give one.');
});
