// One of several values: of enums with their names and values both ways, of constant objects, of lists.
import { expect, test } from 'vitest';

import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { thingOf } from '../thing-of.js';

enum Status {
  Open = 'open',
  Paid = 'paid',
}
enum Level {
  Low,
  High = 5,
  Below = -1,
  Half = 0.5,
}
enum Mixed {
  None,
  // What is told apart here is just what confuses.
  // eslint-disable-next-line @typescript-eslint/no-mixed-enums
  Some = 'some',
}
const Size = { small: 's', large: 'l' } as const;
/** Its names look like numbers, and its values like names. */
const Grade = { 1: 'best', 2: 'toString', 3: 'done', done: 'x' } as const;

test.each<[string, ReturnType<typeof thingOf>, unknown[], unknown[]]>([
  ['an enum of texts', thingOf(t.enum(Status)), ['open', 'paid'], ['Open', 'gone', '', 0, null]],
  ['an enum of numbers', thingOf(t.enum(Level)), [0, 5, -1, 0.5], ['Low', 'High', 1, '0', 0n, NaN, null]],
  ['an enum of both', thingOf(t.enum(Mixed)), [0, 'some'], ['None', 'Some', '0', 1]],
  ['a constant object', thingOf(t.enum(Size)), ['s', 'l'], ['small', 'S', null, {}]],
  ['names that look like numbers', thingOf(t.enum(Grade)), ['best', 'toString', 'done', 'x'], [1, '1']],
  ['a list', thingOf(t.enum(['', 'a', 1])), ['', 'a', 1], ['1', 'b', null, ['a']]],
])('%s', (_, thing, values, others) => {
  for (const value of values) {
    expect(thing.store(value)).toBe(value);
    expect(thing.read(value)).toBe(value);
    expect(thing.ofText(String(value))).toBe(value);
  }
  for (const other of others) {
    expect(codeOf(() => thing.store(other))).toBe('VALUE_REFUSED');
    expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
  }
  for (const text of ['gone', '0.0', ' a', null, undefined, {}]) {
    if (text !== undefined) expect(codeOf(() => thing.ofText(text))).toBe('VALUE_REFUSED');
  }
});

test('the message names all values', () => {
  const thing = thingOf(t.enum(Mixed));
  expect(messageOf(() => thing.store('none'))).toBe('Thing.value must be one of 0, "some", not "none".');
  expect(messageOf(() => thing.store(null))).toBe('Thing.value must be one of 0, "some", not null.');
});

test.each([[[]], [{}], [undefined], [null], ['open'], [[true]], [[NaN]], [{ a: 1n }], [[['a']]]])(
  'of %o there is no enum',
  (source) => {
    expect(messageOf(() => t.enum(source as never))).toBe(
      't.enum takes an enum, or a list of strings and numbers: t.enum(["open", "paid"]).',
    );
  },
);
