// Values on which codecs differ, and ways to damage what was written of them.
import type { PlainRecord } from './codec.js';

/** A value with what it is about. */
export interface ConformanceValue {
  readonly name: string;
  readonly plain: PlainRecord;
}

/** Each of them can be stored by every codec of this package. */
export const CONFORMANCE_VALUES: readonly ConformanceValue[] = [
  { name: 'no properties', plain: {} },
  { name: 'texts', plain: { empty: '', ascii: 'a', wide: 'é€😀', control: '\0\n\u2028', bom: '\ufeff' } },
  { name: 'names', plain: { b: 1, a: 2, '10': 3, '9': 4, '': 5, 'a.b': 6, '😀': 7, '\ufb01': 8 } },
  { name: 'null and booleans', plain: { nothing: null, yes: true, no: false } },
  {
    name: 'numbers',
    plain: { zero: 0, one: 1, third: 1 / 3, large: 2 ** 53, least: 5e-324, negative: -1.5 },
  },
  { name: 'minus zero', plain: { value: -0 } },
  { name: 'NaN and infinities', plain: { nan: NaN, up: Infinity, down: -Infinity } },
  { name: 'bigints', plain: { one: 1n, minus: -1n, wide: 2n ** 64n, negative: -(2n ** 80n) } },
  { name: 'a number beside a bigint', plain: { number: 1, bigint: 1n } },
  { name: 'bytes', plain: { none: new Uint8Array(), some: Uint8Array.of(0, 1, 0xff) } },
  { name: 'dates', plain: { epoch: new Date(0), before: new Date(-1), exact: new Date(1_700_000_000_123) } },
  { name: 'regular expressions', plain: { value: /a\/b/giu } },
  { name: 'URLs', plain: { value: new URL('https://example.com/a%20b?q=1#x') } },
  { name: 'arrays', plain: { none: [], mixed: [1, 'a', null, 1n, [new Date(0)], { a: -0 }] } },
  { name: 'Sets', plain: { value: new Set<unknown>(['b', 'a', 1n]) } },
  {
    name: 'Maps',
    plain: {
      value: new Map<unknown, unknown>([
        ['b', 1],
        ['a', new Set([1n])],
        [1n, null],
      ]),
    },
  },
  { name: 'objects', plain: { value: { b: { c: 1n }, a: {} } } },
  { name: 'a long text', plain: { value: 'x'.repeat(70_000) } },
  {
    name: 'a text that looks like something else',
    plain: { value: '1970-01-01T00:00:00.000Z', json: '{"a":1}' },
  },
];

/** The same value, its properties set in the opposite order on every level. */
export function rebuilt(plain: PlainRecord): Record<string, unknown> {
  return rebuiltValue(plain) as Record<string, unknown>;
}

/** Whether there is a RegExp or URL in a value: how these write themselves is the engine's, and may be otherwise than they were read. */
export function holdsSpelled(value: unknown): boolean {
  if (value instanceof RegExp || value instanceof URL) return true;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  const isCollection = value instanceof Set || value instanceof Map;
  return (isCollection ? [...value] : Object.values(value)).some(holdsSpelled);
}

function rebuiltValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebuiltValue);
  if (value instanceof Set) return new Set([...value].map(rebuiltValue));
  if (value instanceof Map)
    return new Map([...value].map(([key, member]) => [rebuiltValue(key), rebuiltValue(member)]));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const properties = Object.entries(value as PlainRecord).map(
    ([name, member]) => [name, rebuiltValue(member)] as const,
  );
  return Object.fromEntries(properties.reverse());
}

/** Places at which a payload is damaged; of long ones, each of which takes its time, fewer. */
const PLACES = 60;
const PLACES_OF_LONG = 10;
const LONG = 1000;
/** Of so many first bytes one is repeated. */
const PLACES_OF_REPEATED = 4;
/** How deep hostile bytes are nested, or how long: far beyond what may be stored. */
const REPEATED = 100_000;

/** What may become of a payload on its way, or be made of it: cut short, longer, changed in one byte, or one byte repeated. */
export function* damaged(payload: Uint8Array): Generator<Uint8Array> {
  yield new Uint8Array();
  const longer = new Uint8Array(payload.length + 1);
  longer.set(payload);
  yield longer;
  const places = Math.min(payload.length, payload.length > LONG ? PLACES_OF_LONG : PLACES);
  for (let at = 0; at < places; at++) {
    yield payload.slice(0, at);
    for (const bit of [0x01, 0x20, 0x80]) {
      const changed = payload.slice();
      changed[at] = (changed[at] ?? 0) ^ bit;
      yield changed;
    }
    if (at < PLACES_OF_REPEATED) yield new Uint8Array(REPEATED).fill(payload[at] ?? 0);
  }
}
