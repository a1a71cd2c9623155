// A codec as an application might write it, and ways to get one wrong.
import type { Codec, PlainRecord } from '../../src/codec/codec.js';

/** Sorted JSON of texts, booleans, null, finite numbers, arrays and objects. */
export const ownJson: Codec = {
  id: 0x8001,
  name: 'own JSON',
  encode(plain: PlainRecord): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(sorted(plain)));
  },
  decode(bytes: Uint8Array): Record<string, unknown> {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as Record<string, unknown>;
    if (JSON.stringify(sorted(value)) !== text) throw new Error('not sorted');
    return value;
  },
};

/** Refuses what JSON would change. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return value;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`JSON has no ${typeof value} of this kind`);
  // What looks like a number would be moved to the front.
  const names = Object.keys(value).sort();
  if (names.some((name) => /^\d+$/.test(name))) throw new TypeError('JSON has no order for such names');
  return Object.fromEntries(names.map((name) => [name, sorted((value as PlainRecord)[name])]));
}

/** The same codec, but for what is given. */
export function ownWith(changes: Partial<Record<keyof Codec, unknown>>): Codec {
  return { ...ownJson, ...changes } as Codec;
}
