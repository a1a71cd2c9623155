// class-transformer's decorators on what is stored and read: they do what they do in the library.

import 'reflect-metadata';
import * as library from 'class-transformer';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { describe, expect, it, test } from 'vitest';

import { classTransformer } from '../../src/adapters/index.js';
import { messageOf } from '../codec/code-of.js';
import { hydrator, throughStorage } from './hydrated.js';

class Address {
  city!: string;
  @Type(() => Date) since?: Date;
  get shout(): string {
    return this.city.toUpperCase();
  }
}

const vienna = () => Object.assign(new Address(), { city: 'Wien', since: new Date(7) });

describe('@Type', () => {
  class Account {
    @Type(() => Address) home!: Address;
    @Type(() => Address) others!: Address[];
  }

  it('gives nested instances back as instances', () => {
    const account = Object.assign(new Account(), { home: vienna(), others: [vienna(), vienna()] });
    const { stored, read } = throughStorage(Account, account);
    expect(stored).toEqual({
      home: { city: 'Wien', since: new Date(7) },
      others: Array(2).fill({ city: 'Wien', since: new Date(7) }),
    });
    expect(read).toStrictEqual(account);
    expect(read.others[1]?.shout).toBe('WIEN');
  });

  it('makes instances of plain objects, too', () => {
    const account = Object.assign(new Account(), { home: { city: 'Graz' }, others: [] });
    expect(throughStorage(Account, account).read.home).toBeInstanceOf(Address);
  });

  it('carries a Buffer', () => {
    class Photo {
      @Type(() => Buffer) data!: Buffer;
    }
    const photo = Object.assign(new Photo(), { data: Buffer.of(1, 2, 255) });
    const { stored, read } = throughStorage(Photo, photo);
    expect(stored).toEqual({ data: Uint8Array.of(1, 2, 255) });
    expect(read).toStrictEqual(photo);
  });

  it('finds subclasses by a discriminator, of which no trace is left in the entity', () => {
    class Dog extends Address {}
    class Cat extends Address {}
    class Owner {
      @Type(() => Address, {
        discriminator: {
          property: 'kind',
          subTypes: [
            { value: Dog, name: 'dog' },
            { value: Cat, name: 'cat' },
          ],
        },
      })
      pets!: Address[];
    }
    const pets = [Object.assign(new Dog(), { city: 'Linz' }), Object.assign(new Cat(), { city: 'Rom' })];
    const owner = Object.assign(new Owner(), { pets });
    const { stored, read } = throughStorage(Owner, owner);
    expect(stored).toEqual({
      pets: [
        { city: 'Linz', kind: 'dog' },
        { city: 'Rom', kind: 'cat' },
      ],
    });
    expect(read).toStrictEqual(owner);
    expect(Object.keys(pets[0]!)).toEqual(['city', 'since']);
  });
});

describe('@Expose, @Exclude and @Transform', () => {
  class Account {
    @Expose({ name: 'mail' }) email!: string;
    @Exclude() session?: string;
    @Exclude({ toPlainOnly: true }) password?: string;
    @Transform(({ value }: { value: Date }) => value.getTime(), { toPlainOnly: true })
    @Transform(({ value }: { value: number }) => new Date(value), { toClassOnly: true })
    born!: Date;
    @Transform(({ value }: { value: Set<string> }) => [...value].toSorted(), { toPlainOnly: true })
    @Transform(({ value }: { value: string[] }) => new Set(value), { toClassOnly: true })
    tags!: Set<string>;
  }

  it('name, leave out and change what is stored', () => {
    const data = { email: 'a@b', session: 's', password: 'p', born: new Date(5), tags: new Set(['b', 'a']) };
    const { stored, read } = throughStorage(Account, Object.assign(new Account(), data));
    expect(stored).toEqual({ mail: 'a@b', born: 5, tags: ['a', 'b'] });
    expect(Object.assign({}, read)).toEqual({ email: 'a@b', born: new Date(5), tags: new Set(['a', 'b']) });
  });

  it('follow the groups of the options', () => {
    class Note {
      @Expose({ groups: ['ledger'] }) text!: string;
      @Expose({ groups: ['web'] }) html!: string;
    }
    const note = Object.assign(new Note(), { text: 't', html: 'h' });
    const forLedger = classTransformer(library, { groups: ['ledger'] });
    expect(throughStorage(Note, note, forLedger).stored).toEqual({ text: 't' });
    expect(throughStorage(Note, note).stored).toEqual({});
  });
});

test('a bigint, a Date, null, and arrays of arrays survive; undefined is left out', () => {
  class Values {
    @Expose() bigint!: bigint;
    date!: Date;
    nothing!: null;
    absent!: undefined;
    nested!: unknown[];
  }
  const data = { bigint: 2n ** 70n, date: new Date(-1), nothing: null, nested: [[1, null], [{ a: 1n }]] };
  const { stored, read } = throughStorage(
    Values,
    Object.assign(new Values(), { ...data, absent: undefined }),
  );
  expect(stored).toStrictEqual(data);
  expect(read).toEqual(Object.assign(new Values(), data));
});

describe('the constructor runs, without arguments', () => {
  let runs = 0;
  class Counter {
    @Expose() id!: string;
    steps: number[] = [];
    readonly #secret = 'kept';
    constructor() {
      runs++;
    }
    get secret(): string {
      return this.#secret;
    }
  }

  it('so that initializers fill in what was not stored, and #private fields are there', () => {
    const read = hydrator.fromStored(Counter, { id: 'a' });
    expect(read.steps).toEqual([]);
    expect(read.secret).toBe('kept');
  });

  it('once for each read, and once more for each save', () => {
    const counter = new Counter();
    runs = 0;
    throughStorage(Counter, Object.assign(counter, { id: 'a' }));
    expect(runs).toBe(2);
  });

  it('and what it initializes beside the declared properties is not taken for stored', () => {
    const bare = Object.assign(Object.create(Counter.prototype) as Counter, { id: 'a' });
    expect(hydrator.toStored(Counter, bare)).toEqual({ id: 'a' });
  });
});

describe('what is handed in', () => {
  it.each([
    ['nothing', undefined],
    ['a promise of it', import('class-transformer')],
    ['another module', { plainToInstance: () => undefined }],
  ])('must be the module, not %s', (_, module) => {
    expect(() => classTransformer(module as never)).toThrow(
      new TypeError(
        'classTransformer() takes the module whose decorators your classes use: import * as module of class-transformer, and hand it over as classTransformer(module).',
      ),
    );
  });

  it('must not switch off the decorators', () => {
    expect(messageOf(() => classTransformer(library, { ignoreDecorators: true } as object))).toMatch(
      'classTransformer() has no option ignoreDecorators: it takes groups, version, strategy,',
    );
  });
});
