// Which codecs a ledger has, and what it says of those it has not.
import { describe, expect, test } from 'vitest';

import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import type { Codec } from '../../src/codec/codec.js';
import { codecSet } from '../../src/codec/codec-set.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { codeOf, messageOf } from './code-of.js';
import { ownJson, ownWith } from './own-json.js';

test('the default codec is always there, and each is found by its number', () => {
  const set = codecSet([cbor, ownJson, cbor]);
  expect(set.reader(1)).toBe(canonicalSuperjson);
  expect(set.reader(2)).toBe(cbor);
  expect(set.inUse(cbor)).toBe(cbor);
  expect(set.inUse(ownJson)).toBe(set.reader(0x8001));
});

test('an own one is guarded, ours are as they are', () => {
  const set = codecSet([ownWith({ encode: () => 'no bytes' }), messagePack]);
  expect(codeOf(() => set.reader(0x8001).encode({}))).toBe('VALUE_REFUSED');
  expect(set.reader(3)).toBe(messagePack);
});

describe('says which option to add for', () => {
  test.each([
    [2, "CBOR: add it with `codecs: [cbor]`, imported from 'immurepo/cbor'"],
    [3, "MessagePack: add it with `codecs: [messagePack]`, imported from 'immurepo/message-pack'"],
    [4, 'which this version does not know: read it with a newer immurepo'],
    [0x8002, 'one of an application itself: add it to `codecs`'],
  ])('codec %d', (id, remedy) => {
    expect(codeOf(() => codecSet([ownJson]).reader(id))).toBe('UNSUPPORTED_FORMAT');
    expect(messageOf(() => codecSet([ownJson]).reader(id))).toContain(`not opened with: ${remedy}.`);
  });
});

describe('refuses', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'A codec must have an id, a name, and the methods encode and decode.'],
    ['a name', 'cbor', 'A codec must have an id, a name, and the methods encode and decode.'],
    [
      'a codec without decode',
      ownWith({ decode: undefined }),
      'A codec must have an id, a name, and the methods encode and decode.',
    ],
    [
      'a codec without a name',
      ownWith({ name: '' }),
      'A codec must have an id, a name, and the methods encode and decode.',
    ],
    [
      'an id of ours',
      ownWith({ id: 2 }),
      'Codec "own JSON" has the id 2: one of your own must have one from 0x8000 to 0xffff, for ever the same.',
    ],
    [
      'an id that is reserved',
      ownWith({ id: 0x7fff }),
      'Codec "own JSON" has the id 32767: one of your own must have one from 0x8000 to 0xffff, for ever the same.',
    ],
    [
      'an id beyond 16 bits',
      ownWith({ id: 0x10000 }),
      'Codec "own JSON" has the id 65536: one of your own must have one from 0x8000 to 0xffff, for ever the same.',
    ],
    [
      'an id that is no integer',
      ownWith({ id: 32768.5 }),
      'Codec "own JSON" has the id 32768.5: one of your own must have one from 0x8000 to 0xffff, for ever the same.',
    ],
    [
      'a copy of one of ours',
      { ...cbor },
      'Codec "canonical CBOR" has the id 2: one of your own must have one from 0x8000 to 0xffff, for ever the same.',
    ],
  ])('%s', (_, codec, message) => {
    expect(() => codecSet([codec as Codec])).toThrow(new TypeError(message));
  });

  test('two of one id', () => {
    expect(() => codecSet([ownJson, ownWith({ name: 'other' })])).toThrow(
      new TypeError('Codecs "own JSON" and "other" both have the id 0x8001: give one another.'),
    );
  });
});
