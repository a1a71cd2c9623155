// What changed between two revisions of an entity, property by property, by what is stored.

import type { PlainRecord } from '../codec/codec.js';
import { isIdentifier, pathStep } from '../codec/path-step.js';
import { equalValues } from '../codec/equal-values.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { plainOf, type StoredSchema } from './entity-bytes.js';
import type { RecordBase } from './stored-revision.js';

/** One property that two revisions do not have in common. */
export interface PropertyChange {
  /** Its name in the class; of one that the class does not declare, its stored name. */
  readonly property: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What it was; undefined exactly where it was added. */
  readonly before: unknown;
  /** What it is; undefined exactly where it was removed. */
  readonly after: unknown;
  /**
   * Where inside, if both are plain objects or both are arrays: `address.city`, `lines[2].price`, `labels["a b"]`.
   * Arrays are compared place by place, and those of different length as a whole, as are Sets and Maps. Undefined for
   * all other values.
   */
  readonly paths: readonly string[] | undefined;
  /** Whether the class does not declare it: stored by code that knew more, or before it was taken out. */
  readonly undeclared: boolean;
}

/** What a comparison needs of a revision. */
interface Compared {
  readonly base: Pick<RecordBase, 'tombstone' | 'codec' | 'payload'>;
}

/**
 * Compares two revisions of one entity by their stored values: −0 is not 0, NaN is NaN, dates, bytes, Sets and Maps are
 * compared by content, the latter two in their order.
 *
 * @param before undefined, or a deletion, for an entity that was not there
 * @param after as `before`
 * @returns in the order of declaration, then undeclared ones by name; empty where nothing changed. The values are decoded
 *   anew: nobody else holds them
 */
export function diffOf(
  schema: Pick<EntitySchema, 'properties' | 'settings'>,
  before: Compared | undefined,
  after: Compared | undefined,
): PropertyChange[] {
  const { properties } = schema;
  const [old, now] = [storedIn(schema, before), storedIn(schema, after)];
  const declared = new Set(properties.map(({ storedName }) => storedName));
  const undeclared = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => !declared.has(name))
    .sort();
  return [
    ...properties.map(({ property, storedName }) => ({ property, storedName, undeclared: false })),
    ...undeclared.map((name) => ({ property: name, storedName: name, undeclared: true })),
  ].flatMap(({ property, storedName, undeclared }) => {
    const [was, is] = [own(old, storedName), own(now, storedName)];
    if (equalValues(was, is)) return [];
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ property, kind, before: was, after: is, paths: pathsBetween(property, was, is), undeclared }];
  });
}

/** Each is read by the codec that wrote it. */
function storedIn(schema: Pick<StoredSchema, 'settings'>, revision: Compared | undefined): PlainRecord {
  return revision === undefined || revision.base.tombstone ? {} : plainOf(schema, revision.base);
}

function pathsBetween(property: string, before: unknown, after: unknown): readonly string[] | undefined {
  return isOneNested(before, after) ? differing(step('', property), before, after) : undefined;
}

/** The innermost places at which two unequal values differ. */
function differing(path: string, before: unknown, after: unknown): string[] {
  if (!isOneNested(before, after)) return [path];
  if (Array.isArray(before)) {
    const other = after as readonly unknown[];
    if (before.length !== other.length) return [path];
    return before.flatMap((element, index) =>
      equalValues(element, other[index]) ? [] : differing(`${path}[${index}]`, element, other[index]),
    );
  }
  const [old, now] = [before as PlainRecord, after as PlainRecord];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].flatMap((name) =>
    equalValues(own(old, name), own(now, name))
      ? []
      : differing(step(path, name), own(old, name), own(now, name)),
  );
}

/** A property may be called `toString`. */
function own(values: PlainRecord, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Whether both are plain objects, or both arrays: what can be told apart further inside. */
function isOneNested(a: unknown, b: unknown): boolean {
  return (isPlain(a) && isPlain(b)) || (Array.isArray(a) && Array.isArray(b));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** One step further in, as code would write it. */
function step(path: string, name: string): string {
  return path === '' && isIdentifier(name) ? name : path + pathStep(name);
}
