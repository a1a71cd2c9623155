// CBOR and MessagePack that nobody wrote: refused as UNREADABLE_RECORD and in no other way, whatever it is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { concatBytes, fromHex, toHex, utf8 } from '../../src/bytes.js';
import { cbor } from '../../src/codec/cbor.js';
import { holdsSpelled } from '../../src/codec/conformance-values.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { BINARY_CASES } from './cases/binary-cases.js';
import { codeOf, codeOfError, messageOf } from './code-of.js';

const bytesOf = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', ''))!;

describe('CBOR is refused that', () => {
  test.each([
    ['is nothing', '', 'it ends too early'],
    ['is no object', '80', 'it has no object where one must be'],
    ['goes on after its end', 'a0 00', '1 bytes follow its end'],
    ['is cut short', 'a1 60', 'it ends too early'],
    ['has an object longer than it', 'b9 ffff', 'it ends too early'],
    ['has an array of 2^32 − 1 elements', 'a1 60 9a ffffffff', 'it ends too early'],
    [
      'has bytes of 2^64 − 1',
      'a1 60 5b ffffffffffffffff',
      'an item of it has no length, or one beyond all limits',
    ],
    ['has an indefinite array', 'a1 60 9f ff', 'an item of it has no length, or one beyond all limits'],
    ['has an indefinite map', 'bf ff', 'an item of it has no length, or one beyond all limits'],
    ['has an indefinite text', 'a1 60 7f ff', 'an item of it has no length, or one beyond all limits'],
    ['has a reserved length', 'a1 60 1c', 'an item of it has no length, or one beyond all limits'],
    ['has 1 in two bytes', 'a1 60 18 01', 'an item of it is written longer than need be'],
    ['has 1 in nine bytes', 'a1 60 1b 0000000000000001', 'an item of it is written longer than need be'],
    ['has a short text with a long head', 'a1 60 78 01 61', 'an item of it is written longer than need be'],
    ['has a tag with a long head', 'a1 60 d8 01 00', 'an item of it is written longer than need be'],
    ['has 1.0 in 32 bits', 'a1 60 fa 3f800000', 'an item of it is written longer than need be'],
    ['has 1.0 in 64 bits', 'a1 60 fb 3ff0000000000000', 'an item of it is written longer than need be'],
    ['has another NaN', 'a1 60 f9 7e01', 'it has another NaN'],
    ['has a NaN in 32 bits', 'a1 60 fa 7fc00000', 'an item of it is written longer than need be'],
    ['has a NaN in 64 bits', 'a1 60 fb 7ff8000000000000', 'an item of it is written longer than need be'],
    ['has undefined', 'a1 60 f7', 'it has a simple value 0xf7'],
    ['has another simple value', 'a1 60 e0', 'it has a simple value 0xe0'],
    ['has a break', 'a1 60 ff', 'it has a simple value 0xff'],
    ['has a name that is no text', 'a1 00 00', 'it has no name where one must be'],
    ['has a name twice', 'a2 6161 00 6161 01', 'the names of an object are not in their order'],
    ['has names in another order', 'a2 6162 00 6161 01', 'the names of an object are not in their order'],
    ['has the longer name first', 'a2 626161 00 6162 01', 'the names of an object are not in their order'],
    ['has a name __proto__', 'a1 69 5f5f70726f746f5f5f a0', 'it has a property __proto__'],
    ['has it further inside', 'a1 60 a1 6b 636f6e7374727563746f72 00', 'it has a property constructor'],
    ['has a text that is not UTF-8', 'a1 60 61 ff', 'a text of it is not UTF-8'],
    ['has a text with a lone surrogate', 'a1 60 63 eda080', 'a text of it is not UTF-8'],
    ['has a name that is not UTF-8', 'a1 61 ff 00', 'a name of it is not UTF-8'],
    ['has a date as text', 'a1 60 c0 60', 'it has a tag 0'],
    ['has an unknown tag', 'a1 60 d9 0104 80', 'it has a tag 260'],
    ['has a tag on a tag', 'a1 60 c1 c1 00', 'a date of it is no number'],
    ['has a bignum that is none', 'a1 60 c2 41 01', 'an item of it is written longer than need be'],
    [
      'has a bignum with a zero first',
      'a1 60 c2 4a 00010000000000000000',
      'an item of it is written longer than need be',
    ],
    ['has an empty bignum', 'a1 60 c2 40', 'an item of it is written longer than need be'],
    ['has a bignum of text', 'a1 60 c2 60', 'it has no bignum where one must be'],
    [
      'has a date of whole seconds as a float',
      'a1 60 c1 f9 3c00',
      'a date of it is whole seconds, as a float',
    ],
    [
      'has a date between milliseconds',
      'a1 60 c1 fb 3f40624dd2f1a9fc',
      'a date of it is no whole milliseconds',
    ],
    ['has a date that is NaN', 'a1 60 c1 f9 7e00', 'a date of it is no whole milliseconds'],
    ['has a date of infinity', 'a1 60 c1 f9 7c00', 'a date of it is out of range'],
    ['has a date out of range', 'a1 60 c1 1b 000007dba8218001', 'a date of it is out of range'],
    ['has a Set with an element twice', 'a1 60 d9 0102 82 01 01', 'an element of a Set is no other'],
    ['has a Set with −0', 'a1 60 d9 0102 81 f9 8000', 'an element of a Set is no other'],
    ['has a Set that is no array', 'a1 60 d9 0102 a0', 'it has no Set where one must be'],
    [
      'has a Map with a key twice',
      'a1 60 d81b 82 634d6170 82 82 01 01 82 01 02',
      'a key of a Map is no other',
    ],
    ['has a pair of three', 'a1 60 d81b 82 634d6170 81 83 01 01 01', 'a pair of a Map is none'],
    ['has an instance of another type', 'a1 60 d81b 82 6353657480', 'it has another type than Map'],
    ['has a RegExp without end', 'a1 60 d9524a 81 61 28', 'a RegExp of it is none'],
    ['has a RegExp without source', 'a1 60 d9524a 81 60', 'a RegExp of it is spelled otherwise'],
    ['has flags in another order', 'a1 60 d9524a 82 6161 626967', 'a RegExp of it is spelled otherwise'],
    ['has flags that are empty', 'a1 60 d9524a 82 6161 60', 'an item of it is written longer than need be'],
    ['has a URL that is none', 'a1 60 d820 61 61', 'a URL of it is none'],
  ])('%s', (_, hex, problem) => {
    expect(codeOf(() => cbor.decode(bytesOf(hex)))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => cbor.decode(bytesOf(hex)))).toBe(`The payload is not canonical CBOR: ${problem}.`);
  });
});

