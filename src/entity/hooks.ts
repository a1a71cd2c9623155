// What an application runs around reads and writes of an entity.

/** What a hook is told of a write. */
export interface SaveContext {
  /** The stored name of the entity. */
  readonly entity: string;
  /**
   * Whether nothing is known to be committed of it: it was neither loaded nor saved before. So it is new for each save
   * within the transaction that creates it.
   */
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
   * Before it is validated and stored; may change it, but not its id. What it throws refuses the write. Within a
   * transaction that is run again, it is called again; and so it is for a write that is made again under its
   * `idempotencyKey`: if it sets something else then, as the time, that is another write, and refused
   * (IDEMPOTENCY_KEY_REUSED).
   */
  readonly beforeSave?: (entity: T, context: SaveContext) => void | Promise<void>;
  /**
   * After the commit was proven; not for what was not written because nothing changed. A write that is made again under
   * its `idempotencyKey` calls it again, with the revision and transaction of the first: nobody knows whether it was
   * called then. What it throws changes nothing: it is told by the event `hook-failed`.
   */
  readonly afterSave?: (entity: T, context: SavedContext) => void | Promise<void>;
  /**
   * After the proof holds and before the instance is handed out, or properties of it by `select`. What it throws refuses
   * the read: a query ends with it, and `onUnreadable` is not asked, for the record itself can be read. What it changes of
   * stored properties is no longer what was proven.
   */
  readonly afterLoad?: (entity: T) => void;
}
