// What a database may be called.

import { ImmuError } from '../errors.js';
import { printable } from './printable.js';

/** The database every server has. */
export const DEFAULT_DATABASE = 'defaultdb';

/** The database that an embedded ledger gets which is given none. */
export const EMBEDDED_DATABASE = 'ledger';

/** The rule in words, for errors. */
export const DATABASE_NAME_RULE = '1 to 128 of the characters a-z, 0-9 and _';

/** The name as the server keeps it, or `undefined` where no database can be called that. */
export function normalDatabaseName(name: string): string | undefined {
  const lower = name.toLowerCase();
  return /^[a-z0-9_]{1,128}$/.test(lower) ? lower : undefined;
}

/**
 * The name as the server keeps it: upper case becomes lower case.
 *
 * @throws ImmuError INVALID_DATABASE_NAME where no database can be called that; a retry does not help
 */
export function parseDatabaseName(name: string): string {
  const normal = normalDatabaseName(name);
  if (normal === undefined) {
    throw new ImmuError(
      'INVALID_DATABASE_NAME',
      `"${printable(name, 64)}" cannot be the name of a database: it must be ${DATABASE_NAME_RULE}.`,
    );
  }
  return normal;
}
