// A reference from one entity to another: its id, and, where it is pinned, the very revision that is meant.

import { inspect } from 'node:util';
import { equalBytes } from '../bytes.js';
import { encodeKeyParts } from '../codec/key-parts.js';
import { fieldsOf } from './declaration.js';
import { type IdShape, idShape } from './entity-id.js';
import type { EntityClass, IdOf } from './entity-types.js';
import { inJson } from './hidden.js';
import type { RelationReadOptions, RelationSource } from './relation-source.js';
import type { RevisionPin } from './revision-pin.js';
import type { EntityOf, Verified } from './verified-type.js';

/** A reference to whatever entity: `Ref<Customer>` is no `Ref<object>`, as its id is none of any entity. */
export interface AnyRef {
  readonly id: unknown;
  readonly pin: RevisionPin | undefined;
  readonly entityClass: EntityClass;
  load(options?: RelationReadOptions): Promise<object | undefined>;
}

/** How a reference comes about. */
interface RefParts<T extends object> {
  readonly entityClass: EntityClass<T>;
  readonly id: IdOf<T>;
  readonly pin: RevisionPin | undefined;
  /** The ledger it was read from; undefined for none. */
  readonly relations: (() => RelationSource) | undefined;
}

/**
 * Refers to an entity: stores its id, and loads it, proven, when asked. Pinned, it means one revision for ever, "the order as
 * it was signed", whatever is saved later.
 *
 * @example
 * class Order {
 *   @Id({ generate: 'ulid' }) id!: string;
 *   @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
 * }
 * const order = orders.create({ customer: Ref.to(ada) });
 * (await order.customer.load())?.name;
 */
export class Ref<T extends object> {
  /** The id of what it refers to. */
  readonly id: IdOf<T>;
  /** The revision it means; undefined for whatever is the latest. */
  readonly pin: RevisionPin | undefined;
  readonly #entityClass: EntityClass<T>;
  readonly #relations: (() => RelationSource) | undefined;

  /** Use `Ref.to`, or `repository.ref` and `repository.pin`. */
  constructor({ entityClass, id, pin, relations }: RefParts<T>) {
    this.id = id;
    this.pin = pin;
    this.#entityClass = entityClass;
    this.#relations = relations;
  }

  /**
   * A reference to an entity, or to the one of an id.
   *
   * @throws TypeError for what is no entity, or has no id yet
   */
  static to<E extends object>(entity: E): Ref<EntityOf<E>>;
  /** A reference to the entity of an id. */
  static to<T extends object>(entityClass: EntityClass<T>, id: IdOf<T>): Ref<T>;
  /** Either. */
  static to<T extends object>(target: T | EntityClass<T>, ...ids: IdOf<T>[]): Ref<T> {
    const isClass = typeof target === 'function';
    const entityClass = (isClass ? target : target.constructor) as EntityClass<T>;
    const shape = shapeOf(entityClass);
    // A class has properties, too: its `name` is no id of one called so.
    const given: unknown = isClass ? ids[0] : shape.idOf(target);
    const id = given as IdOf<T>;
    shape.partsOf(id);
    return new Ref({ entityClass, id, pin: undefined, relations: undefined });
  }

  /** The class it refers to. */
  get entityClass(): EntityClass<T> {
    return this.#entityClass;
  }

  /**
   * Loads what it refers to, proven: the latest revision, or the pinned one. Within `ledger.transaction` it is read by the
   * transaction, and guarded.
   *
   * @returns undefined if there is none, as `repository.find`. A pinned revision stays, also after a deletion
   * @throws TypeError if it belongs to no ledger, being made by `Ref.to` and not handed to `create` or `update` since:
   *   `repository.load(ref)` loads it
   * @throws ImmuError PIN_MISMATCH if what is stored there is another revision than the pinned one
   */
  async load(options: RelationReadOptions = {}): Promise<Verified<T> | undefined> {
    if (this.#relations === undefined) {
      const { name } = this.#entityClass;
      throw new TypeError(
        `This reference to ${name} belongs to no ledger: load it by ledger.repository(${name}).load(ref).`,
      );
    }
    const found = await this.#relations().load(this.#entityClass, this.id, this.pin, options);
    return found as Verified<T> | undefined;
  }

  /** Whether both refer to the same: the same id, and the same revision if one is pinned. */
  equals(other: AnyRef): boolean {
    const shape = shapeOf(this.#entityClass);
    return (
      (other.entityClass as unknown) === this.#entityClass &&
      equalBytes(keyBytes(shape, other.id as IdOf<T>), keyBytes(shape, this.id)) &&
      other.pin?.txId === this.pin?.txId
    );
  }

  /** The id, as JSON can hold it; of a pinned one, id and revision. */
  toJSON(): unknown {
    const id = inJson(this.id);
    return this.pin === undefined ? id : { id, revision: String(this.pin.revision) };
  }

  /** `Ref(Customer "c-1", revision 2)` */
  [inspect.custom](): string {
    const revision = this.pin === undefined ? '' : `, revision ${String(this.pin.revision)}`;
    return `Ref(${shapeOf(this.#entityClass).describe(this.id)}${revision})`;
  }
}

/** What two ids have in common exactly if they are the same. */
function keyBytes<T extends object>(shape: IdShape<T>, id: IdOf<T>): Uint8Array {
  return encodeKeyParts(shape.partsOf(id));
}

const shapes = new WeakMap<EntityClass, unknown>();

/** The shape of the ids of an entity class. @throws TypeError if it has none */
function shapeOf<T extends object>(entityClass: EntityClass<T>): IdShape<T> {
  // What is kept under a class is the shape of that class.
  let shape = shapes.get(entityClass) as IdShape<T> | undefined;
  if (shape !== undefined) return shape;
  const ids = fieldsOf(entityClass).filter(({ isId }) => isId);
  if (ids.length === 0)
    throw new TypeError(`A Ref is to an entity, and ${entityClass.name} has no @Id(): it is none.`);
  shape = idShape(entityClass, ids);
  shapes.set(entityClass, shape);
  return shape;
}
