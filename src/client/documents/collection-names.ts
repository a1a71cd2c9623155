// What collections and their fields may be called, checked before it is sent: the server's own refusals differ by call.

import { ImmuError } from '../../errors.js';
import { printable } from '../printable.js';

const COLLECTION_NAME = /^[a-zA-Z_][a-zA-Z0-9_-]*$/;
const FIELD_NAME = /^[a-zA-Z_][a-zA-Z0-9_.-]*$/;

/** @throws ImmuError INVALID_ARGUMENT unless a collection can be called that · TypeError for what is no text */
export function assertCollectionName(name: string): void {
  if (typeof name !== 'string') throw new TypeError('the name of a collection must be a string');
  if (COLLECTION_NAME.test(name)) return;
  throw new ImmuError(
    'INVALID_ARGUMENT',
    `"${printable(name, 64)}" cannot be the name of a collection: it must be letters, digits, _ and -, and begin with a letter or _.`,
  );
}

/** @throws ImmuError INVALID_ARGUMENT unless a field can be declared by that name · TypeError for what is no text */
export function assertFieldName(name: string): void {
  if (typeof name !== 'string') throw new TypeError('the name of a field must be a string');
  if (FIELD_NAME.test(name)) return;
  throw new ImmuError(
    'INVALID_ARGUMENT',
    `"${printable(name, 64)}" cannot be the name of a declared field: it must be letters, digits, _, - and ., and begin with a letter or _.`,
  );
}
