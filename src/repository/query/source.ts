// What a query reads from, and the moment it speaks of.
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { RepositoryContext } from '../context.js';

/** The entities of one class in one ledger. */
export interface QuerySource<T extends object> {
  readonly context: Pick<RepositoryContext, 'client' | 'indexes' | 'lifecycle'>;
  readonly schema: EntitySchema<T>;
  /** Told of records that an index listed and that were not what it said when they were read: when they were written. */
  readonly onGone?: (txId: bigint) => void;
}

/** The moment a query speaks of. */
export interface View {
  /** Records are as they were at this transaction; undefined for as they are. */
  readonly asOf: bigint | undefined;
  /** What had expired by then does not count: milliseconds since 1970, one reading of the clock for all of a query. */
  readonly now: number;
}

/** A moment of the past. */
export interface PastView extends View {
  readonly asOf: bigint;
}
