// A reference to another entity, as it is stored (FORMAT.md, "References").

import { isKeyPart, type KeyPart } from '../../codec/key-parts.js';
import type { EntityClass, IdOf } from '../entity-types.js';
import type { BoundType, PropertyType, ReferredSchema, TypeScope } from '../property-type.js';
import { Ref } from '../ref.js';
import type { RevisionPin } from '../revision-pin.js';
import { parsed } from './collections.js';
import { describeValue, mismatch, TypeMismatch } from './mismatch.js';
import { resolved } from './thunk.js';

const PIN_DIGEST_BYTES = 32;

/** An id of one part is stored as that; one of several as their array, in the order of the key. */
function storedId<T extends object>({ idProperties }: ReferredSchema<T>, id: IdOf<T>): unknown {
  if (idProperties.length === 1) return storedPart(id);
  return idProperties.map(({ property }) => storedPart(Reflect.get(id as object, property)));
}

/** A key holds no −0: it is the id 0. */
function storedPart(part: unknown): unknown {
  return Object.is(part, -0) ? 0 : part;
}

function idOfStored<T extends object>(
  { idProperties }: ReferredSchema<T>,
  stored: unknown,
): IdOf<T> | undefined {
  if (idProperties.length === 1) return isKeyPart(stored) ? (stored as IdOf<T>) : undefined;
  if (!Array.isArray(stored) || stored.length !== idProperties.length || !stored.every(isKeyPart))
    return undefined;
  const parts = stored as readonly KeyPart[];
  return Object.freeze(
    Object.fromEntries(idProperties.map(({ property }, index) => [property, parts[index]])),
  ) as IdOf<T>;
}

interface StoredPin {
  readonly id: unknown;
  readonly pin: RevisionPin;
}

/** Whether something is a number of a revision or transaction: 64 bits, from 1. */
function isCounted(number: bigint): boolean {
  return number >= 1n && number <= 0xffff_ffff_ffff_ffffn;
}

/** What a pinned reference is stored as; undefined for anything else. */
function pinOfStored(stored: unknown): StoredPin | undefined {
  if (typeof stored !== 'object' || stored === null || Object.getPrototypeOf(stored) !== Object.prototype)
    return undefined;
  const { digest, id, revision, txId, ...more } = stored as Readonly<Record<string, unknown>>;
  const isPin =
    digest instanceof Uint8Array &&
    digest.length === PIN_DIGEST_BYTES &&
    typeof revision === 'bigint' &&
    isCounted(revision) &&
    typeof txId === 'bigint' &&
    isCounted(txId) &&
    Object.keys(more).length === 0;
  return isPin ? { id, pin: { revision, txId, digest } } : undefined;
}

/** What is stored of an entity's own value as its id, of a text or a JSON value. */
function idOfText<T extends object>(schema: ReferredSchema<T>, text: unknown): IdOf<T> {
  if (schema.idProperties.length === 1) {
    const [only] = schema.idProperties;
    return schema.valuesOfText({ [only?.property ?? '']: text })[only?.property ?? ''] as IdOf<T>;
  }
  const json = typeof text === 'string' ? parsed('an id of several parts', text) : text;
  if (typeof json !== 'object' || json === null) return mismatch('an id of several parts', json);
  return schema.valuesOfText(json as Readonly<Record<string, unknown>>) as IdOf<T>;
}

function bound<T extends object>(entityClass: EntityClass<T>, scope: TypeScope): BoundType<Ref<T>> {
  const relations = () => scope.relations();
  const { name: className } = entityClass;
  const schemaOf = () => scope.schemaOf(entityClass);
  const made = (id: IdOf<T>, pin: RevisionPin | undefined) => new Ref({ entityClass, id, pin, relations });
  return {
    toStored: (value) => {
      if (!((value as unknown) instanceof Ref)) return mismatch(`a Ref to ${className}`, value);
      if (value.entityClass !== entityClass)
        throw new TypeMismatch(`must be a Ref to ${className}, not to ${value.entityClass.name}`);
      const schema = schemaOf();
      // Refuses an id of another shape, and one that no key can hold.
      schema.keyFor(value.id);
      const id = storedId(schema, value.id);
      return value.pin === undefined ? id : { id, ...value.pin };
    },
    fromStored: (stored) => {
      const schema = schemaOf();
      const pinned = pinOfStored(stored);
      const id = idOfStored(schema, pinned === undefined ? stored : pinned.id);
      if (id === undefined)
        throw new TypeMismatch(`must be stored as the id of ${className}, and is ${describeValue(stored)}`);
      return made(id, pinned?.pin);
    },
    fromText: (text) => made(idOfText(schemaOf(), text), undefined),
    // What was made by hand belongs to no ledger, or to another: from here on it is loaded from this one.
    adopt: (given) =>
      given instanceof Ref && given.entityClass === entityClass
        ? made(given.id as IdOf<T>, given.pin)
        : given,
    mayRespell: false,
  };
}

/**
 * A reference to an entity of the same ledger. Stores the id of that entity, or, pinned by `repository.pin`, the very
 * revision. An index on it finds what refers to an entity.
 *
 * @param target the class, as a function: classes may refer to each other. Resolved when the ledger opens
 */
export function ref<T extends object>(target: () => EntityClass<T>): PropertyType<Ref<T>> {
  const classOf = resolved('t.ref', target);
  return {
    get name() {
      return `a Ref to ${classOf().name}`;
    },
    isKeyPart: false,
    isIndexable: true,
    target: classOf,
    bind: (scope) => {
      const entityClass = classOf();
      // A class the ledger does not hold is told of when it opens.
      scope.whenKnown(() => scope.schemaOf(entityClass));
      return bound(entityClass, scope);
    },
  };
}
