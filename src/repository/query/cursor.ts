// Where a page ended, as a text to carry to the next call. It comes back from anyone.
//
// u8 version = 1 ‖ 8 B digest of the query ‖ u64 transaction the pages are as of ‖ last key ‖ 4 B checksum, in base64url.
import { hash } from 'node:crypto';

import { concatBytes, equalBytes, u64be } from '../../bytes.js';
import { MAX_KEY_BYTES } from '../../codec/record-key.js';
import { ImmuError } from '../../errors.js';
import { isWithin } from './key-range.js';
import { type Query, queryDigest } from './query.js';

/**
 * Where a page ended. Opaque; it holds the last key in readable form, which is an id or indexed values, so treat it as you
 * treat them. It stays valid, on any process that reads the same ledger.
 */
export type Cursor = string;

/** What a cursor says. */
export interface CursorPosition {
  /** The transaction that the pages are as of. */
  readonly asOf: bigint;
  /** The last key listed. */
  readonly key: Uint8Array;
}

const VERSION = 1;
const AT_DIGEST = 1;
const AT_AS_OF = 9;
const AT_KEY = 17;
const CHECKSUM_BYTES = 4;
const MAX_BYTES = AT_KEY + MAX_KEY_BYTES + CHECKSUM_BYTES;

/** Against cut and mistyped cursors, not against forged ones: who forges one reads another page, and no more than that. */
function checksum(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer').subarray(0, CHECKSUM_BYTES);
}

/** A cursor of the query. */
export function encodeCursor(query: Query, { asOf, key }: CursorPosition): Cursor {
  const bytes = concatBytes(Uint8Array.of(VERSION), queryDigest(query), u64be(asOf), key);
  return Buffer.from(concatBytes(bytes, checksum(bytes))).toString('base64url');
}

/**
 * What a cursor of the query says.
 *
 * @param cursor from anyone
 * @throws ImmuError INVALID_ARGUMENT for one of another query, entity, order or namespace, and for what is no cursor
 * @throws TypeError for what is no text
 */
export function parseCursor(query: Query, cursor: Cursor): CursorPosition {
  if (typeof cursor !== 'string') throw new TypeError('"after" must be the `next` of an earlier page');
  const bytes = cursor.length <= MAX_BYTES * 2 ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
  if (
    bytes.toString('base64url') !== cursor ||
    bytes.length <= AT_KEY + CHECKSUM_BYTES ||
    bytes.length > MAX_BYTES
  )
    throw refused('it is no cursor, or a part of one');
  if (bytes[0] !== VERSION) throw refused('another version of immurepo made it');
  const end = bytes.length - CHECKSUM_BYTES;
  if (!equalBytes(bytes.subarray(end), checksum(bytes.subarray(0, end))))
    throw refused('it was changed on the way');
  const key = new Uint8Array(bytes.subarray(AT_KEY, end));
  if (!equalBytes(bytes.subarray(AT_DIGEST, AT_AS_OF), queryDigest(query)) || !isWithin(query.range, key)) {
    throw refused(
      'it belongs to another query: go on with the entity, namespace, where and orderBy it began with',
    );
  }
  return { asOf: bytes.readBigUInt64BE(AT_AS_OF), key };
}

function refused(why: string): ImmuError {
  return new ImmuError(
    'INVALID_ARGUMENT',
    `The cursor cannot be continued from: ${why}. Without one, pages begin anew.`,
  );
}
