// This folder is compiled with standard decorators, which the libraries' own are not: they are called instead.

import 'reflect-metadata';
import * as transformer from 'class-transformer';
import { Type } from 'class-transformer';
import * as validator from 'class-validator';
import { Length, ValidateNested } from 'class-validator';
import { expect, test } from 'vitest';

import { classTransformer, classValidator } from '../../../src/adapters/index.js';
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { throughStorage } from '../hydrated.js';

class Address {
  city!: string;
}
Length(2, 40)(Address.prototype, 'city');

@Entity({ name: 'account', hydrator: 'class-transformer' })
class Account {
  @Id() id!: string;
  @Property() home!: Address;
}
Type(() => Address)(Account.prototype, 'home');
ValidateNested()(Account.prototype, 'home');

const account = (city: string) =>
  Object.assign(new Account(), { id: 'a', home: Object.assign(new Address(), { city }) });
const hydrator = classTransformer(transformer);

test('the decorators of this class are standard ones', () => {
  let context: unknown;
  const note = (_: unknown, given: unknown): void => {
    context = given;
  };
  class Probe {
    @note field = 1;
  }
  expect(new Probe().field).toBe(1);
  expect(context).toMatchObject({ kind: 'field', name: 'field' });
});

test('@Type, called, brings back nested instances', () => {
  expect(hydrator.problemsOf(Account, ['id', 'home'])).toEqual([]);
  expect(throughStorage(Account, account('Wien')).read).toStrictEqual(account('Wien'));
  const schema = schemaOf(Account, { hydrators: new Map([[hydrator.name, hydrator]]) });
  expect(schema.toPlain(account('Wien'))).toEqual({ id: 'a', home: { city: 'Wien' } });
});

test('the decorators of class-validator, called, say what is wrong', async () => {
  expect(await classValidator(validator)(account('W'))).toEqual([
    { message: 'city must be longer than or equal to 2 characters', path: ['home', 'city'] },
  ]);
});
