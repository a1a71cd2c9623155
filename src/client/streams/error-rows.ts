// What failed calls of streams mean.

import type { ErrorRow } from '../error-row.js';

/** Tried before the rows of keys and values. */
export const STREAM_ROWS: readonly ErrorRow[] = [];
