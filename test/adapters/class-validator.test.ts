// What class-validator's decorators find wrong, with its place, and nothing changed. Without reflect-metadata: it needs none.

import * as library from 'class-validator';
import {
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Min,
  registerDecorator,
  ValidateNested,
  ValidatePromise,
} from 'class-validator';
import { describe, expect, it, test } from 'vitest';

import { classValidator, type ClassValidatorOptions } from '../../src/adapters/index.js';
import { messageOf } from '../codec/code-of.js';

class Address {
  @Length(2, 40) city!: string;
}

class Line {
  @IsString() article!: string;
  @Min(1) @IsInt() price!: number;
}

class Order {
  @IsEmail() email!: string;
  @ValidateNested() address!: unknown;
  @ValidateNested() lines!: unknown;
  @IsOptional() @ValidateNested() more?: unknown;
}

const line = (price: unknown) => Object.assign(new Line(), { article: 'a', price });
const order = (data: object) =>
  Object.assign(
    new Order(),
    { email: 'a@b.example', address: Object.assign(new Address(), { city: 'Wien' }), lines: [] },
    data,
  );

/** As `path: message`. */
async function problemsOf(entity: object, options?: ClassValidatorOptions): Promise<string[] | undefined> {
  const issues = await classValidator(library, options)(entity);
  return issues?.map(({ message, path }) => `${JSON.stringify(path)}: ${message}`);
}

test('reflect-metadata is not there', () => {
  expect(Reflect).not.toHaveProperty('getMetadata');
});

describe('an entity', () => {
  it('with nothing wrong has no issues', async () => {
    expect(await problemsOf(order({ lines: [line(1)] }))).toBeUndefined();
  });

  it('has each constraint as an issue, with its path', async () => {
    const bad = order({
      email: 'nobody',
      address: Object.assign(new Address(), { city: 'W' }),
      lines: [line(1), line(2), line(0.5)],
    });
    expect(await problemsOf(bad)).toEqual([
      '["email"]: email must be an email',
      '["address","city"]: city must be longer than or equal to 2 characters',
      '["lines",2,"price"]: price must be an integer number',
      '["lines",2,"price"]: price must not be less than 1',
    ]);
  });

  it('has names and not places in what is no array', async () => {
    const text = 'price must be an integer number';
    const expected = (step: unknown) => [`["more",${JSON.stringify(step)},"price"]: ${text}`];
    expect(await problemsOf(order({ more: new Map([['7', line(1.5)]]) }))).toEqual(expected('7'));
    expect(await problemsOf(order({ more: new Set([line(1.5)]) }))).toEqual(expected(0));
  });

  it('stays as it is', async () => {
    const bad = order({ email: 'nobody', extra: 1 });
    const before = Object.assign({}, bad);
    await problemsOf(bad, { whitelist: true, forbidNonWhitelisted: true });
    expect(Object.assign({}, bad)).toEqual(before);
  });
});

describe('what has no decorators', () => {
  class Plain {
    text = 'a';
  }

  it('passes as an entity', async () => {
    expect(await problemsOf(new Plain())).toBeUndefined();
    expect(await problemsOf(new Plain(), { forbidUnknownValues: true })).toBeUndefined();
  });

  it('passes as an entity that has some for other groups', async () => {
    class Grouped {
      @IsString({ groups: ['admin'] }) text = 1;
    }
    expect(await problemsOf(new Grouped(), { groups: ['user'] })).toBeUndefined();
    expect(await problemsOf(new Grouped(), { groups: ['admin'] })).toHaveLength(1);
  });

  it('is refused where @ValidateNested meant to check it', async () => {
    const text = 'is of no class with decorators of class-validator, so nothing in it would be checked';
    expect(await problemsOf(order({ address: { city: 'W' } }))).toEqual([`["address"]: ${text}`]);
    expect(await problemsOf(order({ lines: [line(1), {}] }))).toEqual([`["lines",1]: ${text}`]);
  });

  it('passes there, if the options say so', async () => {
    expect(
      await problemsOf(order({ address: { city: 'W' } }), { forbidUnknownValues: false }),
    ).toBeUndefined();
  });
});

describe('constraints of the application', () => {
  const IsFree: PropertyDecorator = (target, propertyName) => {
    registerDecorator({
      name: 'isFree',
      target: target.constructor,
      propertyName: propertyName as string,
      options: { message: 'is taken' },
      validator: { validate: (value) => Promise.resolve(value !== 'ada') },
    });
  };
  class User {
    @IsFree name!: string;
    @IsOptional() @ValidatePromise() @IsString() later?: Promise<unknown>;
  }

  it('may take their time', async () => {
    expect(await problemsOf(Object.assign(new User(), { name: 'ada' }))).toEqual(['["name"]: is taken']);
    expect(await problemsOf(Object.assign(new User(), { name: 'bob' }))).toBeUndefined();
  });

  it('are told by their names where there are no messages', async () => {
    const issues = await problemsOf(order({ email: 'nobody' }), { dismissDefaultMessages: true });
    expect(issues).toEqual(['["email"]: isEmail']);
  });
});

describe('what is handed in', () => {
  it('may refuse properties without decorators, and not take them out', async () => {
    expect(await problemsOf(order({ extra: 1 }), { whitelist: true, forbidNonWhitelisted: true })).toEqual([
      '["extra"]: property extra should not exist',
    ]);
    expect(messageOf(() => classValidator(library, { whitelist: true }))).toBe(
      'classValidator(): { whitelist: true } alone would take properties out of the entity that is being saved. ' +
        'Add forbidNonWhitelisted: true to have them refused.',
    );
  });

  it('has no other options', () => {
    expect(messageOf(() => classValidator(library, { transform: true } as object))).toMatch(
      'classValidator() has no option transform: it takes groups, always,',
    );
  });

  it.each([undefined, {}, import('class-validator')])('must be the module, not %o', (module) => {
    expect(() => classValidator(module as never)).toThrow(
      new TypeError(
        'classValidator() takes the module: import * as module of class-validator, and hand it over as classValidator(module).',
      ),
    );
  });
});
