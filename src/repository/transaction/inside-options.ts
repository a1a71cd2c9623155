// What a repository cannot do within a transaction, though it can outside of one.

import type { WriteOptions } from '../records.js';
import type { TransactionFindOptions } from './guarded-find.js';

const FIND: readonly string[] = [
  'limit',
  'desc',
  'signal',
  'timeoutMs',
] satisfies (keyof TransactionFindOptions)[];

const WRITE: readonly string[] = ['expiresAt', 'signal', 'timeoutMs', 'by'] satisfies (
  keyof WriteOptions | 'by'
)[];

/** @throws TypeError for options of queries that no transaction has */
export function assertFindOptions(options: object): void {
  assertOnly('findBy', options, FIND);
}

/** @throws TypeError for options of writes that no transaction has */
export function assertWriteOptions(options: object): void {
  assertOnly('A write', options, WRITE);
}

function assertOnly(what: string, options: object, known: readonly string[]): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  const other = given.find(([name]) => !known.includes(name));
  if (other === undefined) return;
  throw new TypeError(
    `${what} has no option "${other[0]}" inside of a transaction. Known are: ${known.join(', ')}.`,
  );
}

/** The error for a read that a transaction cannot guard until it commits, or a write that begins with one. */
export function unguarded(method: string): TypeError {
  return new TypeError(
    `${method} cannot be part of a transaction, which could not tell whether its answer still holds at the commit. Use find, ` +
      `findMany or findBy, or call ${method} before the transaction, with ledger.repository(…).`,
  );
}
