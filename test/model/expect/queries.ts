// What a query finds, by a plain filter and sort.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import { indexedValues, type Kind, type KindIndex, valueOf } from './kinds.js';
import type { Revision } from './timeline.js';
import { compareAllParts, compareParts } from './values.js';

/** Conditions on properties, as an application gives them. */
export type Conditions = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly gte?: KeyPart;
  readonly gt?: KeyPart;
  readonly lte?: KeyPart;
  readonly lt?: KeyPart;
  readonly startsWith?: string;
}

function isBounds(condition: unknown): condition is Bounds {
  return typeof condition === 'object' && Object.getPrototypeOf(condition) === Object.prototype;
}

function satisfies(value: KeyPart, condition: unknown): boolean {
  if (!isBounds(condition)) return compareParts(value, condition as KeyPart) === 0;
  const { gte, gt, lte, lt, startsWith } = condition;
  return (
    (gte === undefined || compareParts(value, gte) >= 0) &&
    (gt === undefined || compareParts(value, gt) > 0) &&
    (lte === undefined || compareParts(value, lte) <= 0) &&
    (lt === undefined || compareParts(value, lt) < 0) &&
    (startsWith === undefined || (value as string).startsWith(startsWith))
  );
}

/**
 * The index that answers: a unique one of which every value is given, else the one with the fewest properties; of equals
 * the first.
 */
export function indexFor(kind: Kind, where: Conditions): KindIndex {
  const asked = Object.keys(where);
  const fits = kind.indexes.filter(({ on }) =>
    asked.every((_, at) => on[at] !== undefined && on[at] in where),
  );
  const isPoint = ({ unique, on }: KindIndex) =>
    unique && on.length === asked.length && !asked.some((name) => isBounds(where[name]));
  return (
    fits.find(isPoint) ?? fits.reduce((best, index) => (index.on.length < best.on.length ? index : best))
  );
}

/** The index that has everything in the order of a property. */
export function indexInOrderOf(kind: Kind, property: string): KindIndex {
  const fits = kind.indexes.filter(({ on }) => on[0] === property);
  return fits.reduce((best, index) => (index.on.length < best.on.length ? index : best));
}

/** What an index finds among entities, in its order. @param where undefined for all that it holds */
export function foundBy(
  kind: Kind,
  index: KindIndex,
  where: Conditions | undefined,
  among: readonly Revision[],
): Revision[] {
  const keyed = among.flatMap((revision) => {
    const key = revision.values && indexedValues(kind, index, revision.values);
    return key === undefined ? [] : [{ revision, key }];
  });
  return keyed
    .filter(({ revision: { values = {} } }) =>
      Object.entries(where ?? {}).every(([name, condition]) =>
        satisfies(valueOf(kind, values, name) as KeyPart, condition),
      ),
    )
    .sort((a, b) => compareAllParts(a.key, b.key) || compareAllParts(a.revision.id, b.revision.id))
    .map(({ revision }) => revision);
}
