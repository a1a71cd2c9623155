// An application's own codec, held to what is asked of every codec: a mistake in it is refused, and stores nothing.
import { ImmuError } from '../errors.js';
import type { Codec, PlainRecord } from './codec.js';
import { verifyReadsBack, withinLimit } from './payload-checks.js';
import { MAX_PAYLOAD_BYTES } from './payload-limits.js';
import { storableCopy } from './storable-value.js';

/** What a codec may say itself of what it is given. */
const REFUSALS: ReadonlySet<string> = new Set(['VALUE_REFUSED', 'VALUE_TOO_LARGE']);

/** Guards a codec. Does not look at its id. */
export function guardedCodec(codec: Codec): Codec {
  const { id, name } = codec;
  const decode = (bytes: Uint8Array): Record<string, unknown> => {
    if (bytes.length > MAX_PAYLOAD_BYTES) throw unreadable(name, `it has ${bytes.length} bytes`);
    const decoded = decodedBy(codec, bytes);
    try {
      return storableCopy(decoded as PlainRecord, 'it');
    } catch (cause) {
      throw unreadable(name, 'what the codec reads is not what can be stored', cause);
    }
  };
  return Object.freeze({
    id,
    name,
    encode: (plain: PlainRecord, subject = 'value') => {
      const copy = storableCopy(plain, subject);
      // Another one to compare with: it may not keep to leaving alone what it is given.
      const bytes = withinLimit(encodedBy(codec, storableCopy(plain, subject), subject), subject);
      verifyReadsBack(() => decode(bytes), copy, subject);
      return bytes;
    },
    decode,
  });
}

/** What it writes, in memory that it does not use again. */
function encodedBy(codec: Codec, plain: PlainRecord, subject: string): Uint8Array {
  let bytes: unknown;
  try {
    bytes = codec.encode(plain, subject);
  } catch (cause) {
    if (cause instanceof ImmuError && REFUSALS.has(cause.code)) throw cause;
    throw refused(codec.name, subject, `threw: ${String(cause)}`, cause);
  }
  if (bytes instanceof Uint8Array && bytes.length > 0) return new Uint8Array(bytes);
  const what =
    bytes instanceof Uint8Array ? 'none' : bytes instanceof Promise ? 'a Promise' : `a ${typeof bytes}`;
  throw refused(codec.name, subject, `must return bytes, and returned ${what}`);
}

/** What it reads, from bytes that nobody else reads. */
function decodedBy(codec: Codec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(new Uint8Array(bytes));
  } catch (cause) {
    throw unreadable(codec.name, `the codec threw: ${String(cause)}`, cause);
  }
}

function refused(name: string, subject: string, problem: string, cause?: unknown): ImmuError {
  return new ImmuError('VALUE_REFUSED', `${subject} cannot be stored: the codec "${name}" ${problem}.`, {
    cause,
  });
}

function unreadable(name: string, problem: string, cause?: unknown): ImmuError {
  return new ImmuError('UNREADABLE_RECORD', `The payload is not what "${name}" writes: ${problem}.`, {
    cause,
  });
}
