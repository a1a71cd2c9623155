// What decorators said about a class, kept on the class itself under Symbol.metadata: no registry, and what a subclass
// adds does not leak into its base.
import type { Codec } from '../codec/codec.js';
import type { KeyPart } from '../codec/key-parts.js';
import type { EntityClass } from './entity-types.js';
import type { EntityHooks } from './hooks.js';
import { effectiveIndexes, type IndexDeclaration } from './index-declaration.js';
import type { PropertyType } from './property-type.js';
import { METADATA } from './symbol-metadata.js';
import type { Upcasts } from './upcast.js';
import type { Validator } from './validator.js';

/** How an id that was not set comes about. */
export type IdGeneration = 'ulid' | 'uuidv7' | (() => KeyPart);

/** One decorated field. */
export interface FieldDeclaration {
  /** Its name in the class. */
  readonly property: string;
  /** Its name in stored records. */
  readonly storedName: string;
  readonly isId: boolean;
  /** `undefined` if the application sets the id itself. */
  readonly generate: IdGeneration | undefined;
  /** What it is declared to be; `undefined` for anything that can be stored. */
  readonly type?: PropertyType | undefined;
  /** What a new entity has where nothing was given: a value, or a function that makes it. */
  readonly default?: unknown;
  /** What says whether its value may be stored. */
  readonly validate?: Validator | undefined;
}

/** Entities that refer to one. Nothing is stored. */
export interface ManyDeclaration {
  readonly property: string;
  /** Resolved when a ledger opens. */
  readonly target: () => EntityClass;
  /** The property of the target that refers here, first in an index. */
  readonly by: string;
}

/** What an entity as a whole is declared with, besides its name. */
export interface EntitySettings {
  readonly version: number;
  readonly upcast?: Upcasts | undefined;
  /** What its new records are written with. Default: what the ledger was opened with. */
  readonly codec?: Codec | undefined;
  /** The name of what makes its instances. Default: our own way. */
  readonly hydrator?: string | undefined;
  readonly validate?: Validator | undefined;
  readonly hooks?: EntityHooks | undefined;
  /** Whether nothing of it is written without an actor. */
  readonly requireActor?: boolean | undefined;
  /** How long what is saved counts, unless the save says otherwise: milliseconds. */
  readonly expiresAfterMs?: number | undefined;
}

/** Everything the decorators of one class and of its bases said. */
export interface Declaration {
  /** What `@Entity` said. Never inherited: two classes cannot share a stored name. */
  entity: ({ readonly name: string } & EntitySettings) | undefined;
  /** By property, in the order of declaration, bases first. */
  readonly fields: Map<string, FieldDeclaration>;
  /** By property. */
  readonly manies: Map<string, ManyDeclaration>;
  /** Properties that `toJSON` leaves out, whatever else is said of them. */
  readonly hidden: Set<string>;
  /** Properties of `fields` on which this class itself has `@Id` or `@Property`. */
  readonly own: Set<string>;
  /** What the bases say of indexes. */
  readonly inheritedIndexes: readonly IndexDeclaration[];
  /** What this class itself says of indexes. */
  readonly indexes: IndexDeclaration[];
  /** What is wrong, to be thrown once the class has a name to call it by. */
  readonly problems: string[];
}

/** Registered, so that two copies of immurepo in one process read each other's entities. */
const DECLARATION = Symbol.for('immurepo.entity');

function declarationsOf(metadata: object): { [DECLARATION]?: Declaration } {
  return metadata;
}

/** The declaration in the metadata of a class, copied from that of its base on first use. */
export function declarationIn(metadata: object): Declaration {
  const holder = declarationsOf(metadata);
  const found = holder[DECLARATION];
  if (found !== undefined && Object.hasOwn(holder, DECLARATION)) return found;
  const copy: Declaration = {
    entity: undefined,
    fields: new Map(found?.fields),
    manies: new Map(found?.manies),
    hidden: new Set(found?.hidden),
    own: new Set(),
    inheritedIndexes: found === undefined ? [] : effectiveIndexes(found.inheritedIndexes, found.indexes),
    indexes: [],
    problems: [...(found?.problems ?? [])],
  };
  Object.defineProperty(holder, DECLARATION, { value: copy });
  return copy;
}

/** The metadata of a class, made if it has none of its own. Standard decorators get theirs from the compiler. */
export function metadataOf(entityClass: EntityClass): object {
  if (!Object.hasOwn(entityClass, METADATA)) {
    const inherited = Reflect.get(entityClass, METADATA) as object | null | undefined;
    const value = Object.create(inherited ?? null) as object;
    Object.defineProperty(entityClass, METADATA, { value, configurable: true, writable: true });
  }
  return Reflect.get(entityClass, METADATA) as object;
}

/** What was declared on this very class, or `undefined` if nothing was. */
export function ownDeclaration(entityClass: EntityClass): Declaration | undefined {
  if (!Object.hasOwn(entityClass, METADATA)) return undefined;
  const metadata = declarationsOf(metadataOf(entityClass));
  return Object.hasOwn(metadata, DECLARATION) ? metadata[DECLARATION] : undefined;
}

/** What was declared on a class or, if nothing was, on the nearest base. */
function nearestDeclaration(entityClass: EntityClass): Declaration | undefined {
  const metadata = Reflect.get(entityClass, METADATA) as object | null | undefined;
  return metadata === undefined || metadata === null ? undefined : declarationsOf(metadata)[DECLARATION];
}

/** The fields of a class that need not be an entity, in the order of declaration, bases first. */
export function fieldsOf(entityClass: EntityClass): readonly FieldDeclaration[] {
  return [...(nearestDeclaration(entityClass)?.fields.values() ?? [])];
}

/** What is wrong with the decorators of a class that need not be an entity. */
export function problemsIn(entityClass: EntityClass): readonly string[] {
  return nearestDeclaration(entityClass)?.problems ?? [];
}

/** The properties of a class that are no part of its JSON. */
export function hiddenOf(entityClass: EntityClass): ReadonlySet<string> {
  return nearestDeclaration(entityClass)?.hidden ?? new Set();
}
