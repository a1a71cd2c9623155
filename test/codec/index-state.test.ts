import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import {
  definitionDigest,
  encodeIndexState,
  parseIndexState,
  type IndexState,
} from '../../src/codec/index-state.js';
import { codeOf, codeOfError, messageOf } from './code-of.js';

const digest = Uint8Array.from({ length: 32 }, (_, index) => index);
const ready = encodeIndexState({ state: 'ready', digest });

const anyState: fc.Arbitrary<IndexState> = fc.record({
  state: fc.constantFrom('building', 'ready'),
  digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test('a note, byte by byte', () => {
  expect(toHex(ready)).toBe(`0101${toHex(digest)}`);
  expect(toHex(encodeIndexState({ state: 'building', digest }))).toBe(`0100${toHex(digest)}`);
});

test('notes parse back, also from the middle of a message', () => {
  fc.assert(
    fc.property(anyState, fc.nat(8), (noted, offset) => {
      const message = new Uint8Array(50);
      const bytes = message.subarray(offset, offset + 34);
      bytes.set(encodeIndexState(noted));
      expect(parseIndexState(bytes)).toEqual(noted);
    }),
  );
});

test('the digest read back is a copy', () => {
  const bytes = Uint8Array.from(ready);
  const noted = parseIndexState(bytes);
  bytes.fill(9);
  expect(noted.digest).toEqual(digest);
});

describe('what no version writes is refused', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a format alone', ready.subarray(0, 1)],
    ['no digest', ready.subarray(0, 2)],
    ['a digest cut short', ready.subarray(0, 33)],
    ['a byte too many', Uint8Array.of(...ready, 0)],
    ['a state of the future', Uint8Array.of(1, 2, ...digest)],
    ['the last state', Uint8Array.of(1, 255, ...digest)],
    ['the value of an index entry', Uint8Array.of(1)],
  ])('%s', (_, value) => {
    expect(codeOf(() => parseIndexState(value))).toBe('UNREADABLE_RECORD');
  });

  test('another format may be read by a newer version', () => {
    for (const format of [0, 2, 255]) {
      const value = Uint8Array.of(format, 1, ...digest);
      expect(codeOf(() => parseIndexState(value))).toBe('UNSUPPORTED_FORMAT');
    }
    expect(messageOf(() => parseIndexState(Uint8Array.of(2)))).toMatch(
      /has format 2, and this version reads format 1: use a newer immurepo\.$/,
    );
  });

  test('any bytes: refused, or exactly what is written', () => {
    const start = fc.array(fc.nat(2), { maxLength: 2 });
    fc.assert(
      fc.property(start, fc.uint8Array({ minLength: 31, maxLength: 33 }), (head, tail) => {
        const value = Uint8Array.of(...head, ...tail);
        let noted: IndexState;
        try {
          noted = parseIndexState(value);
        } catch (error) {
          expect(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT']).toContain(codeOfError(error));
          return;
        }
        expect(toHex(encodeIndexState(noted))).toBe(toHex(value));
      }),
      { numRuns: 1000 },
    );
  });
});

test('a digest of another length is not written', () => {
  for (const length of [0, 31, 33]) {
    expect(codeOf(() => encodeIndexState({ state: 'ready', digest: new Uint8Array(length) }))).toBe(
      'RangeError',
    );
  }
});

test('definitions that differ have different digests', () => {
  const definition = fc.tuple(fc.boolean(), fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }));
  fc.assert(
    fc.property(definition, definition, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      expect(toHex(definitionDigest(...a)) === toHex(definitionDigest(...b))).toBe(isSame);
    }),
    { numRuns: 500 },
  );
});