describe('MessagePack is refused that', () => {
  const longer = 'a value of it is written longer than need be';
  test.each([
    ['is nothing', '', 'it ends too early'],
    ['is no object', '90', 'it is no map'],
    ['goes on after its end', '80 00', '1 bytes follow its end'],
    ['is cut short', '81 a0', 'it ends too early'],
    ['has an array of 2^32 − 1 elements', '81 a0 dd ffffffff', 'it ends too early'],
    ['has a map of 2^32 − 1 pairs', '81 a0 df ffffffff', 'it ends too early'],
    ['has an extension longer than it', '81 a0 c9 ffffffff 01', 'it ends too early'],
    ['has a first byte that means nothing', '81 a0 c1', 'it has a value of no type, 0xc1'],
    ['has 1 in two bytes', '81 a0 cc 01', longer],
    ['has 1 in nine bytes', '81 a0 cf 0000000000000001', longer],
    ['has 1 as a signed number', '81 a0 d0 01', longer],
    ['has −1 in two bytes', '81 a0 d0 ff', longer],
    ['has −1 in nine bytes', '81 a0 d3 ffffffffffffffff', longer],
    ['has a short text with a long head', '81 a0 d9 01 61', longer],
    ['has a short array with a long head', '81 a0 dc 0001 c0', longer],
    ['has a short map with a long head', 'de 0000', longer],
    ['has few bytes with a long head', '81 a0 c5 0001 00', longer],
    ['has 1.0 in 64 bits', '81 a0 cb 3ff0000000000000', longer],
    ['has another NaN', '81 a0 ca 7fc00001', 'it has another NaN'],
    ['has a NaN in 64 bits', '81 a0 cb 7ff8000000000000', longer],
    ['has a name that is no text', '81 01 c0', 'a name of it is no text'],
    ['has a name twice', '82 a161 c0 a161 c0', 'the names of an object are not in their order'],
    ['has names in another order', '82 a162 c0 a161 c0', 'the names of an object are not in their order'],
    ['has a name __proto__', '81 a9 5f5f70726f746f5f5f 80', 'it has a property __proto__'],
    ['has a text that is not UTF-8', '81 a0 a1 ff', 'a text of it is not UTF-8'],
    ['has a text with a lone surrogate', '81 a0 a3 eda080', 'a text of it is not UTF-8'],
    ['has an unknown extension', '81 a0 d4 06 00', 'it has an extension of type 6'],
    ['has a negative extension', '81 a0 d4 fe 00', 'it has an extension of type 254'],
    ['has a fix extension with a long head', '81 a0 c7 01 03 61', longer],
    ['has a bigint extension of 1', '81 a0 d4 01 01', longer],
    ['has an empty bigint extension', '81 a0 c7 00 01', longer],
    ['has a bigint with a spare byte', '81 a0 c7 0a 01 00010000000000000000', longer],
    ['has a timestamp of 96 bits that 32 hold', '81 a0 c7 0c ff 00000000 0000000000000001', longer],
    ['has a timestamp of 64 bits that 32 hold', '81 a0 d7 ff 0000000000000001', longer],
    ['has a timestamp of another length', '81 a0 d5 ff 0000', 'a date of it is none'],
    [
      'has a date between milliseconds',
      '81 a0 d7 ff 0000000400000000',
      'a date of it is no whole milliseconds',
    ],
    ['has a date out of range', '81 a0 c7 0c ff 00000000 7fffffffffffffff', 'a date of it is out of range'],
    ['has a Set with an element twice', '81 a0 c7 03 04 92 01 01', 'an element of a Set is no other'],
    ['has a Set that goes on', '81 a0 c7 03 04 91 01 01', '1 bytes follow its end'],
    ['has a Set that reaches beyond itself', '81 a0 d4 04 91 01', 'it ends too early'],
    ['has a Map with a key twice', '81 a0 c7 05 05 82 01 01 01 01', 'a key of a Map is no other'],
    ['has a Map with −0', '81 a0 c7 07 05 81 ca 80000000 01', 'a key of a Map is no other'],
    ['has a Map that is an array', '81 a0 d4 05 90', 'a Map of it is none'],
    ['has a RegExp that is none', '81 a0 c7 03 02 91 a1 28', 'a RegExp of it is none'],
    ['has a URL that is none', '81 a0 d4 03 61', 'a URL of it is none'],
  ])('%s', (_, hex, problem) => {
    expect(codeOf(() => messagePack.decode(bytesOf(hex)))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => messagePack.decode(bytesOf(hex)))).toBe(
      `The payload is not canonical MessagePack: ${problem}.`,
    );
  });
});

