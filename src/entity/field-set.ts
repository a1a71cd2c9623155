// The declared fields of one class, entity or embedded: instances built, changed, taken apart into stored properties and put
// together again.

import type { PlainRecord } from '../codec/codec.js';
import { MAX_DEPTH } from '../codec/payload-limits.js';
import type { FieldDeclaration } from './declaration.js';
import { newInstance, setProperty, type Hydrated } from './entity-instance.js';
import type { EntityClass } from './entity-types.js';
import type { BoundType, EmbeddedFields, TypeScope } from './property-type.js';
import { at, TypeMismatch } from './types/mismatch.js';

type Values = Record<string, unknown>;

/** A field whose type, if it has one, is in use. */
interface BoundField extends FieldDeclaration {
  readonly bound: BoundType | undefined;
}

/** What embedded instances were stored with that their class does not declare: kept, so that nothing is lost on a save. */
const undeclaredInside = new WeakMap<object, PlainRecord>();

/** The fields of one class. What is not of its declared type is a TypeMismatch whose path begins with the property. */
export class FieldSet implements EmbeddedFields {
  readonly #className: string;
  readonly #declared: readonly FieldDeclaration[];
  readonly #assignable: ReadonlySet<string>;
  #fields: readonly BoundField[] = [];
  #isAsked = false;
  /** The instances that are being stored, each inside of the one before. */
  readonly #storing = new Set<object>();

  /**
   * @param className whose they are, for errors
   * @param fields in the order of declaration
   */
  constructor(className: string, fields: readonly FieldDeclaration[]) {
    this.#className = className;
    this.#declared = fields;
    this.#assignable = new Set(fields.map(({ property }) => property));
  }

  /** Takes the types of the fields into use: once, before anything else. */
  bind(scope: TypeScope): this {
    this.#fields = this.#declared.map((field) => ({ ...field, bound: field.type?.bind(scope) }));
    return this;
  }

  /** Whether storing what was read may give other bytes. */
  get mayRespell(): boolean {
    // A class may contain itself: that part of it adds nothing. Not to be kept: what is asked within a circle is answered
    // without the rest of that circle.
    if (this.#isAsked) return false;
    this.#isAsked = true;
    try {
      return this.#fields.some(({ bound }) => bound?.mayRespell === true);
    } finally {
      this.#isAsked = false;
    }
  }

  /** A new instance: its constructor called without arguments, the data assigned, defaults filled in. */
  build<T extends object>(entityClass: EntityClass<T>, data: unknown): T {
    const instance = newInstance(entityClass);
    this.assign(instance, data);
    this.applyDefaults(instance);
    return instance;
  }

  /** Assigns declared properties and refuses all others, before it assigns any. @param withId ids included */
  assign(entity: object, data: unknown, withId = true): void {
    if (typeof data !== 'object' || data === null)
      throw new TypeError(`${this.#className}: the data must be an object.`);
    const allowed = this.#fields.filter(({ isId }) => withId || !isId);
    const unknown = Object.keys(data).find(
      (property) => !this.#assignable.has(property) || !allowed.some((field) => field.property === property),
    );
    if (unknown !== undefined) {
      throw new TypeError(
        `${this.#className}.${unknown} cannot be set: only ${allowed.map(({ property }) => property).join(', ')} can. ` +
          'A field needs @Property(), and the id of a stored entity never changes.',
      );
    }
    for (const [property, value] of Object.entries(data))
      setProperty(entity, property, this.#adopted(property, value));
  }

  /** Fills in what has a default and no value. */
  applyDefaults(entity: object): void {
    for (const { property, default: given } of this.#fields) {
      if (given === undefined || Reflect.get(entity, property) !== undefined) continue;
      const value: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
      setProperty(entity, property, this.#adopted(property, value));
    }
  }

  /** The values of texts or JSON values; what is not declared as it is. @throws TypeMismatch */
  ofText(data: Readonly<Values>): Values {
    const values = Object.entries(data).map(([property, text]): [string, unknown] => {
      const bound = this.#fieldOf(property)?.bound;
      return [property, bound === undefined ? text : at(`.${property}`, () => bound.fromText(text))];
    });
    // Not by assignment: JSON may name a property `__proto__`.
    return Object.fromEntries(values);
  }

  /** The values of the fields by stored name, over those of properties that the class does not declare. @throws TypeMismatch */
  toPlain(entity: object, undeclared: PlainRecord | undefined): PlainRecord {
    const plain: Values = { ...undeclared };
    for (const { property, storedName, bound } of this.#fields) {
      const value: unknown = Reflect.get(entity, property);
      if (value === undefined) Reflect.deleteProperty(plain, storedName);
      else plain[storedName] = bound === undefined ? value : at(`.${property}`, () => bound.toStored(value));
    }
    return plain;
  }

  /** An instance from stored properties, without running its constructor. @throws TypeMismatch */
  fromPlain<T extends object>(entityClass: EntityClass<T>, plain: PlainRecord): Hydrated<T> {
    const entity = Object.create(entityClass.prototype as object) as T;
    let taken = 0;
    for (const { property, storedName, bound } of this.#fields) {
      if (!Object.hasOwn(plain, storedName)) continue;
      const stored = plain[storedName];
      setProperty(
        entity,
        property,
        bound === undefined ? stored : at(`.${property}`, () => bound.fromStored(stored)),
      );
      taken++;
    }
    const names = Object.keys(plain);
    if (names.length === taken) return { entity, undeclared: undefined };
    const declared = new Set(this.#fields.map(({ storedName }) => storedName));
    const undeclared = names
      .filter((name) => !declared.has(name))
      .map((name) => [name, plain[name]] as const);
    return { entity, undeclared: Object.fromEntries(undeclared) };
  }

  /** What is stored of an embedded instance. @throws TypeMismatch */
  embeddedToPlain(instance: object): PlainRecord {
    if (this.#storing.has(instance)) throw new TypeMismatch('leads back to itself, and cannot be stored');
    if (this.#storing.size >= MAX_DEPTH)
      throw new TypeMismatch(`is nested more than ${MAX_DEPTH} levels deep, and cannot be stored`);
    this.#storing.add(instance);
    try {
      return this.toPlain(instance, undeclaredInside.get(instance));
    } finally {
      this.#storing.delete(instance);
    }
  }

  /** An embedded instance. @throws TypeMismatch */
  embeddedFromPlain<T extends object>(entityClass: EntityClass<T>, plain: PlainRecord): T {
    const { entity, undeclared } = this.fromPlain(entityClass, plain);
    if (undeclared !== undefined) undeclaredInside.set(entity, undeclared);
    return entity;
  }

  #fieldOf(property: string): BoundField | undefined {
    return this.#fields.find((field) => field.property === property);
  }

  #adopted(property: string, value: unknown): unknown {
    const bound = this.#fieldOf(property)?.bound;
    return bound?.adopt === undefined ? value : bound.adopt(value);
  }
}
