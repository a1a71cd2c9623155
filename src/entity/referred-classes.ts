// The classes that an entity cannot be read without: those it refers to, and those that refer to it.

import { checkedDeclaration } from './checked-declaration.js';
import type { EntityClass } from './entity-types.js';

/**
 * A class, and all that it refers to, directly or by others: for programs that are told of one entity only.
 *
 * @throws TypeError for a class that is not a sound entity
 */
export function withReferred(entityClass: EntityClass): readonly EntityClass[] {
  const found = new Set([entityClass]);
  // A Set is gone through to what is added on the way.
  for (const one of found) {
    const { fields, manies } = checkedDeclaration(one);
    for (const { type } of fields) if (type?.target !== undefined) found.add(type.target());
    for (const { target } of manies) found.add(target());
  }
  return [...found];
}
