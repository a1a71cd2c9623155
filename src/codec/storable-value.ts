// What may be stored, decided before anything is encoded: a private copy of the value, or a refusal that names the place.
// The copy holds only plain objects, arrays and built-ins of this realm, with nothing shared, so that no codec meets a surprise.
import { isWellFormed } from '../bytes.js';
import { types } from 'node:util';

import { ImmuError } from '../errors.js';
import type { PlainRecord } from './codec.js';
import { FORBIDDEN_NAMES, MAX_DEPTH, MAX_VALUES } from './payload-limits.js';
import { pathStep } from './path-step.js';

/** One descent into a value: where it is, and what it is inside of. */
interface Walk {
  readonly subject: string;
  /** `.name`, `[3]` …, from the outside in. */
  readonly path: string[];
  /** The objects around the current place, to find cycles. */
  readonly around: object[];
  depth: number;
  /** How many values may still come: sharing can make a small object graph an enormous tree. */
  budget: number;
}

function refuse(walk: Walk, problem: string): never {
  const place = walk.subject + walk.path.join('');
  throw new ImmuError('VALUE_REFUSED', `${place} ${problem}.`, { details: { place } });
}

/** Runs `visit` one level deeper, at `path` under the current place. */
function within<T>(walk: Walk, path: string, visit: () => T): T {
  walk.path.push(path);
  const result = visit();
  walk.path.pop();
  return result;
}

