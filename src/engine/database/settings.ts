// What a database is made with and keeps for good, where the engine heeds it.

/** Limits and formats of a database, chosen at its creation. */
export interface DatabaseSettings {
  /** The longest stored key, prefix byte included: 1 to 1,024. */
  readonly maxKeyLen: number;
  /** The longest stored value, prefix byte included: 1 to 2^25. */
  readonly maxValueLen: number;
  /** The most entries of a transaction: 1 to 1,024 × 1,024; preconditions too. */
  readonly maxTxEntries: number;
  /** Whether transactions carry no time: 0 in place of it. */
  readonly excludeCommitTime: boolean;
  /** The format of new headers. Version 0 has no metadata. */
  readonly headerVersion: 0 | 1;
}

/** immudb's own defaults. */
export const DEFAULT_SETTINGS: DatabaseSettings = {
  maxKeyLen: 1024,
  maxValueLen: 32 * 1024 * 1024,
  maxTxEntries: 1024,
  excludeCommitTime: false,
  headerVersion: 1,
};
