// The check for authors of codecs: ours have no problems, and each mistake is found.
import { describe, expect, test } from 'vitest';
import { canonicalSuperjson, type Codec, codecConformance } from 'immurepo/codec';
import { cbor } from 'immurepo/cbor';
import { messagePack } from 'immurepo/message-pack';

import { equalBytes, utf8 } from '../../src/bytes.js';
import { ownJson, ownWith } from './own-json.js';

test.each([canonicalSuperjson, cbor, messagePack])('$name has no problems', (codec) => {
  expect(codecConformance(codec)).toEqual([]);
});

test('nor has one that stores less, and says so', () => {
  expect(codecConformance(ownJson)).toEqual([]);
});

/** What is wrong is told of every value: one of them will do. */
const problemsOf = (changes: Partial<Record<keyof Codec, unknown>>) =>
  codecConformance(ownWith(changes)).join('\n');
let calls = 0;
const shared = {};

describe('finds', () => {
  test.each<[string, Partial<Record<keyof Codec, unknown>>, string]>([
    ['an id of ours', { id: 2 }, 'Its id is 2: a codec of your own has one from 0x8000 to 0xffff.'],
    ['no name', { name: '' }, 'It has no name.'],
    [
      'one that stores nothing',
      {
        encode: () => {
          throw new Error('no');
        },
      },
      'It refuses to write anything.',
    ],
    ['no bytes', { encode: () => 'text' }, 'encode does not return bytes.'],
    [
      'a nonce',
      { encode: () => utf8(`{"a":${String(calls++)}}`) },
      'encode gives other bytes the second time.',
    ],
    [
      'an order of properties',
      { encode: (plain: object) => utf8(JSON.stringify(plain)) },
      'encode gives other bytes if the properties were set in another order.',
    ],
    [
      'what it changes',
      { encode: (plain: { yes?: unknown }) => ((plain.yes = 1), ownJson.encode(plain)) },
      'encode changes what it is given.',
    ],
    [
      'a value that is lost',
      {
        encode: (plain: object) =>
          utf8(
            JSON.stringify(Object.fromEntries(Object.entries(plain).sort()), (_, value: unknown) =>
              typeof value === 'bigint' ? null : value,
            ),
          ),
      },
      'decode gives something else than what was encoded.',
    ],
    [
      'what it cannot read',
      {
        decode: () => {
          throw new Error('no');
        },
      },
      'decode throws for what encode wrote: Error: no',
    ],
    ['what it hands out twice', { decode: () => shared }, 'decode gives the same object twice.'],
    [
      'a payload it changes',
      { decode: (bytes: Uint8Array) => (ownJson.decode(bytes), bytes.fill(0), {}) },
      'decode changes the bytes it is given.',
    ],
    [
      'a second spelling',
      { decode: (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as unknown },
      'decode reads what encode never writes',
    ],
    [
      'the end of the stack',
      {
        decode: (bytes: Uint8Array) =>
          equalBytes(bytes.subarray(0, 9), new Uint8Array(9).fill(0x7b)) ? endless() : ownJson.decode(bytes),
      },
      'decode runs out of stack or memory, such as for 0x7b7b',
    ],
  ])('%s', (_, changes, problem) => {
    expect(problemsOf(changes)).toContain(problem);
  });
});

function endless(): never {
  return endless();
}
