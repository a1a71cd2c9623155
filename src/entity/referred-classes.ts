// The classes that an entity cannot be read without: those it refers to, and those that refer to it.

import { checkedDeclaration } from './checked-declaration.js';
import { embeddedClasses } from './embedded-classes.js';
import type { EntityClass } from './entity-types.js';
import type { ReferredSchema, TypeScope } from './property-type.js';

/**
 * A class, and all that it refers to, directly or by others: for programs that are told of one entity only.
 *
 * @throws TypeError for a class that is not a sound entity
 */
export function withReferred(entityClass: EntityClass): readonly EntityClass[] {
  const found = new Set([entityClass]);
  const scope = recording((referred) => found.add(referred));
  // A Set is gone through to what is added on the way.
  for (const one of found) {
    const { fields, manies } = checkedDeclaration(one);
    for (const { type } of fields) type?.bind(scope);
    for (const { target } of manies) found.add(target());
  }
  return [...found];
}

/** Tells of each class that types refer to when they are bound, however deep inside of other types or classes. */
function recording(note: (referred: EntityClass) => void): TypeScope {
  const scope: TypeScope = {
    schemaOf: <T extends object>(referred: EntityClass<T>): ReferredSchema<T> => {
      note(referred);
      return NOT_YET;
    },
    embedded: (inside) => classes(inside),
    relations: () => notYet(),
    whenKnown: (then) => {
      then();
    },
  };
  const classes = embeddedClasses(scope);
  return scope;
}

function notYet(): never {
  throw new TypeError('Nothing is known of it before a ledger is opened with it.');
}

const NOT_YET = { idProperties: [], keyFor: notYet, valuesOfText: notYet };
