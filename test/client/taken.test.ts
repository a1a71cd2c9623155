// What is taken of what a caller hands in.

import { expect, it } from 'vitest';
import { SqlTimestamp } from '../../src/client/sql/timestamp.js';
import { taken } from '../../src/client/taken.js';
import { changed } from './changed-inputs.js';

it('is a copy, at every depth, of all that can be changed', () => {
  const given = () => ({
    bytes: Uint8Array.of(1, 2),
    buffer: Buffer.from('a'),
    list: [{ text: 'a', missing: undefined }, [7n]],
    plain: Object.assign(Object.create(null) as object, { flag: true }),
  });
  const mine = given();
  const copy = taken(mine);
  changed(mine);
  mine.list.pop();
  expect(copy.list[0]).toHaveProperty('missing');
  expect({ ...copy, plain: { ...copy.plain } }).toEqual({
    ...given(),
    buffer: new Uint8Array([97]),
    plain: { flag: true },
  });
});

it('is a time of its own', () => {
  const when = new Date(7);
  const copy = taken({ when });
  when.setTime(8);
  expect(copy.when).toEqual(new Date(7));
});

it('is itself what cannot be changed, must not be copied, or is to be refused', () => {
  class Own {
    readonly value = 1;
  }
  const whole = [
    undefined,
    null,
    1,
    'a',
    2n,
    Symbol.iterator,
    () => 1,
    new AbortController().signal,
    new Own(),
    new SqlTimestamp(1n),
  ];
  for (const one of whole) expect(taken(one)).toBe(one);
});

it('is no prototype, whatever a part is called', () => {
  const given = JSON.parse('{"__proto__": {"polluted": true}}') as object;
  const copy = taken(given);
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  expect(Object.keys(copy)).toEqual(['__proto__']);
});
