// Values whose CBOR and MessagePack bytes are fixed for ever: all those of codec 1, and every break in the length of a
// form. Add cases; never change one.
import { PAYLOAD_CASES, type PayloadCase } from './payload-cases.js';

/** The values on both sides of each power of two at which an integer takes another form. */
const bigints = [5n, 7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n, 71n].flatMap((bits) => [
  (1n << bits) - 1n,
  1n << bits,
  -(1n << bits),
  -(1n << bits) - 1n,
]);

export const BINARY_CASES: readonly PayloadCase[] = [
  ...PAYLOAD_CASES,
  { name: 'bigints of every form', plain: { value: [0n, 23n, 24n, -24n, -25n, ...bigints] } },
  {
    name: 'numbers of every form',
    plain: {
      half: [1, -1, 1.5, 65504, 2 ** -14, 2 ** -24, 3 * 2 ** -24, 1023 * 2 ** -24],
      single: [65505, 65536, 2 ** -25, 3.4028234663852886e38, 1 + 2 ** -11],
      double: [0.1, 2 ** 53, 2 ** 53 - 1, 1e-320, Number.MAX_VALUE, 3.4028234663852886e38 * 2],
    },
  },
  {
    name: 'texts of every form',
    plain: { value: [0, 23, 24, 31, 32, 255, 256].map((length) => 'a'.repeat(length)) },
  },
  {
    name: 'bytes of every form',
    plain: { value: [0, 1, 2, 16, 23, 24, 255, 256].map((length) => new Uint8Array(length).fill(7)) },
  },
  {
    name: 'collections of every form',
    plain: {
      array: [15, 16, 23, 24].map((length) => new Array<number>(length).fill(1)),
      set: new Set(Array.from({ length: 17 }, (_, index) => BigInt(index))),
      map: new Map(Array.from({ length: 17 }, (_, index) => [BigInt(index), null])),
      object: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`name${index}`, null])),
    },
  },
  {
    name: 'dates of every form',
    plain: {
      value: [0, 1, -1, 999, -999, 1000, -1000, 4294967295000, 4294967296000, 17179869183999, 17179869184000]
        .concat([8.64e15, -8.64e15, 4_500_000_000_000_001, -4_500_000_000_000_001])
        .map((ms) => new Date(ms)),
    },
  },
  { name: 'names by length and then by bytes', plain: { bb: 1, a: 2, c: 3, aaa: 4, é: 5, '': 6 } },
];