/** Runs `visit` inside a container that takes `levels` of nesting. */
function inside<T>(walk: Walk, container: object, levels: number, visit: () => T): T {
  if (walk.around.includes(container)) refuse(walk, 'contains itself: store an id instead of the object');
  walk.around.push(container);
  walk.depth += levels;
  if (walk.depth > MAX_DEPTH) refuse(walk, `is nested deeper than ${MAX_DEPTH} levels`);
  const result = visit();
  walk.depth -= levels;
  walk.around.pop();
  return result;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/** How many prototypes are above the value. A subclass of a built-in has one more than the built-in, in every realm. */
function prototypesAbove(value: object): number {
  let count = 0;
  for (let at = prototypeOf(value); at !== null; at = prototypeOf(at)) count++;
  return count;
}

function isPlainObject(value: object): boolean {
  const prototype = prototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return prototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function className(value: object): string {
  const constructor: unknown = value.constructor;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'an unnamed class';
}

/** Refuses what an object carries beside its content, which would be lost. @param expected its own enumerable names */
function refuseExtras(walk: Walk, value: object, expected: number): void {
  const symbol = Object.getOwnPropertySymbols(value).find((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  if (symbol !== undefined) refuse(walk, `has a property named by a symbol, ${String(symbol)}: use a string`);
  const names = Object.keys(value);
  if (names.length === expected) return;
  refuse(
    walk,
    `has properties beside its content, such as ${JSON.stringify(names.at(-1))}: they cannot be stored`,
  );
}

function copyObject(walk: Walk, value: object): Record<string, unknown> {
  const names = Object.keys(value);
  refuseExtras(walk, value, names.length);
  const copy: Record<string, unknown> = {};
  for (const name of names) {
    const member: unknown = Reflect.get(value, name);
    if (member === undefined) continue;
    within(walk, pathStep(name), () => {
      if (FORBIDDEN_NAMES.has(name)) refuse(walk, 'has a name that reaches into prototypes: use another');
      if (!isWellFormed(name)) refuse(walk, 'has a name with a lone surrogate, which UTF-8 cannot carry');
      copy[name] = copyValue(walk, member);
    });
  }
  return copy;
}

function copyArray(walk: Walk, value: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    within(walk, `[${index}]`, () => {
      if (!(index in value)) refuse(walk, 'is a hole in an array: use null');
      copy.push(copyValue(walk, value[index]));
    });
  }
  refuseExtras(walk, value, value.length);
  return copy;
}

function copySet(walk: Walk, value: ReadonlySet<unknown>): Set<unknown> {
  refuseExtras(walk, value, 0);
  const copy = new Set<unknown>();
  for (const element of value) within(walk, `{${copy.size}}`, () => copy.add(copyValue(walk, element)));
  return copy;
}

function copyMap(walk: Walk, value: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
  refuseExtras(walk, value, 0);
  const copy = new Map<unknown, unknown>();
  for (const [key, member] of value) {
    const storedKey = within(walk, `{key ${copy.size}}`, () => copyValue(walk, key));
    within(walk, `{value ${copy.size}}`, () => copy.set(storedKey, copyValue(walk, member)));
  }
  return copy;
}

function copyDate(walk: Walk, value: Date): Date {
  refuseExtras(walk, value, 0);
  if (Number.isNaN(value.getTime())) refuse(walk, 'is an invalid Date: give it a time or leave it out');
  return new Date(value.getTime());
}

function copyRegExp(walk: Walk, value: RegExp): RegExp {
  refuseExtras(walk, value, 0);
  if (!isWellFormed(value.source)) refuse(walk, 'is a RegExp with a lone surrogate: escape it');
  return new RegExp(value.source, value.flags);
}

/** Built-ins that are stored, told apart in a way that works across realms. `undefined` for anything else. */
function copyBuiltIn(walk: Walk, value: object): unknown {
  // Buffer is the one subclass that is welcome: Node hands it out wherever bytes come from. A view does: nobody writes to it.
  if (types.isUint8Array(value) && (Buffer.isBuffer(value) || prototypesAbove(value) === 3)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (prototypesAbove(value) !== 2) return undefined;
  if (types.isDate(value)) return copyDate(walk, value);
  if (types.isSet(value)) return inside(walk, value, 1, () => copySet(walk, value));
  if (types.isMap(value)) return inside(walk, value, 2, () => copyMap(walk, value));
  if (types.isRegExp(value)) return copyRegExp(walk, value);
  // Without an own-property check: what Node keeps on a URL differs by version.
  if (value instanceof URL) return new URL(value.href);
  return undefined;
}

function copyInstance(walk: Walk, value: object): unknown {
  const copy = copyBuiltIn(walk, value);
  if (copy !== undefined) return copy;
  const remedy =
    ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) ? 'a Uint8Array' : 'a plain object';
  return refuse(walk, `is an instance of ${className(value)}, which cannot be stored: use ${remedy}`);
}

function copyValue(walk: Walk, value: unknown): unknown {
  if (--walk.budget < 0) refuse(walk, 'is one value too many: the whole does not fit into 4 MiB');
  switch (typeof value) {
    case 'string':
      return isWellFormed(value)
        ? value
        : refuse(walk, 'is a string with a lone surrogate, which UTF-8 cannot carry');
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    case 'undefined':
      return refuse(walk, 'is undefined inside a collection: use null or leave it out');
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value) && prototypesAbove(value) === 2) {
        return inside(walk, value, 1, () => copyArray(walk, value));
      }
      return isPlainObject(value)
        ? inside(walk, value, 1, () => copyObject(walk, value))
        : copyInstance(walk, value);
    default:
      return refuse(walk, `is a ${typeof value}, which cannot be stored`);
  }
}

/**
 * The value as codecs store it: `undefined` properties left out, Buffers as they are, everything else copied.
 *
 * @param plain the properties of one entity
 * @param subject what they belong to, for errors
 * @throws ImmuError `VALUE_REFUSED` naming the property and the remedy
 */
export function storableCopy(plain: PlainRecord, subject: string): Record<string, unknown> {
  const walk: Walk = { subject, path: [], around: [], depth: 0, budget: MAX_VALUES };
  if (!isPlainObject(plain)) refuse(walk, 'is not a plain object');
  return inside(walk, plain, 1, () => copyObject(walk, plain));
}
