// Types made of other types: arrays, Sets and Maps of them, and null or nothing beside them.

import { types } from 'node:util';
import type { BoundType, OptionalType, PropertyType, TypeScope } from '../property-type.js';
import { doubledName, lossyNumber } from './exact-json.js';
import { at, mismatch, TypeMismatch } from './mismatch.js';

/** A value, or null. */
export function nullable<V>(type: PropertyType<V>): PropertyType<V | null> {
  return {
    // Asked for late: what it refers to may not be there yet.
    get name() {
      return `${type.name}, or null`;
    },
    isKeyPart: false,
    isIndexable: type.isIndexable,
    target: type.target,
    bind: (scope) => {
      const bound = type.bind(scope);
      return {
        toStored: (value) => (value === null ? null : bound.toStored(value)),
        fromStored: (stored) => (stored === null ? null : bound.fromStored(stored)),
        fromText: (text) => (text === null ? null : bound.fromText(text)),
        adopt: (given) => (given === null || bound.adopt === undefined ? given : bound.adopt(given)),
        // Asked for late: a class may contain itself.
        get mayRespell() {
          return bound.mayRespell;
        },
      };
    },
  };
}

/**
 * A value, or nothing: in `defineEntity`, a property that need not be there. For types only: at run time any property may be
 * absent, and what must be there is for validation to say.
 */
export function optional<V>(type: PropertyType<V>): OptionalType<V> {
  return {
    get name() {
      return type.name;
    },
    isKeyPart: type.isKeyPart,
    isIndexable: type.isIndexable,
    target: type.target,
    bind: (scope) => type.bind(scope),
    isOptional: true,
  };
}

/** A type made of others. @param nameOf asked for late: what they refer to may not be there yet */
function composed<V>(
  nameOf: () => string,
  bind: (name: string, scope: TypeScope) => BoundType<V>,
): PropertyType<V> {
  return {
    get name() {
      return nameOf();
    },
    isKeyPart: false,
    isIndexable: false,
    bind: (scope) => bind(nameOf(), scope),
  };
}

/** What the places of a collection are called: `[3]`, `{3}`. */
type Step = (index: number) => string;

/** Applies `change` to each element, which an error then names. */
function each<A, B>(elements: Iterable<A>, step: Step, change: (element: A) => B): B[] {
  const changed: B[] = [];
  for (const element of elements) changed.push(at(step(changed.length), () => change(element)));
  return changed;
}

const inArray: Step = (index) => `[${index}]`;
const inSet: Step = (index) => `{${index}}`;

/** What a collection is to hold of what it was given with. */
function adopted(type: BoundType, given: unknown): unknown {
  return type.adopt === undefined ? given : type.adopt(given);
}

/** The array that a cell of a CSV file holds as JSON, or that a JSON value is. */
function arrayOfText(name: string, text: unknown): readonly unknown[] {
  const json = typeof text === 'string' ? parsed(name, text) : text;
  return Array.isArray(json) ? (json as readonly unknown[]) : mismatch(name, json);
}

/** The JSON of a text. @throws TypeMismatch if it is none, or something of it would be lost */
export function parsed(name: string, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TypeMismatch(`must be ${name}, written as JSON`);
  }
  const lossy = lossyNumber(text);
  if (lossy !== undefined) {
    const { literal, rounded } = lossy;
    throw new TypeMismatch(`holds ${literal}, which would be read as ${rounded}: write it as a string`);
  }
  const doubled = doubledName(text);
  if (doubled !== undefined) throw new TypeMismatch(`has the name ${JSON.stringify(doubled)} twice`);
  return json;
}

function arrayBound<V>(name: string, element: BoundType<V>): BoundType<V[]> {
  const checked = (value: unknown) =>
    Array.isArray(value) ? (value as readonly unknown[]) : mismatch(name, value);
  return {
    toStored: (value) => each(checked(value), inArray, (one) => element.toStored(one as V)),
    fromStored: (stored) => each(checked(stored), inArray, (one) => element.fromStored(one)),
    fromText: (text) => each(arrayOfText(name, text), inArray, (one) => element.fromText(one)),
    adopt: (given) =>
      Array.isArray(given) && element.adopt !== undefined
        ? given.map((one: unknown) => adopted(element, one))
        : given,
    get mayRespell() {
      return element.mayRespell;
    },
  };
}

