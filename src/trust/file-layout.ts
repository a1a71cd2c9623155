// The names a file store uses. One directory per ledger and database, in it one file per epoch:
//
//   <directory>/<sha256 of the names>/rec.41            a record, never written to again
//                                    /rec.42            the newest
//                                    /rec.43.<random>   a record about to become rec.43, or left behind by a crash
//                                    /floors.7          the floors of the record, if any are kept
//                                    /floors.8.<random> floors about to become floors.8, or left behind by a crash
//                                    /recoveries.log    one line per recovery

import { createHash, randomBytes } from 'node:crypto';
import { u32be, utf8 } from '../bytes.js';
import type { TrustId } from './trust-id.js';

/** A series of files in one directory: the number is the end of the name, and the highest is the newest. */
export interface FileSeries {
  /** The name before the number, the dot included. */
  readonly prefix: string;
  /** How many files are kept, the newest included; ≥ 1. */
  readonly kept: number;
}

/** The records. Eight are kept: for an operator to go back to, and as evidence. */
export const RECORDS: FileSeries = { prefix: 'rec.', kept: 8 };

/** The floors of a record: each list holds what is to be kept of those before it. */
export const FLOORS: FileSeries = { prefix: 'floors.', kept: 1 };

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

/** The file of a number. @param number ≥ 1 */
export function fileName({ prefix }: FileSeries, number: number): string {
  return `${prefix}${number}`;
}

/** The number of a file, or undefined if it is not of the series. At most 15 digits, which a number carries exactly. */
export function numberOf({ prefix }: FileSeries, name: string): number | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const digits = /^[1-9][0-9]{0,14}$/.exec(name.slice(prefix.length))?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** The epoch of a file, or undefined if it is not a record. */
export function epochOf(name: string): number | undefined {
  return numberOf(RECORDS, name);
}

/** A name for a file about to be published, used once. */
export function temporaryName(series: FileSeries, number: number): string {
  return `${fileName(series, number)}.${randomBytes(8).toString('hex')}`;
}

/** Whether a file is one that `temporaryName` named. */
export function isTemporaryName(series: FileSeries, name: string): boolean {
  const number = /^(.*)\.[0-9a-f]{16}$/.exec(name)?.[1];
  return number !== undefined && numberOf(series, number) !== undefined;
}