describe.each([
  { codec: cbor, open: 'a1 60', one: 'f6', deep: ['81', 'a160', 'd9010281', 'd81b82634d6170818201'] },
  { codec: messagePack, open: '81 a0', one: 'c0', deep: ['91', '81a0', 'dd00000001'] },
])('$codec.name', ({ codec, open, one, deep }) => {
  test.each(deep)('nested by %s without end is refused before the stack is used up', (level) => {
    const bytes = bytesOf(open + level.repeat(Math.floor((4 * 1024 * 1024 - 4) / (level.length / 2))));
    expect(codeOf(() => codec.decode(bytes))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => codec.decode(bytes))).toMatch(/nested deeper than 64 levels|longer than need be/);
  });

  test('lengths that nothing follows cost no memory', () => {
    const head = codec === cbor ? '9a003fff00' : 'dd003fff00';
    const bytes = bytesOf(open + head.repeat(60));
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    expect(codeOf(() => codec.decode(bytes))).toBe('UNREADABLE_RECORD');
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  });

  test('more than 4 MiB, and more values than may be written, are refused', () => {
    expect(messageOf(() => codec.decode(new Uint8Array(4 * 1024 * 1024 + 1)))).toMatch(
      /it has 4194305 bytes/,
    );
    const count = 2 * 1024 * 1024;
    const head =
      codec === cbor
        ? `9a${count.toString(16).padStart(8, '0')}`
        : `dd${count.toString(16).padStart(8, '0')}`;
    const bytes = concatBytes(bytesOf(open + head), new Uint8Array(count).fill(Number.parseInt(one, 16)));
    expect(messageOf(() => codec.decode(bytes))).toMatch(/it has more than 2097152 values/);
  });

  test('any bytes at all: refused as unreadable, or the one spelling of a value', () => {
    const start = bytesOf(open);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
        expectOneSpelling(concatBytes(start, rest));
      }),
      { numRuns: 800 },
    );
  });

  test('any change of one byte of any fixture: refused, or another value', () => {
    const payloads = BINARY_CASES.map(({ plain }) => codec.encode(plain));
    fc.assert(
      fc.property(
        fc.constantFrom(...payloads),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (payload, at, flip) => {
          const changed = payload.slice();
          changed[at % changed.length]! ^= flip;
          expectOneSpelling(changed);
        },
      ),
      { numRuns: 800 },
    );
  });

  /** The source of a RegExp, and a URL, may be written otherwise than they were read. */
  function expectOneSpelling(bytes: Uint8Array): void {
    let value: Record<string, unknown>;
    try {
      value = codec.decode(bytes);
    } catch (error) {
      expect(codeOfError(error)).toBe('UNREADABLE_RECORD');
      return;
    }
    if (!holdsSpelled(value)) expect(toHex(codec.encode(value))).toBe(toHex(bytes));
  }
});

test('what one of them wrote is nothing to the other', () => {
  expect(codeOf(() => cbor.decode(messagePack.encode({ a: 1 })))).toBe('UNREADABLE_RECORD');
  expect(codeOf(() => messagePack.decode(cbor.encode({ a: 1 })))).toBe('UNREADABLE_RECORD');
  expect(codeOf(() => cbor.decode(utf8('{"json":{}}')))).toBe('UNREADABLE_RECORD');
});
