// Values as the model compares, orders and shows them. It knows nothing of keys or encodings.

import type { KeyPart } from '../../../src/codec/key-parts.js';

/** The properties of an entity that are set, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** Whether two values, or entities, are the same as stored: −0 is not 0. */
export function isSame(a: unknown, b: unknown): boolean {
  return show(a) === show(b);
}

/** Only what is set. */
export function withoutUndefined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The order of two key parts of one type by their meaning: text by code points, 0 and −0 alike. */
export function compareParts(a: KeyPart, b: KeyPart): number {
  if (typeof a === 'string') return compareLists(codePoints(a), codePoints(b as string));
  if (a instanceof Uint8Array) return compareLists([...a], [...(b as Uint8Array)]);
  const [x, y] = [a, b].map((part) => (part instanceof Date ? part.getTime() : part)) as [number, number];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The order of two lists of key parts. */
export function compareAllParts(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  return a.map((part, at) => compareParts(part, b[at]!)).find((order) => order !== 0) ?? 0;
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at === -1) return a.length - b.length;
  return at >= b.length ? 1 : a[at]! - b[at]!;
}

/** One text for all parts that are one and the same as a key. */
export function nameOfParts(parts: readonly KeyPart[]): string {
  return parts.map((part) => (typeof part === 'number' && part === 0 ? '0' : show(part))).join(' / ');
}

/** A value as code would write it, or nearly: one text for one value. What is undefined in an object is left out. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value).replace(/[^ -~]/gu, escaped);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Map) return `Map(${show([...value])})`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${members
    .map(([name, member]) => `${name}: ${show(member)}`)
    .sort()
    .join(', ')} }`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
