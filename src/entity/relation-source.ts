// Where related entities come from. Entities know no ledger: the repository layer hands one in.

import type { KeyPart } from '../codec/key-parts.js';
import type { EntityClass, IdOf } from './entity-types.js';
import type { RevisionPin } from './revision-pin.js';

/** How long a read may take, and what ends it. */
export interface RelationReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** How to read the entities that refer to one. */
export interface ManyOptions extends RelationReadOptions {
  /** The most to find. Default: all. */
  readonly limit?: number;
  /** In descending order of id. Default false. */
  readonly desc?: boolean;
}

/** Reads related entities, each proven. Within a transaction they are read by it, and guarded. */
export interface RelationSource {
  /** @returns undefined where it is not there, as `repository.find` */
  load<T extends object>(
    entityClass: EntityClass<T>,
    id: IdOf<T>,
    pin: RevisionPin | undefined,
    options: RelationReadOptions,
  ): Promise<T | undefined>;
  /** The entities of a class whose `property` refers to the entity of that id. */
  findMany<T extends object>(
    entityClass: EntityClass<T>,
    property: string,
    id: KeyPart,
    options: ManyOptions,
  ): Promise<T[]>;
  /** The same one by one. */
  streamMany<T extends object>(
    entityClass: EntityClass<T>,
    property: string,
    id: KeyPart,
    options: ManyOptions,
  ): AsyncGenerator<T, void, undefined>;
}
