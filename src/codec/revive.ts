// JSON and annotations back into values. Written here rather than left to superjson, whose reader accepts paths and
// types outside the format; it is also the second opinion on each payload that superjson writes.
import { fromBase64 } from '../bytes.js';
import type { AnnotatedType, AnnotationNode } from './superjson-annotations.js';

const DECIMAL = /^(?:0|-?[1-9][0-9]*)$/;
const INDEX = /^(?:0|[1-9][0-9]*)$/;
const SPECIAL_NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['-0', -0],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['NaN', NaN],
]);

function reviveDate(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.toISOString() !== text ? undefined : date;
}

// The source and flags, and a URL, are not compared with the text: how they are written out may change with the
// JavaScript engine, and a record must stay readable.
function reviveRegExp(text: string): RegExp | undefined {
  const end = text.lastIndexOf('/');
  if (!text.startsWith('/') || end < 2) return undefined;
  try {
    return new RegExp(text.slice(1, end), text.slice(end + 1));
  } catch {
    return undefined;
  }
}

function reviveUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function reviveText(type: AnnotatedType, text: string): unknown {
  switch (type) {
    case 'bigint':
      return DECIMAL.test(text) ? BigInt(text) : undefined;
    case 'bytes':
      return fromBase64(text);
    case 'Date':
      return reviveDate(text);
    case 'number':
      return SPECIAL_NUMBERS.get(text);
    case 'regexp':
      return reviveRegExp(text);
    case 'URL':
      return reviveUrl(text);
    default:
      return undefined;
  }
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function reviveCollection(type: AnnotatedType, elements: readonly unknown[]): unknown {
  if (type !== 'set' && type !== 'map') return undefined;
  if (type === 'map' && !elements.every(isPair)) return undefined;
  const collection = type === 'set' ? new Set(elements) : new Map(elements as [unknown, unknown][]);
  return collection.size === elements.length ? collection : undefined;
}

/** Revives the places below in the container itself. Whether all of them exist and hold what is claimed. */
function reviveBelow(container: unknown, below: ReadonlyMap<string, AnnotationNode>): boolean {
  if (typeof container !== 'object' || container === null) return false;
  for (const [name, node] of below) {
    if (!Object.hasOwn(container, name) || (Array.isArray(container) && !INDEX.test(name))) return false;
    const value = revive(Reflect.get(container, name), node);
    if (value === undefined) return false;
    Reflect.set(container, name, value);
  }
  return true;
}

/**
 * The value that the JSON and its annotations stand for.
 *
 * @param json changed in place: hand over a fresh one without names that reach into prototypes
 * @returns `undefined` if an annotation names no place, or its place does not hold what it claims
 */
export function revive(json: unknown, node: AnnotationNode): unknown {
  if (node.below.size > 0 && !reviveBelow(json, node.below)) return undefined;
  if (node.type === undefined) return json;
  if (typeof json === 'string') return reviveText(node.type, json);
  return Array.isArray(json) ? reviveCollection(node.type, json) : undefined;
}