/** An array. */
export function array<V>(type: PropertyType<V>): PropertyType<V[]> {
  return composed(
    () => `an array of ${plural(type)}`,
    (name, scope) => arrayBound(name, type.bind(scope)),
  );
}

function setBound<V>(name: string, element: BoundType<V>): BoundType<Set<V>> {
  const checked = (value: unknown) => (types.isSet(value) ? value : mismatch(name, value));
  const made = <E>(elements: readonly E[], count: number): Set<E> => {
    const set = new Set(elements);
    if (set.size !== count) throw new TypeMismatch(`must be ${name}, and has an element twice`);
    return set;
  };
  return {
    toStored: (value) => {
      const set = checked(value);
      return made(
        each(set, inSet, (one) => element.toStored(one as V)),
        set.size,
      );
    },
    fromStored: (stored) => {
      const set = checked(stored);
      return made(
        each(set, inSet, (one) => element.fromStored(one)),
        set.size,
      );
    },
    fromText: (text) => {
      const elements = arrayOfText(name, text);
      return made(
        each(elements, inSet, (one) => element.fromText(one)),
        elements.length,
      );
    },
    adopt: (given) =>
      types.isSet(given) && element.adopt !== undefined
        ? new Set([...given].map((one) => adopted(element, one)))
        : given,
    get mayRespell() {
      return element.mayRespell;
    },
  };
}

/** A Set, in its order. */
export function set<V>(type: PropertyType<V>): PropertyType<Set<V>> {
  return composed(
    () => `a Set of ${plural(type)}`,
    (name, scope) => setBound(name, type.bind(scope)),
  );
}

/** Of each pair its two members, which an error then names by the key. */
function pairs<A, B, C, D>(
  entries: Iterable<readonly [A, B]>,
  ofKey: (key: A) => C,
  ofValue: (value: B) => D,
): Map<C, D> {
  const map = new Map<C, D>();
  let count = 0;
  for (const [key, value] of entries) {
    const name = `{key ${count}}`;
    map.set(
      at(name, () => ofKey(key)),
      at(`{${describeKey(key)}}`, () => ofValue(value)),
    );
    count++;
  }
  if (map.size !== count) throw new TypeMismatch('must be a Map, and has a key twice');
  return map;
}

function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' ? String(key) : '…';
}

function entriesOfText(name: string, text: unknown): Iterable<readonly [unknown, unknown]> {
  const json = typeof text === 'string' ? parsed(name, text) : text;
  if (Array.isArray(json) && json.every((pair) => Array.isArray(pair) && pair.length === 2))
    return json as [unknown, unknown][];
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return Object.entries(json);
  return mismatch(name, json);
}

function mapBound<K, V>(name: string, key: BoundType<K>, value: BoundType<V>): BoundType<Map<K, V>> {
  const checked = (map: unknown) => (types.isMap(map) ? map : mismatch(name, map));
  return {
    toStored: (map) =>
      pairs(
        checked(map),
        (one) => key.toStored(one as K),
        (one) => value.toStored(one as V),
      ),
    fromStored: (stored) =>
      pairs(
        checked(stored),
        (one) => key.fromStored(one),
        (one) => value.fromStored(one),
      ),
    fromText: (text) =>
      pairs(
        entriesOfText(name, text),
        (one) => key.fromText(one),
        (one) => value.fromText(one),
      ),
    adopt: (given) =>
      types.isMap(given) && (key.adopt ?? value.adopt) !== undefined
        ? new Map([...given].map(([name, one]) => [adopted(key, name), adopted(value, one)]))
        : given,
    get mayRespell() {
      return key.mayRespell || value.mayRespell;
    },
  };
}

/** A Map, in its order. */
export function map<K, V>(keys: PropertyType<K>, values: PropertyType<V>): PropertyType<Map<K, V>> {
  return composed(
    () => `a Map of ${plural(keys)} to ${plural(values)}`,
    (name, scope) => mapBound(name, keys.bind(scope), values.bind(scope)),
  );
}

/** `a string` → `strings`; what has no plural stays as it is. */
function plural({ name }: PropertyType): string {
  const [, word] = /^an? (\w+)$/.exec(name) ?? [];
  return word === undefined ? name : `${word}s`;
}
