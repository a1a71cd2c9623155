// What failed calls of documents mean.

import { type ErrorRow, row } from '../error-row.js';
import { GrpcStatus as Status } from '../transport.js';

/** Tried before the rows of keys and values. */
export const DOCUMENT_ROWS: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^collection does not exist\b/, 'COLLECTION_NOT_FOUND'),
  row(Status.UNKNOWN, /^collection already exists$/, 'COLLECTION_EXISTS'),
  row(Status.UNKNOWN, /^document not found$/, 'DOCUMENT_NOT_FOUND'),
  row(Status.UNKNOWN, /^tbtree: key not found: error fetching document history$/, 'DOCUMENT_NOT_FOUND'),
  // A history asked for from behind its last revision.
  row(
    Status.UNKNOWN,
    /^tbtree: (?:no more entries|offset out of range): error fetching document history$/,
    'KEY_NOT_FOUND',
  ),
  row(Status.UNKNOWN, /^invalid document id: /, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^(?:reserved name|field does not exist|field already exists)/, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^unexpected value: expecting value of type \w+/, 'VALUE_REFUSED'),
  row(Status.UNKNOWN, /^invalid UUID /, 'VALUE_REFUSED'),
  // One text for two things, of which only one passes.
  row(
    Status.UNKNOWN,
    /^conflict due to uniqueness contraint violation or read document was updated by another transaction$/,
    'CONFLICT',
  ),
];
