// What failed calls of documents mean.

import type { ErrorRow } from '../error-row.js';

/** Tried before the rows of keys and values. */
export const DOCUMENT_ROWS: readonly ErrorRow[] = [];
