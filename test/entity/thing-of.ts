// An entity with one property of a type: stored, read and imported as a ledger does it.
import { defineEntity } from '../../src/entity/define-entity.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import type { EntityClass } from '../../src/entity/entity-types.js';
import type { PropertyType } from '../../src/entity/property-type.js';
import { t } from '../../src/entity/types/t.js';

export interface ThingOf {
  /** What is stored for a value. */
  store(value: unknown): unknown;
  /** The value of what is stored. */
  read(stored: unknown): unknown;
  /** The value of a text or a JSON value. */
  ofText(text: unknown): unknown;
  /** What `create` makes of what it is given. */
  create(given: unknown): unknown;
  readonly mayRespell: boolean;
}

/** @param others the classes that the type refers to */
export function thingOf(type: PropertyType, others: readonly EntityClass[] = []): ThingOf {
  class Thing {
    id = 't';
    value?: unknown;
  }
  const properties = { id: { type: t.string(), id: true }, value: type } as const;
  defineEntity({ class: Thing, name: 'thing', properties });
  const schema = entitySchemas([Thing, ...others]).of(Thing);
  return {
    store: (value) => schema.toPlain(Object.assign(new Thing(), { value })).value,
    read: (stored) => schema.hydrate({ id: 't', value: stored }, schema.keyFor('t'), 1).entity.value,
    ofText: (text) => schema.createFromText({ id: 't', value: text }).value,
    create: (value) => schema.create({ value }).value,
    mayRespell: schema.mayRespell,
  };
}
