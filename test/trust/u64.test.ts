import { expect, it } from 'vitest';
import { parseU64 } from '../../src/trust/u64.js';

it.each([
  ['0', 0n],
  ['7', 7n],
  ['9007199254740993', 9007199254740993n],
  ['18446744073709551615', 18446744073709551615n],
])('reads %s without loss', (text, number) => {
  expect(parseU64(text)).toBe(number);
});

it.each([
  '',
  ' ',
  '-1',
  '+1',
  '01',
  '1.0',
  '1e3',
  '0x1',
  '1n',
  '1 ',
  '\t1',
  '१',
  '1_000',
  'NaN',
  '18446744073709551616',
  '1'.repeat(21),
])('does not read %j', (text) => {
  expect(parseU64(text)).toBeUndefined();
});
