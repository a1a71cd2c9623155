// What an application runs around reads and writes of an entity.

/** What a hook is told of a write. */
export interface SaveContext {
  /** The stored name of the entity. */
  readonly entity: string;
  /** Whether nothing is known to be stored of it: it was neither loaded nor saved before. */
  readonly isNew: boolean;
}

/** What a hook is told of a write that was proven. */
export interface SavedContext {
  /** The stored name of the entity. */
  readonly entity: string;
  /** Its revision, 1n for the first. */
  readonly revision: bigint;
  /** The transaction it was committed in. */
  readonly txId: bigint;
}

/** Functions around reads and writes. */
export interface EntityHooks<T extends object = object> {
  /**
   * Before it is validated and stored; may change it. What it throws refuses the write. Within a transaction that is run
   * again, it is called again.
   */
  readonly beforeSave?: (entity: T, context: SaveContext) => void | Promise<void>;
  /**
   * After the commit was proven; not for what was not written because nothing changed. What it throws changes nothing: it
   * is told by the event `hook-failed`.
   */
  readonly afterSave?: (entity: T, context: SavedContext) => void | Promise<void>;
  /** After the proof holds and before the instance is handed out. What it throws refuses the read. */
  readonly afterLoad?: (entity: T) => void;
}
