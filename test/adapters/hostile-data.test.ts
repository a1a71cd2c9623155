// Stored data is anyone's: names that reach into prototypes do not reach the library, whatever codec let them through.

import 'reflect-metadata';
import { Expose, Type } from 'class-transformer';
import { describe, expect, it } from 'vitest';

import { hydrator } from './hydrated.js';

class Inner {
  text?: string;
}

class Account {
  @Expose() id!: string;
  @Type(() => Inner) inner?: Inner;
  any?: unknown;
  method(): string {
    return 'own';
  }
}

const parse = (json: string) => JSON.parse(json) as Record<string, unknown>;

describe('refused is', () => {
  it.each([
    ['__proto__', '{"id":"a","__proto__":{"polluted":1}}'],
    ['constructor', '{"id":"a","constructor":{"prototype":{"polluted":1}}}'],
    ['prototype', '{"id":"a","any":{"prototype":1}}'],
    ['constructor', '{"id":"a","inner":{"constructor":"x"}}'],
    ['__proto__', '{"id":"a","any":[[{"__proto__":[]}]]}'],
  ])('%s in %s', (name, json) => {
    expect(() => hydrator.fromStored(Account, parse(json))).toThrow(
      expect.objectContaining({
        code: 'UNREADABLE_RECORD',
        message: `Account: the record has a property named ${name}, which reaches into prototypes.`,
      }),
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Account.prototype, 'polluted')).toBeUndefined();
  });

  it('one inside of a Map or a Set', () => {
    const inner = parse('{"__proto__":1}');
    for (const any of [new Map([['a', inner]]), new Set([inner])])
      expect(() => hydrator.fromStored(Account, { id: 'a', any })).toThrow('reaches into prototypes');
  });
});

it('methods are not replaced by what is stored under their name', () => {
  const read = hydrator.fromStored(Account, { id: 'a', method: 'stored', toString: 'stored' });
  expect(read.method()).toBe('own');
  expect(Object.keys(read)).not.toContain('toString');
});
