import { expect, test } from 'vitest';

import { describeKeyPart, describeKeyParts } from '../../src/codec/describe-key.js';
import type { KeyPart } from '../../src/codec/key-parts.js';

test.each<[KeyPart, string]>([
  ['a', '"a"'],
  ['line\nbreak "quoted"', String.raw`"line\nbreak \"quoted\""`],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [1n, '1n'],
  [true, 'true'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [new Date(NaN), 'Invalid Date'],
  [Uint8Array.of(0, 0xff), '0x00ff'],
])('%o', (part, text) => {
  expect(describeKeyPart(part)).toBe(text);
});

test.each<[string, KeyPart]>([
  ['text', 'x'.repeat(10_000)],
  ['a bigint', 10n ** 1000n],
  ['bytes', new Uint8Array(10_000)],
])('%s is shortened', (_, part) => {
  expect(describeKeyPart(part).length).toBeLessThan(70);
});

test('several parts are a list', () => {
  expect(describeKeyParts(['a'])).toBe('"a"');
  expect(describeKeyParts(['a', 1n])).toBe('["a", 1n]');
});
