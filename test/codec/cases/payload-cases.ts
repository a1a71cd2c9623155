// Values whose codec 1 bytes are fixed for ever. Add cases; never change one.
import type { PlainRecord } from '../../../src/codec/codec.js';

export interface PayloadCase {
  readonly name: string;
  readonly plain: PlainRecord;
}

const nested = { when: new Date(0), amounts: [1n, 2n] };

export const PAYLOAD_CASES: readonly PayloadCase[] = [
  { name: 'no properties', plain: {} },
  { name: 'JSON values', plain: { text: 'a', number: 1.5, yes: true, no: false, nothing: null } },
  { name: 'names sorted by code unit', plain: { b: 1, a: 2, B: 3, '😀': 4, '\ufb01': 5, é: 6 } },
  {
    name: 'names that look like numbers',
    plain: { 9: 'nine', 10: 'ten', '-1': 'minus', '01': 'zero', a: 'a' },
  },
  { name: 'names with dots, backslashes and nothing', plain: { 'a.b': 1n, 'a\\.b': 2n, '': { '': 3n } } },
  { name: 'numbers', plain: { a: 0, b: -0, c: NaN, d: Infinity, e: -Infinity, f: 1e21, g: 5e-324, h: 0.1 } },
  { name: 'bigint', plain: { zero: 0n, minus: -1n, big: 2n ** 64n, same: 2n ** 64n } },
  {
    name: 'strings',
    plain: { quote: '"\\/', control: '\0\b\f\n\r\t\u001f\u007f\u2028', astral: '😀', bom: '\ufeff' },
  },
  {
    name: 'bytes',
    plain: { none: new Uint8Array(), some: Uint8Array.of(0, 1, 0xff), four: new Uint8Array(4) },
  },
  { name: 'a Buffer', plain: { bytes: Buffer.from([0, 1, 0xff]) } },
  {
    name: 'Date',
    plain: { epoch: new Date(0), last: new Date(8.64e15), early: new Date(-62_198_755_200_000) },
  },
  { name: 'RegExp', plain: { simple: /a+/, flags: /a\/b/giu, empty: new RegExp('') } },
  { name: 'URL', plain: { url: new URL('https://user@example.com:8080/a b?q=é#x') } },
  {
    name: 'Set',
    plain: { empty: new Set(), plain: new Set(['b', 'a']), typed: new Set([1n, new Date(0), -0]) },
  },
  {
    name: 'Map',
    plain: {
      empty: new Map(),
      plain: new Map([
        ['b', 1],
        ['a', 2],
      ]),
      typed: new Map<unknown, unknown>([
        [1n, new Date(0)],
        [new Date(1), 'x'],
      ]),
      inside: new Map([['k', new Map([[{ a: 1n }, new Set([1n])]])]]),
    },
  },
  { name: 'arrays', plain: { empty: [], mixed: [1, 'a', null, 1n, [new Date(0)], { a: -0 }] } },
  {
    name: 'objects',
    plain: { a: { b: { c: 1n, d: {} } }, bare: Object.assign(Object.create(null) as object, { x: 1 }) },
  },
  { name: 'the same object twice', plain: { first: nested, second: nested } },
  { name: 'undefined properties', plain: { a: undefined, b: { c: undefined, d: 1 } } },
  {
    name: 'an account',
    plain: {
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      email: 'ada@example.com',
      balance: 12_345_678_901_234_567_890n,
      openedAt: new Date('2024-02-29T12:34:56.789Z'),
      tags: new Set(['vip']),
      digest: new Uint8Array(32).fill(0xab),
      address: { city: 'Wien', lines: ['Ring 1'] },
    },
  },
];
