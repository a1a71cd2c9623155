// The declared properties by which referring entities are found, once all classes are known.

import { checkedDeclaration } from './checked-declaration.js';
import type { ManyDeclaration } from './declaration.js';
import type { EntityClass } from './entity-types.js';
import type { ManySchema } from './many.js';
import type { TypeScope } from './property-type.js';

/** Whose properties they are. */
interface Owner {
  readonly entityClass: EntityClass;
  readonly className: string;
  readonly idProperties: readonly unknown[];
  readonly properties: readonly { readonly property: string }[];
}

function problemOf(owner: Owner, target: EntityClass, by: string): string | undefined {
  const place = `${target.name}.${by}`;
  const { fields, indexes } = checkedDeclaration(target);
  const field = fields.find(({ property }) => property === by);
  if (field === undefined) return `${place} is not stored: put @Property({ type: t.ref(…) }) on it`;
  if (field.type?.target?.() !== owner.entityClass)
    return `${place} does not refer to ${owner.className}: declare it with t.ref(() => ${owner.className})`;
  if (owner.idProperties.length > 1)
    return `${owner.className} has an id of several properties, by which no index finds: put an index on a getter of ${target.name}, and use findBy`;
  return indexes.some(({ properties }) => properties[0]?.property === by)
    ? undefined
    : `${place} is first in no index: put @Index() on it`;
}

/**
 * The properties of one class.
 *
 * @throws TypeError for a target that the ledger does not hold, or that cannot be found by that property
 */
export function manySchemas(
  owner: Owner,
  manies: readonly ManyDeclaration[],
  scope: TypeScope,
): readonly ManySchema[] {
  return manies.map(({ property, target, by }) => {
    if (owner.properties.some((stored) => stored.property === property))
      throw new TypeError(
        `${owner.className}.${property}: is stored, and @Many() is on what is not: take one of the two away.`,
      );
    const entityClass = target();
    scope.schemaOf(entityClass);
    const problem = problemOf(owner, entityClass, by);
    if (problem !== undefined) throw new TypeError(`${owner.className}.${property}: ${problem}.`);
    return { property, target: entityClass, by };
  });
}
