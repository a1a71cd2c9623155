// Parameters, and moments: what is sent for each kind of value, and what is refused.

import { describe, expect, it } from 'vitest';
import {
  sqlFloat,
  sqlInteger,
  sqlJson,
  type SqlParameter,
  toWireParameters,
  toWireValue,
} from '../../../src/client/sql/parameters.js';
import { microsecondsOf, SqlTimestamp } from '../../../src/client/sql/timestamp.js';

describe('a parameter', () => {
  it.each<[string, SqlParameter, object]>([
    ['NULL', null, { $case: 'null', value: 0 }],
    ['a bigint', -(2n ** 63n), { $case: 'n', value: -(2n ** 63n) }],
    ['a whole number', 7, { $case: 'n', value: 7n }],
    ['the largest safe number', 2 ** 53 - 1, { $case: 'n', value: 2n ** 53n - 1n }],
    ['a fraction', 0.5, { $case: 'f', value: 0.5 }],
    ['minus zero', -0, { $case: 'f', value: -0 }],
    ['a boolean', false, { $case: 'b', value: false }],
    ['a text', 'ä\0', { $case: 's', value: 'ä\0' }],
    ['bytes', Uint8Array.of(1), { $case: 'bs', value: Uint8Array.of(1) }],
    ['a Date', new Date(-1), { $case: 'ts', value: -1000n }],
    ['a moment', new SqlTimestamp(-1n), { $case: 'ts', value: -1n }],
    ['a whole FLOAT', sqlFloat(1), { $case: 'f', value: 1 }],
    ['a large FLOAT', sqlFloat(1e300), { $case: 'f', value: 1e300 }],
    ['an INTEGER', sqlInteger(1), { $case: 'n', value: 1n }],
    ['JSON', sqlJson({ a: [1, 'x', null] }), { $case: 's', value: '{"a":[1,"x",null]}' }],
    ['JSON text', sqlJson('x'), { $case: 's', value: '"x"' }],
    ['JSON null', sqlJson(null), { $case: 's', value: 'null' }],
  ])('%s', (_, value, wire) => {
    expect(toWireValue(value)).toEqual({ value: wire });
  });

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /NULL is null/],
    ['an object', { a: 1 }, /sqlJson/],
    ['a list', [1], /sqlJson/],
    ['a function', () => 1, /sqlJson/],
    ['NaN', Number.NaN, /NaN/],
    ['infinity', Infinity, /Infinity/],
    ['a number that lost digits', 2 ** 53, /bigint, or sqlFloat/],
    ['a bigint beyond 64 bits', 2n ** 63n, /64 bits/],
    ['half a surrogate pair', '\ud800', /surrogate/],
    ['an invalid Date', new Date(Number.NaN), /invalid Date/],
  ])('%s is none', (_, value, why) => {
    expect(() => toWireParameters([value as SqlParameter])).toThrow(TypeError);
    expect(() => toWireParameters([value as SqlParameter])).toThrow(why);
    expect(() => toWireParameters([value as SqlParameter])).toThrow(/^parameter param1: /);
  });

  it('made with a type must fit it', () => {
    expect(() => sqlFloat(Number.NaN)).toThrow(TypeError);
    expect(() => sqlFloat(1n as never)).toThrow(TypeError);
    expect(() => sqlInteger(0.5)).toThrow(TypeError);
    expect(() => sqlInteger(2n ** 63n)).toThrow(TypeError);
    expect(() => sqlJson(undefined)).toThrow(TypeError);
    expect(() => sqlJson({ a: 1n })).toThrow(TypeError);
  });
});

describe('parameters', () => {
  const names = (parameters: Parameters<typeof toWireParameters>[0]) =>
    toWireParameters(parameters).map(({ name }) => name);

  it('go by name or by position', () => {
    expect(names({ id: 1, theName: 'x' })).toEqual(['id', 'thename']);
    expect(names([1, 'x'])).toEqual(['param1', 'param2']);
    expect(names(undefined)).toEqual([]);
  });

  it('have names a statement can use, each once', () => {
    expect(() => names({ id: 1, ID: 2 })).toThrow(/given twice/);
    expect(() => names({ '@id': 1 })).toThrow(TypeError);
    expect(() => names({ 'a b': 1 })).toThrow(TypeError);
    expect(() => names('x' as never)).toThrow(TypeError);
    expect(() => names(null as never)).toThrow(TypeError);
    expect(() => names(Array(1) as never)).toThrow(/NULL is null/);
  });
});

describe('a moment', () => {
  it('keeps its microseconds, before 1970 too', () => {
    const moment = new SqlTimestamp(1_795_426_570_388_410n);
    expect(moment).toBeInstanceOf(Date);
    expect(moment.getTime()).toBe(1_795_426_570_388);
    expect(moment.toISOString()).toBe('2026-11-23T09:36:10.388410Z');
    expect(JSON.stringify({ moment })).toBe('{"moment":"2026-11-23T09:36:10.388410Z"}');
    expect(new SqlTimestamp(-1n).getTime()).toBe(-1);
    expect(new SqlTimestamp(-1n).toISOString()).toBe('1969-12-31T23:59:59.999999Z');
  });

  it('is kept where no Date is that long', () => {
    const last = new SqlTimestamp(2n ** 63n - 1n);
    expect(last.getTime()).toBeNaN();
    expect(microsecondsOf(last)).toBe(2n ** 63n - 1n);
  });

  it('is refused once a setter changed it, and beyond 64 bits', () => {
    const moment = new SqlTimestamp(1n);
    moment.setTime(5);
    expect(() => microsecondsOf(moment)).toThrow(TypeError);
    expect(() => new SqlTimestamp(2n ** 63n)).toThrow(TypeError);
    expect(() => new SqlTimestamp(1 as never)).toThrow(TypeError);
  });
});
