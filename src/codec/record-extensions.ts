// What a record may say beyond its fixed members (FORMAT.md, "Extensions"): typed, ascending, skippable unless critical.
import { concatBytes, u16be, u32be } from '../bytes.js';
import { ImmuError } from '../errors.js';

/** Set in the type of an extension that a reader must understand or refuse the record. */
const CRITICAL = 0x8000;

/** Types above this describe the entity in ways this version does not know; up to it, one revision. */
const LAST_PER_REVISION = 5;

/** Bytes of an extension's type and length. */
const HEADER_BYTES = 6;

/** One extension. */
export interface RecordExtension {
  /** 0 to 65535; with the top bit set it is critical. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The extensions one after another. @throws RangeError unless types ascend without repetition */
export function encodeExtensions(extensions: readonly RecordExtension[]): Uint8Array {
  let previous = -1;
  const parts: Uint8Array[] = [];
  for (const { type, bytes } of extensions) {
    if (type <= previous || type > 0xffff) throw new RangeError(`Extension ${type} after ${previous}.`);
    previous = type;
    parts.push(u16be(type), u32be(bytes.length), bytes);
  }
  return concatBytes(...parts);
}

/**
 * The extensions in bytes of unknown origin, as views into them.
 *
 * @returns `undefined` if they are malformed: cut short, or types that do not ascend
 * @throws ImmuError `UNSUPPORTED_FORMAT` for a critical extension, since this version knows none
 */
export function parseExtensions(bytes: Uint8Array): readonly RecordExtension[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extensions: RecordExtension[] = [];
  let previous = -1;
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < HEADER_BYTES) return undefined;
    const type = view.getUint16(at);
    const length = view.getUint32(at + 2);
    at += HEADER_BYTES;
    if (type <= previous || length > bytes.length - at) return undefined;
    extensions.push({ type, bytes: bytes.subarray(at, at + length) });
    previous = type;
    at += length;
  }
  const critical = extensions.find(({ type }) => type >= CRITICAL);
  if (critical === undefined) return extensions;
  throw new ImmuError(
    'UNSUPPORTED_FORMAT',
    `The record has extension 0x${critical.type.toString(16)}, which may not be ignored: read it with a newer immurepo.`,
    { details: { extension: critical.type } },
  );
}

/**
 * The extensions a new revision takes over from the one it builds on. Types 1 to 5 say something about one revision
 * and are written anew each time; any other is kept though this version does not know it, so that saving loses nothing.
 */
export function carriedExtensions(extensions: readonly RecordExtension[]): readonly RecordExtension[] {
  return extensions.filter(({ type }) => type === 0 || type > LAST_PER_REVISION);
}
