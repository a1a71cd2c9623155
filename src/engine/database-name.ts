// What a database may be called. Names are folder names too, so that only ASCII is taken: 1.11.1 takes lower-case
// letters and digits of every script.

import { refused, ServiceFailure, Status } from './service-failure.js';

/** The database that is always there. */
export const DEFAULT_DATABASE = 'defaultdb';

/** immudb's own database of users and settings. Here it is empty: they are in the catalog. */
export const SYSTEM_DATABASE = 'systemdb';

const MAX_NAME_BYTES = 128;

/** Whether the name is one of the two that can be neither made, changed nor removed. */
export function isReserved(name: string): boolean {
  return name === DEFAULT_DATABASE || name === SYSTEM_DATABASE;
}

/** @throws ServiceFailure for the two databases that can be neither made, changed nor removed */
export function refuseReserved(name: string): void {
  if (isReserved(name)) throw new ServiceFailure(Status.INTERNAL, 'database is reserved', 'XX000');
}

/** Whether a database may be called that. */
export function isDatabaseName(name: string): boolean {
  return /^[a-z0-9_]{1,128}$/.test(name);
}

/** @throws ServiceFailure in 1.11.1's words where no database can be called that */
export function refuseBadName(name: string): void {
  if (isDatabaseName(name)) return;
  const { length } = new TextEncoder().encode(name);
  if (length < 1 || length > MAX_NAME_BYTES) throw refused('database name length outside of limits');
  if (/[^a-z0-9_\p{P}\p{S}]/u.test(name)) throw refused('unrecognized character in database name');
  throw refused('punctuation marks and symbols are not allowed in database name');
}
