// The classes that entities of one ledger have inside of them.

import { fieldsOf, problemsIn } from './declaration.js';
import type { EntityClass } from './entity-types.js';
import { FieldSet } from './field-set.js';
import { installToJson } from './hidden.js';
import type { TypeScope } from './property-type.js';

/** @returns the fields of a class: the same ones each time */
export function embeddedClasses(scope: TypeScope): (entityClass: EntityClass) => FieldSet {
  const known = new Map<EntityClass, FieldSet>();
  return (entityClass) => {
    const found = known.get(entityClass);
    if (found !== undefined) return found;
    const fields = fieldsOf(entityClass);
    const { name } = entityClass;
    const problem =
      problemsIn(entityClass)[0] ??
      (fields.length === 0 ? ' has no fields to store: put @Property() on them' : undefined) ??
      (fields.some(({ isId }) => isId)
        ? ' has an @Id() and is embedded: refer to it by t.ref, or use @Property()'
        : undefined);
    if (problem !== undefined) throw new TypeError(`${name}${problem.startsWith(' ') ? '' : '.'}${problem}.`);
    const set = new FieldSet(name, fields);
    // Known before its fields are: it may contain itself.
    known.set(entityClass, set);
    installToJson(entityClass);
    return set.bind(scope);
  };
}
