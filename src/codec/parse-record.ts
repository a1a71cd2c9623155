// Records read back from bytes of unknown origin: only what encodeRecord writes is accepted.
import { ImmuError } from '../errors.js';
import { parseExtensions } from './record-extensions.js';
import {
  DIGEST_BYTES,
  FIXED_BYTES,
  FLAG_TOMBSTONE,
  problemOf,
  RECORD_FORMAT,
  WRITE_ID_BYTES,
  type StoredRecord,
} from './record.js';

const AT_CODEC = 2;
const AT_VERSION = 4;
const AT_REVISION = 8;
const AT_PREV_TX = 16;
const AT_PREV_DIGEST = 24;
const AT_WRITE_ID = AT_PREV_DIGEST + DIGEST_BYTES;
const LENGTH_BYTES = 4;

function refuse(problem: string): never {
  throw new ImmuError('UNREADABLE_RECORD', `The stored record cannot be read: ${problem}.`);
}

function verifySupported(format: number, flags: number): void {
  const problem =
    format !== RECORD_FORMAT
      ? `format ${format}, and this version reads format ${RECORD_FORMAT}`
      : (flags & ~FLAG_TOMBSTONE) !== 0
        ? `flags 0x${flags.toString(16)}, and this version knows 0x${FLAG_TOMBSTONE}`
        : undefined;
  if (problem === undefined) return;
  throw new ImmuError(
    'UNSUPPORTED_FORMAT',
    `The stored record has ${problem}: a newer immurepo wrote it, or something else did.`,
    { details: { format, flags } },
  );
}

/** The bytes after a 32-bit length at `at`, which must fit. */
function lengthPrefixed(bytes: Uint8Array, view: DataView, at: number, what: string): Uint8Array {
  const start = at + LENGTH_BYTES;
  if (start > bytes.length) refuse(`it ends before the length of its ${what}`);
  const length = view.getUint32(at);
  if (length > bytes.length - start) refuse(`its ${what} of ${length} bytes end too early`);
  return bytes.subarray(start, start + length);
}

/**
 * Reads a stored value.
 *
 * @param bytes from anyone; the result holds views into them
 * @throws ImmuError `UNSUPPORTED_FORMAT` for another format, an unknown flag or a critical extension: a newer version
 *   may read it; `UNREADABLE_RECORD` for anything else that {@link encodeRecord} does not write
 */
export function parseRecord(bytes: Uint8Array): StoredRecord {
  const [format, flags] = bytes;
  if (format === undefined || flags === undefined) refuse(`it has ${bytes.length} bytes`);
  verifySupported(format, flags);
  if (bytes.length < FIXED_BYTES) refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extensions = lengthPrefixed(bytes, view, FIXED_BYTES, 'extensions');
  const atPayload = FIXED_BYTES + LENGTH_BYTES + extensions.length;
  const payload = lengthPrefixed(bytes, view, atPayload, 'payload');
  const rest = bytes.length - atPayload - LENGTH_BYTES - payload.length;
  if (rest !== 0) refuse(`${rest} bytes follow its payload`);
  const record: StoredRecord = {
    tombstone: flags === FLAG_TOMBSTONE,
    codec: view.getUint16(AT_CODEC),
    entityVersion: view.getUint32(AT_VERSION),
    revision: view.getBigUint64(AT_REVISION),
    prevTx: view.getBigUint64(AT_PREV_TX),
    prevDigest: bytes.subarray(AT_PREV_DIGEST, AT_WRITE_ID),
    writeId: bytes.subarray(AT_WRITE_ID, AT_WRITE_ID + WRITE_ID_BYTES),
    extensions: parseExtensions(extensions) ?? refuse('its extensions are malformed'),
    payload,
  };
  const problem = problemOf(record);
  if (problem !== undefined) refuse(problem);
  return record;
}
