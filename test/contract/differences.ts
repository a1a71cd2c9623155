// Compares two values field by field, and prints where they differ for a person to read.
import { equalBytes, fromUtf8, toHex } from '../../src/bytes.js';

const MAX_PRINTED = 25;
const MAX_BYTES_PRINTED = 80;

/** One field of a value: its path, and what is there. */
type Leaf = readonly [path: string, value: unknown];

/** Objects and lists count as fields of their own: whether a message is present and empty, or absent, is a difference. */
function* leaves(value: unknown, path = ''): Generator<Leaf> {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    yield [`${path}.length`, value.length];
    for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${index}]`);
  } else if (value instanceof Map) {
    yield* leaves([...(value as Map<unknown, unknown>)], path);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    yield [path, 'present'];
    for (const [key, member] of Object.entries(value)) yield* leaves(member, `${path}.${key}`);
  } else {
    yield [path, value];
  }
}

/** Zeroes of either sign are equal: our encoder of messages drops the sign of a bare zero. NaN equals itself. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  return a === b || Object.is(a, b);
}

/** Bytes as hex, and as text where they are printable. */
function showBytes(bytes: Uint8Array): string {
  const text = fromUtf8(bytes);
  const readable = text !== undefined && /^[\x20-\x7e]*$/.test(text) && bytes.length > 0;
  const shown = readable ? `'${text}'` : `x'${toHex(bytes)}'`;
  if (shown.length <= MAX_BYTES_PRINTED) return shown;
  return `${shown.slice(0, MAX_BYTES_PRINTED)}… (${bytes.length} bytes)`;
}

/** One line for any value of a request or a response. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value instanceof Uint8Array) return showBytes(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0) || (value instanceof Number && Object.is(value.valueOf(), -0))) return '-0';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value instanceof Map) return show([...(value as Map<unknown, unknown>)]);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length === 0
    ? '{}'
    : `{ ${members.map(([key, member]) => `${key}: ${show(member)}`).join(', ')} }`;
}

/** Where two values differ. */
export interface Difference {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Every field in which two values differ; none where they are alike. */
export function differences(left: unknown, right: unknown): Difference[] {
  const lefts = new Map(leaves(left));
  const rights = new Map(leaves(right));
  return [...new Set([...lefts.keys(), ...rights.keys()])]
    .filter((path) => !isSame(lefts.get(path), rights.get(path)))
    .map((path) => ({ path, left: lefts.get(path), right: rights.get(path) }));
}

/** Differences as lines, the first ones of many. @param names of the two sides */
export function showDifferences(found: readonly Difference[], names: readonly [string, string]): string {
  const width = Math.max(...names.map((name) => name.length));
  const lines = found
    .slice(0, MAX_PRINTED)
    .flatMap(({ path, left, right }) => [
      `  ${path}`,
      `    ${names[0].padEnd(width)}  ${show(left)}`,
      `    ${names[1].padEnd(width)}  ${show(right)}`,
    ]);
  const more = found.length - MAX_PRINTED;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}
