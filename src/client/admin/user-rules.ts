// What users may be called and what their passwords may be: checked before anything is sent, and told without repeating a
// password.

import { utf8 } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { printable } from '../printable.js';

/** Of more bytes bcrypt, which the server hashes with, takes no notice; the server refuses them. */
const MAX_PASSWORD_BYTES = 72;

/** @throws ImmuError INVALID_ARGUMENT unless a user can be called that · TypeError for what is no text */
export function assertUserName(name: string): void {
  if (typeof name !== 'string') throw new TypeError('the name of a user must be a string');
  if (/^[A-Za-z0-9_]{1,63}$/.test(name)) return;
  throw new ImmuError(
    'INVALID_ARGUMENT',
    `"${printable(name, 64)}" cannot be the name of a user: it must be 1 to 63 letters, digits and _.`,
  );
}

/**
 * The server takes any password of 1 to 72 bytes: how good it is, is for the caller to judge.
 *
 * @throws ImmuError INVALID_ARGUMENT for any other · TypeError for what is no text
 */
export function assertPassword(password: string): void {
  if (typeof password !== 'string') throw new TypeError('a password must be a string');
  if (/\p{Surrogate}/u.test(password))
    throw new ImmuError(
      'INVALID_ARGUMENT',
      'The password has half a surrogate pair, which UTF-8 cannot hold.',
    );
  const { length } = utf8(password);
  if (length >= 1 && length <= MAX_PASSWORD_BYTES) return;
  throw new ImmuError(
    'INVALID_ARGUMENT',
    `The password has ${length} bytes in UTF-8: the server takes 1 to ${MAX_PASSWORD_BYTES}.`,
    { details: { bytes: length, maxBytes: MAX_PASSWORD_BYTES } },
  );
}
