// Applications' own codecs: whatever is wrong with one, nothing is stored that does not read back.
import { describe, expect, test } from 'vitest';

import { equalBytes, utf8 } from '../../src/bytes.js';
import type { PlainRecord } from '../../src/codec/codec.js';
import { guardedCodec } from '../../src/codec/guarded-codec.js';
import { ImmuError } from '../../src/errors.js';
import { codeOf, messageOf } from './code-of.js';
import { ownJson, ownWith } from './own-json.js';

const encodeBy = (changes: object, plain: PlainRecord = { a: 1 }) =>
  guardedCodec(ownWith(changes)).encode(plain, 'Account');
const decodeBy = (decode: unknown) => guardedCodec(ownWith({ decode })).decode(utf8('{}'));

test('a sound one stores and reads what it can', () => {
  const codec = guardedCodec(ownJson);
  const bytes = codec.encode({ b: 'x', a: [1, null], c: undefined });
  expect(new TextDecoder().decode(bytes)).toBe('{"a":[1,null],"b":"x"}');
  expect(codec.decode(bytes)).toEqual({ a: [1, null], b: 'x' });
  expect([codec.id, codec.name]).toEqual([0x8001, 'own JSON']);
});

describe('writing is refused', () => {
  test.each<[string, object, string]>([
    [
      'of what it throws for',
      {
        encode: () => {
          throw new RangeError('no');
        },
      },
      'Account cannot be stored: the codec "own JSON" threw: RangeError: no.',
    ],
    [
      'of no bytes',
      { encode: () => 'text' },
      'Account cannot be stored: the codec "own JSON" must return bytes, and returned a string.',
    ],
    [
      'of a Promise',
      { encode: () => Promise.resolve(new Uint8Array(1)) },
      'Account cannot be stored: the codec "own JSON" must return bytes, and returned a Promise.',
    ],
    [
      'of nothing',
      { encode: () => new Uint8Array() },
      'Account cannot be stored: the codec "own JSON" must return bytes, and returned none.',
    ],
    [
      'of another value',
      { encode: () => utf8('{"a":2}') },
      'Account does not survive storage: it would read back as something else.',
    ],
    [
      'of what it cannot read',
      { encode: () => utf8('{') },
      'Account does not survive storage: it would read back as something else.',
    ],
    [
      'of what it changes first',
      { encode: (plain: { a: number }) => ((plain.a = 2), utf8('{"a":2}')) },
      'Account does not survive storage: it would read back as something else.',
    ],
  ])('%s', (_, changes, message) => {
    expect(codeOf(() => encodeBy(changes))).toBe('VALUE_REFUSED');
    expect(messageOf(() => encodeBy(changes))).toBe(message);
  });

  test('of more than 4 MiB', () => {
    expect(codeOf(() => encodeBy({}, { a: 'x'.repeat(4 * 1024 * 1024) }))).toBe('VALUE_TOO_LARGE');
  });

  test('of what no codec stores, before it is asked', () => {
    expect(messageOf(() => encodeBy({ encode: () => new Uint8Array(1) }, { a: () => 1 }))).toBe(
      'Account.a is a function, which cannot be stored.',
    );
  });

  test('in its own words, if it has them', () => {
    const own = new ImmuError('VALUE_REFUSED', 'Account.a is not for this codec.');
    expect(
      messageOf(() =>
        encodeBy({
          encode: () => {
            throw own;
          },
        }),
      ),
    ).toBe(own.message);
  });
});

test('what it is handed is a copy, and what it returns is copied', () => {
  const original = { a: 1 };
  const memory = new Uint8Array(7);
  const codec = guardedCodec(
    ownWith({
      encode: (plain: { a: number }) => {
        memory.set(utf8(JSON.stringify(plain)));
        plain.a = 9;
        return memory;
      },
    }),
  );
  const bytes = codec.encode(original);
  memory.fill(0);
  expect(original).toEqual({ a: 1 });
  expect(equalBytes(bytes, utf8('{"a":1}'))).toBe(true);
});

describe('reading is refused', () => {
  test.each<[string, unknown]>([
    [
      'of what it throws for',
      () => {
        throw new RangeError('no');
      },
    ],
    [
      'of what it throws an error of another kind for',
      () => {
        throw new ImmuError('CLOSED', 'no');
      },
    ],
    ['of nothing', () => undefined],
    ['of an array', () => []],
    ['of a Promise', () => Promise.resolve({})],
    ['of an instance', () => ({ a: new (class Money {})() })],
    ['of a name that reaches into prototypes', () => JSON.parse('{"__proto__":{}}') as unknown],
    [
      'of what contains itself',
      () => {
        const a: { a?: unknown } = {};
        a.a = a;
        return a;
      },
    ],
  ])('%s', (_, decode) => {
    expect(codeOf(() => decodeBy(decode))).toBe('UNREADABLE_RECORD');
  });

  test('of more than 4 MiB, without asking it', () => {
    let asked = false;
    const codec = guardedCodec(ownWith({ decode: () => ((asked = true), {}) }));
    expect(codeOf(() => codec.decode(new Uint8Array(4 * 1024 * 1024 + 1)))).toBe('UNREADABLE_RECORD');
    expect(asked).toBe(false);
  });
});

test('what it reads is nobody else’s, and the payload is left as it was', () => {
  const kept = { list: [1] };
  const payload = utf8('{}');
  const codec = guardedCodec(ownWith({ decode: (bytes: Uint8Array) => (bytes.fill(0), kept) }));
  const first = codec.decode(payload) as typeof kept;
  first.list.push(2);
  expect(codec.decode(payload)).toEqual({ list: [1] });
  expect(payload).toEqual(utf8('{}'));
});
