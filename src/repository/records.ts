// Where a repository reads records from and writes them to: the ledger itself, or a transaction over it.

import type { OperationOptions } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { Evidence } from './evidence.js';
import { handOut, type HandingOut } from './hand-out.js';
import type { RecordBase, StoredRevision } from './stored-revision.js';
import type { PendingWrite } from './write/prepared-write.js';

/** What is known of an entity after reading it. */
export interface Seen<T extends object> {
  /** A tracked instance; undefined where it is deleted or has expired. */
  readonly entity: T | undefined;
  /** The revision the next one builds on; undefined for what was never stored. */
  readonly base: RecordBase | undefined;
}

/** How to read. */
export interface ReadOptions extends OperationOptions {
  /**
   * The transaction the entity is known to have been written in, or a later one: an older answer is refused. So what one
   * process has seen, another can be sure to see. Default: what this client has proven itself.
   */
  readonly notBefore?: bigint;
}

/** How to write. */
export interface WriteOptions extends OperationOptions {
  /** Write over whatever is there, on the condition that it is still what is written over. Default false. */
  readonly force?: boolean;
  /** When what is saved ceases to count: readers then take it for absent. null for never. Default: as it was. */
  readonly expiresAt?: Date | null;
  /**
   * A name for this write, 1 to about 900 bytes: made again under the same name, it is the same write, whatever became of
   * the first attempt and whichever process makes it.
   */
  readonly idempotencyKey?: string;
}

/** Records, wherever they are. */
export interface Records {
  /** The database they are in. */
  readonly database: string;
  /** Whether a failed attempt may be made again here: of a transaction, only the whole can be. */
  readonly mayTryAgain: boolean;
  /** @returns undefined where nothing was ever stored, as far as the server says */
  get<T extends object>(
    schema: EntitySchema<T>,
    key: Uint8Array,
    options: ReadOptions,
  ): Promise<Seen<T> | undefined>;
  /** One snapshot of many, in the order of `keys`. */
  getAll<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(Seen<T> | undefined)[]>;
  /** What the next revisions of many build on, in the order of `keys`, of one snapshot. Nothing is handed out. */
  bases<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(RecordBase | undefined)[]>;
  /**
   * Writes all or none.
   *
   * @returns the evidence of each, as far as it is committed already
   */
  write(
    writes: readonly PendingWrite[],
    options: Omit<WriteOptions, 'force'>,
  ): Promise<(Evidence | undefined)[]>;
}

/** Hands out a decoded revision's instance, but for one that is deleted, or has expired at `now`. */
export function seen<T extends object>(
  context: HandingOut,
  schema: EntitySchema<T>,
  revision: StoredRevision<T>,
  now: number,
): Seen<T> {
  const { base } = revision;
  const { expiresAt } = base.facts;
  const isOver = expiresAt !== undefined && expiresAt <= now;
  return { entity: isOver ? undefined : handOut(context, schema, revision), base };
}
