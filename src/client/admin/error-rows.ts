// What failed calls of administration mean.

import type { ErrorRow } from '../error-row.js';

/** Tried before the rows of keys and values. */
export const ADMIN_ROWS: readonly ErrorRow[] = [];
