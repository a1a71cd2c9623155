// What failed calls of SQL mean.

import type { ErrorRow } from '../error-row.js';

/** Tried before the rows of keys and values. */
export const SQL_ROWS: readonly ErrorRow[] = [];
