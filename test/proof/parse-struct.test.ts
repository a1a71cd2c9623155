// Documents' own bytes: one reading, or none.

import { describe, expect, it } from 'vitest';
import { MAX_READ_DEPTH, parseStruct } from '../../src/proof/verify/parse-struct.js';
import { Struct } from '../../src/wire/google/protobuf/struct.js';
import { expectRefused } from './expect-refused.js';
import { field, naiveField, naiveStruct, naiveValue } from './naive-documents.js';
import { bytes } from './naive-ledger.js';

const read = (encoded: Uint8Array) => parseStruct(new Uint8Array(encoded), 'document');

/** Objects or lists in one another. */
function nested(levels: number, wrap: (inner: unknown) => unknown): object {
  let inner: unknown = wrap(1);
  for (let level = 2; level < levels; level++) inner = wrap(inner);
  return { inner };
}

describe('a document', () => {
  const everything = {
    text: 'Ada ✓ \u0000',
    '': 'no name',
    numbers: [0, -0, 1.5, -1e300, Number.MAX_SAFE_INTEGER, 5e-324],
    nothing: null,
    flags: [true, false],
    nested: { list: [[], [{}], [null]], object: { constructor: 1, toString: 2 } },
  };

  it('is read as what was written, by two writers', () => {
    expect(read(naiveStruct(everything))).toEqual(everything);
    expect(read(Struct.encode(Struct.wrap(everything)).finish())).toEqual(everything);
    expect(read(new Uint8Array(0))).toEqual({});
    const [, zero] = read(naiveStruct(everything)).numbers as number[];
    expect(Object.is(zero, -0)).toBe(true);
  });

  it('may have a field called __proto__, which is nobody’s prototype', () => {
    const document = read(naiveField('__proto__', { admin: true }));
    expect(Object.keys(document)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
    expect((document as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expectRefused(
      () => read(Buffer.concat([naiveField('__proto__', 1), naiveField('__proto__', 2)])),
      'MALFORMED_PROOF',
      /each field once/,
    );
  });

  it('is as deep as it may be, and no deeper', () => {
    for (const wrap of [(inner: unknown) => ({ inner }), (inner: unknown) => [inner]]) {
      const deepest = nested(MAX_READ_DEPTH, wrap);
      expect(read(naiveStruct(deepest))).toEqual(deepest);
      expectRefused(() => read(naiveStruct(nested(MAX_READ_DEPTH + 1, wrap))), 'PROOF_TOO_LARGE', /levels/);
    }
  });

  const value = (encoded: Uint8Array) => field(1, Buffer.concat([field(1, bytes('a')), field(2, encoded)]));
  const one = naiveValue(1);
  const refused: [string, Uint8Array, RegExp][] = [
    ['a field twice', Buffer.concat([naiveField('a', 1), naiveField('a', 1)]), /each field once/],
    ['an unknown field', field(2, bytes('x')), /fields of a document/],
    [
      'an unknown field of a field',
      field(1, Buffer.concat([field(1, bytes('a')), field(2, one), field(3, one)])),
      /a name and a value/,
    ],
    [
      'a name twice',
      field(1, Buffer.concat([field(1, bytes('a')), field(1, bytes('b')), field(2, one)])),
      /a name and a value/,
    ],
    [
      'a value twice',
      field(1, Buffer.concat([field(1, bytes('a')), field(2, one), field(2, one)])),
      /a name and a value/,
    ],
    ['no value', field(1, field(1, bytes('a'))), /a value/],
    ['a value of no kind', value(new Uint8Array(0)), /a value/],
    ['a value of an unknown kind', value(field(7, one)), /a kind of value/],
    ['a value of two kinds', value(Buffer.concat([one, naiveValue('x')])), /one value/],
    ['a null that is a number', value(Uint8Array.of(8, 1)), /null/],
    ['a flag that is a number', value(Uint8Array.of(32, 2)), /true or false/],
    ['text that is none', value(field(3, Uint8Array.of(0xff))), /text in UTF-8/],
    [
      'a name that is none',
      field(1, Buffer.concat([field(1, Uint8Array.of(0xc0, 0x80)), field(2, one)])),
      /text in UTF-8/,
    ],
    ['something else in a list', value(field(6, field(2, one))), /values of a list/],
    ['a length longer than it takes', Uint8Array.of(10, 0x80, 0x00), /as few bytes/],
    ['a length of more than 32 bits', Uint8Array.of(10, 0xff, 0xff, 0xff, 0xff, 0x7f), /32 bits/],
    ['a number without end', Uint8Array.of(10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), /32 bits/],
    ['a field that goes on behind the end', naiveField('a', 'x').subarray(0, -1), /whole fields/],
    ['half a double', value(Uint8Array.of(17, 0, 0)), /whole fields/],
  ];
  it.each(refused)('is refused with %s', (_, encoded, message) => {
    expectRefused(() => read(encoded), 'MALFORMED_PROOF', message);
  });
});
