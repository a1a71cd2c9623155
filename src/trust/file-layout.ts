// The names a file store uses. One directory per ledger and database, in it one file per epoch:
//
//   <directory>/<sha256 of the names>/rec.41            a record, never written to again
//                                    /rec.42            the newest
//                                    /rec.43.<random>   a record about to become rec.43, or left behind by a crash
//                                    /recoveries.log    one line per recovery

import { createHash, randomBytes } from 'node:crypto';
import { u32be, utf8 } from '../bytes.js';
import type { TrustId } from './trust-id.js';

/** How many records are kept: for an operator to go back to, and as evidence. */
export const KEPT_RECORDS = 8;

/** The file that recoveries are noted in. */
export const RECOVERY_LOG = 'recoveries.log';

/**
 * The directory of a record. A hash, because names may hold anything (`..`, NUL, 10 kB, a case that the file system
 * folds); over lengths too, because `a` + `bc` is not `ab` + `c`.
 */
export function directoryName({ ledgerId, database }: TrustId): string {
  const hash = createHash('sha256');
  for (const part of [utf8(ledgerId), utf8(database)]) hash.update(u32be(part.length)).update(part);
  return hash.digest('hex');
}

/** Whether a file system entry can be the directory of a record. */
export function isDirectoryName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** The file of an epoch. @param epoch ≥ 1 */
export function recordName(epoch: number): string {
  return `rec.${epoch}`;
}

/** The epoch of a file, or undefined if it is not a record. At most 15 digits, which a number carries exactly. */
export function epochOf(name: string): number | undefined {
  const digits = /^rec\.([1-9][0-9]{0,14})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A name for a record about to be published, used once. */
export function temporaryName(epoch: number): string {
  return `${recordName(epoch)}.${randomBytes(8).toString('hex')}`;
}

/** Whether a file is one that `temporaryName` named. */
export function isTemporaryName(name: string): boolean {
  return /^rec\.[1-9][0-9]{0,14}\.[0-9a-f]{16}$/.test(name);
}
