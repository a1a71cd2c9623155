// Text with a last line that is the SHA-256 of everything above it. It finds damage, not malice: whoever can write the
// file can also hash it.

import { createHash } from 'node:crypto';
import { concatBytes, equalBytes, fromUtf8, utf8 } from '../bytes.js';

/** Length of the line feed that ends the body and of the line `sha256:` + 64 hex digits + line feed. */
const SEAL_BYTES = 1 + 7 + 64 + 1;

/** The bytes of a text with its seal. @param body well-formed Unicode */
export function sealText(body: string): Uint8Array {
  const bytes = utf8(body);
  return concatBytes(bytes, utf8(sealOf(bytes)));
}

/**
 * The text under a seal.
 *
 * @param bytes from a disk: may be damaged or cut off
 * @param maxBytes the most there may be, seal included
 * @param damaged makes the error from what is wrong
 * @throws what `damaged` makes, if any bit is not as it was sealed
 */
export function unsealText(bytes: Uint8Array, maxBytes: number, damaged: (problem: string) => Error): string {
  if (bytes.length > maxBytes) throw damaged(`it is larger than ${maxBytes} bytes`);
  if (bytes.length <= SEAL_BYTES) throw damaged(`it ends after ${bytes.length} bytes`);
  const body = bytes.subarray(0, bytes.length - SEAL_BYTES);
  if (!equalBytes(bytes.subarray(body.length), utf8(sealOf(body)))) {
    throw damaged('its checksum does not match its content');
  }
  const text = fromUtf8(body);
  if (text === undefined) throw damaged('it is not UTF-8');
  return text;
}

function sealOf(body: Uint8Array): string {
  return `\nsha256:${createHash('sha256').update(body).digest('hex')}\n`;
}
