// How instances of a class become stored properties and back: our own way, or that of a library the application chose.

import type { PlainRecord } from '../codec/codec.js';
import type { FieldDeclaration } from './declaration.js';
import type { Hydrated } from './entity-instance.js';
import type { EntityClass } from './entity-types.js';
import type { FieldSet } from './field-set.js';
import { hydratedBy, partBy, plainBy } from './hydrated-by.js';
import type { Hydrator } from './hydrator.js';
import { namingProperty } from './typed-error.js';

/** The stored properties of a class, and its instances made of them. */
export interface StoredForm<T extends object> {
  /** Whether storing what was read may give another payload than the one it was read from. */
  readonly mayRespell: boolean;
  /** @throws ImmuError VALUE_REFUSED */
  toPlain(entity: T, undeclared: PlainRecord | undefined): PlainRecord;
  /** What is stored of some properties. @throws ImmuError VALUE_REFUSED */
  partToPlain(part: object): PlainRecord;
  /** @throws ImmuError UNREADABLE_RECORD */
  fromPlain(plain: PlainRecord): Hydrated<T>;
}

/** @param hydrator undefined for our own way */
export function storedForm<T extends object>(
  entityClass: EntityClass<T>,
  fields: readonly FieldDeclaration[],
  set: FieldSet,
  hydrator: Hydrator | undefined,
): StoredForm<T> {
  if (hydrator !== undefined) {
    return {
      mayRespell: true,
      toPlain: (entity, undeclared) => plainBy(hydrator, entityClass, fields, entity, undeclared),
      partToPlain: (part) => partBy(hydrator, entityClass, fields, part),
      fromPlain: (plain) => hydratedBy(hydrator, entityClass, fields, plain),
    };
  }
  const { name } = entityClass;
  return {
    mayRespell: set.mayRespell,
    toPlain: (entity, undeclared) => namingProperty(name, 'store', () => set.toPlain(entity, undeclared)),
    partToPlain: (part) => namingProperty(name, 'store', () => set.toPlain(part, undefined)),
    fromPlain: (plain) => namingProperty(name, 'read', () => set.fromPlain(entityClass, plain)),
  };
}

/**
 * The library that a class asks for.
 *
 * @returns undefined if it asks for none
 * @throws TypeError if the ledger was not given it, or it cannot carry the class
 */
export function hydratorOf(
  entityClass: EntityClass,
  fields: readonly FieldDeclaration[],
  name: string | undefined,
  hydrators: ReadonlyMap<string, Hydrator> = new Map(),
): Hydrator | undefined {
  if (name === undefined) return undefined;
  const { name: className } = entityClass;
  const hydrator = hydrators.get(name);
  if (hydrator === undefined) {
    throw new TypeError(
      `${className} is to be made by "${name}", which the ledger was not given: open it with { hydrators: [ … ] }.`,
    );
  }
  const own = fields.find(({ type, storedName, property }) => type !== undefined || storedName !== property);
  const problems = [
    ...(own === undefined
      ? []
      : [
          `${own.property} has a type or a stored name of ours, and ${name} makes its instances: use its own decorators`,
        ]),
    ...hydrator.problemsOf(
      entityClass,
      fields.map(({ property }) => property),
    ),
  ];
  if (problems.length > 0)
    throw new TypeError(`${problems.map((problem) => `${className}: ${problem}`).join('; ')}.`);
  return hydrator;
}
