// What every payload is held to before it is used, whichever codec wrote it.
import { ImmuError } from '../errors.js';
import { equalValues } from './equal-values.js';
import { MAX_PAYLOAD_BYTES } from './payload-limits.js';

/** The payload, if it is not too large. @throws ImmuError `VALUE_TOO_LARGE` */
export function withinLimit(bytes: Uint8Array, subject: string): Uint8Array {
  if (bytes.length <= MAX_PAYLOAD_BYTES) return bytes;
  throw new ImmuError(
    'VALUE_TOO_LARGE',
    `${subject} takes ${bytes.length} bytes, at most ${MAX_PAYLOAD_BYTES} fit: store large content elsewhere and its hash here.`,
    { details: { bytes: bytes.length, maxBytes: MAX_PAYLOAD_BYTES } },
  );
}

/**
 * Reads a new payload as if it came from someone else.
 *
 * @param read decodes it
 * @param copy what it was written from
 * @throws ImmuError `VALUE_REFUSED` if it is something else now
 */
export function verifyReadsBack(
  read: () => unknown,
  copy: Readonly<Record<string, unknown>>,
  subject: string,
): void {
  let cause: unknown;
  try {
    if (equalValues(copy, read())) return;
  } catch (error) {
    cause = error;
  }
  const message = `${subject} does not survive storage: it would read back as something else.`;
  throw new ImmuError('VALUE_REFUSED', message, { cause });
}
