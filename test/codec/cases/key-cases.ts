// Values whose key bytes are fixed for ever. Add cases; never change one.
import type { KeyPart } from '../../../src/codec/key-parts.js';
import { namedKeys, recordKeys, type KeySpace } from '../../../src/codec/record-key.js';

export interface PartCase {
  readonly name: string;
  readonly part: KeyPart;
}

export const PART_CASES: readonly PartCase[] = [
  { name: 'false', part: false },
  { name: 'true', part: true },
  { name: 'number 0', part: 0 },
  { name: 'number 1', part: 1 },
  { name: 'number -1', part: -1 },
  { name: 'number 1.5', part: 1.5 },
  { name: 'number smallest', part: Number.MIN_VALUE },
  { name: 'number largest', part: Number.MAX_VALUE },
  { name: 'number most negative', part: -Number.MAX_VALUE },
  { name: 'number 2^53 - 1', part: Number.MAX_SAFE_INTEGER },
  { name: 'bigint 0', part: 0n },
  { name: 'bigint 1', part: 1n },
  { name: 'bigint -1', part: -1n },
  { name: 'bigint 255', part: 255n },
  { name: 'bigint 256', part: 256n },
  { name: 'bigint -255', part: -255n },
  { name: 'bigint -256', part: -256n },
  { name: 'bigint 2^64', part: 1n << 64n },
  { name: 'bigint longest', part: (1n << 960n) - 1n },
  { name: 'bigint longest negative', part: 1n - (1n << 960n) },
  { name: 'date 1970', part: new Date(0) },
  { name: 'date before 1970', part: new Date(-1) },
  { name: 'date 2024-02-29', part: new Date('2024-02-29T12:34:56.789Z') },
  { name: 'date first', part: new Date(-8.64e15) },
  { name: 'date last', part: new Date(8.64e15) },
  { name: 'string empty', part: '' },
  { name: 'string abc', part: 'abc' },
  { name: 'string with zeros', part: '\0a\0' },
  { name: 'string é 中 and an astral character', part: 'é中😀' },
  { name: 'string not normalised', part: 'e\u0301' },
  { name: 'bytes empty', part: new Uint8Array() },
  { name: 'bytes 00 ff 01', part: Uint8Array.of(0, 0xff, 1) },
];

export interface KeyCase {
  readonly name: string;
  readonly space: KeySpace;
  readonly parts: readonly KeyPart[];
}

export const KEY_CASES: readonly KeyCase[] = [
  { name: 'record by string', space: recordKeys('account'), parts: ['ada'] },
  { name: 'record by bigint', space: recordKeys('account'), parts: [42n] },
  { name: 'record by several parts', space: recordKeys('order-line'), parts: ['o1', 7, true] },
  { name: 'record in a namespace', space: recordKeys('account', 'tenant-1'), parts: ['ada'] },
  { name: 'record of a one-letter entity', space: recordKeys('a'), parts: [new Date(0)] },
  { name: 'index', space: namedKeys('index', 'account', 'by.city'), parts: ['Wien', 'ada'] },
  { name: 'unique', space: namedKeys('unique', 'account', 'email'), parts: ['ada@example.com'] },
  { name: 'meta', space: namedKeys('meta', 'account', 'email'), parts: [] },
  {
    name: 'index of several values and ids',
    space: namedKeys('index', 'order-line', 'by-age'),
    parts: [true, new Date(0), 'o1', 7],
  },
  {
    name: 'index in a namespace',
    space: namedKeys('index', 'account', 'by-city', 'n_1'),
    parts: ['Wien', 'ada'],
  },
  { name: 'unique of several values', space: namedKeys('unique', 'account', 'by-owner'), parts: ['ada', 5n] },
  { name: 'idempotency key', space: namedKeys('meta', 'account', 'writes'), parts: ['payment 7/2024'] },
  { name: 'meta in a namespace', space: namedKeys('meta', 'account', 'email', 'n_1'), parts: [] },
];
