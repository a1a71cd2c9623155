// The ids of an entity that nobody set: generated, and remembered to be new.

import type { FieldDeclaration } from './declaration.js';
import { setProperty } from './entity-instance.js';
import { idGenerator } from './id-generation.js';

/** The ids of one entity that nobody set. */
export interface GeneratedIds {
  /** Fills in those that are not set and can be generated. */
  fill(entity: object): void;
  /** Whether the id was generated for this very entity; says so once. */
  takeNew(entity: object): boolean;
}

/** What was generated, by entity: whichever ledger it was created for, and is then saved to. */
const generatedId = new WeakMap<object, { readonly property: string; readonly value: unknown }>();

/** @param ids the fields that identify the entity */
export function generatedIds(ids: readonly FieldDeclaration[]): GeneratedIds {
  const generators = ids.map(({ property, generate }) => ({
    property,
    next: idGenerator(generate),
    // An application's own function may give what it gave before.
    isUnique: generate === 'ulid' || generate === 'uuidv7',
  }));
  return {
    fill(entity) {
      for (const { property, next, isUnique } of generators) {
        if (next === undefined || Reflect.get(entity, property) !== undefined) continue;
        const value = next();
        setProperty(entity, property, value);
        if (isUnique) generatedId.set(entity, { property, value });
      }
    },
    takeNew(entity) {
      const id = generatedId.get(entity);
      generatedId.delete(entity);
      return id !== undefined && Reflect.get(entity, id.property) === id.value;
    },
  };
}
