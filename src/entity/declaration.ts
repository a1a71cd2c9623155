// What decorators said about a class, kept on the class itself under Symbol.metadata: no registry, and what a subclass
// adds does not leak into its base.
import type { KeyPart } from '../codec/key-parts.js';
import type { EntityClass } from './entity-types.js';
import { effectiveIndexes, type IndexDeclaration } from './index-declaration.js';
import { METADATA } from './symbol-metadata.js';

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
}

/** Everything the decorators of one class and of its bases said. */
export interface Declaration {
  /** What `@Entity` said. Never inherited: two classes cannot share a stored name. */
  entity: { readonly name: string; readonly version: number } | undefined;
  /** By property, in the order of declaration, bases first. */
  readonly fields: Map<string, FieldDeclaration>;
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
