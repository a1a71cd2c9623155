// Storing and reading as a ledger does, without one: what is stored goes through a codec.

import * as library from 'class-transformer';

import { classTransformer } from '../../src/adapters/index.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import type { EntityClass } from '../../src/entity/entity-types.js';

export const hydrator = classTransformer(library);

type Stored = Readonly<Record<string, unknown>>;

/** A value as it comes out of storage. */
export function decoded(stored: Stored): Stored {
  return canonicalSuperjson.decode(canonicalSuperjson.encode(stored));
}

/** What is stored of an entity, and what is read of that. */
export function throughStorage<T extends object>(
  entityClass: EntityClass<T>,
  entity: T,
  by = hydrator,
): { readonly stored: Stored; readonly read: T } {
  const stored = decoded(by.toStored(entityClass, entity));
  return { stored, read: by.fromStored(entityClass, decoded(stored)) };
}
