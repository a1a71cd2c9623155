// What an entity is in JSON: its data without what is hidden, in forms that JSON has.

import { types } from 'node:util';
import { toBase64 } from '../bytes.js';
import { decoratedMember } from './decorated-member.js';
import { declarationIn, hiddenOf } from './declaration.js';
import type { NotAClass, OnInstances } from './decorator-types.js';
import type { EntityClass } from './entity-types.js';

/** Marks a field of instances, under either kind of decorators. */
export interface HiddenDecorator {
  /** Standard decorators. */
  (value: undefined, context: ClassFieldDecoratorContext & OnInstances): void;
  /** `experimentalDecorators` */
  (target: NotAClass, name: string, descriptor?: undefined): void;
}

/**
 * Leaves a field out of `JSON.stringify(entity)`. It is stored, and proven, like any other: in a ledger nothing is secret
 * from who may read it.
 *
 * @throws TypeError if it is not a field of instances, once the class is an entity
 */
export function Hidden(): HiddenDecorator {
  return (...args: readonly unknown[]): void => {
    const { metadata, name, problem } = decoratedMember({ decorator: '@Hidden()', place: 'a field' }, args);
    const { hidden, problems } = declarationIn(metadata);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    hidden.add(name);
  };
}

/** Gives instances of a class a `toJSON`, unless the class or a base has one. */
export function installToJson({ prototype }: EntityClass): void {
  if ('toJSON' in (prototype as object)) return;
  Object.defineProperty(prototype, 'toJSON', {
    value: toJSON,
    enumerable: false,
    configurable: true,
    writable: true,
  });
}

function toJSON(this: object): Record<string, unknown> {
  const hidden = hiddenOf(this.constructor as EntityClass);
  const members = Object.entries(this).filter(([name]) => !hidden.has(name));
  return Object.fromEntries(members.map(([name, value]) => [name, inJson(value, [this])]));
}

/**
 * A value as JSON can hold it; what is none of the forms below is left to `JSON.stringify`.
 *
 * @param around what it is part of
 */
export function inJson(value: unknown, around: readonly object[] = []): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || around.includes(value)) return value;
  if (types.isUint8Array(value)) return toBase64(value);
  if (typeof Reflect.get(value, 'toJSON') === 'function') return value;
  const inside = (element: unknown) => inJson(element, [...around, value]);
  if (Array.isArray(value)) return value.map(inside);
  if (types.isSet(value)) return [...value].map(inside);
  if (types.isMap(value)) return [...value].map(([key, member]) => [inside(key), inside(member)]);
  if (types.isRegExp(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inside(member)]));
}
