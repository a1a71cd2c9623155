// What is noted of an index beside its entries (FORMAT.md, "Meta keys"): how it is defined, and whether it is complete.
import { hash } from 'node:crypto';

import { concatBytes, utf8 } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { canonicalJson } from './canonical-json.js';

/** The first byte of every note of this format. */
const STATE_FORMAT = 1;

const STATES = ['building', 'ready'] as const;

/** Bytes of a definition's digest. */
const DIGEST_BYTES = 32;

/** Names the meta keys of an entity that are no index: what was written under an idempotency key. No index has this name. */
export const WRITES = 'writes';

/** What is noted of an index. */
export interface IndexState {
  /** Whether every entity has its entry, or only those written since the index was declared. */
  readonly state: (typeof STATES)[number];
  /** {@link definitionDigest} */
  readonly digest: Uint8Array;
}

/**
 * SHA-256 of what an index holds and how. Where it differs, so do the entries.
 *
 * @param unique whether two live entities may not have the same values
 * @param properties the stored names of what is indexed, of a getter its name, in the order of the key
 */
export function definitionDigest(unique: boolean, properties: readonly string[]): Uint8Array {
  const digest = hash('sha256', utf8(canonicalJson({ properties, unique })), 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
}

/** The value of an index's meta key. @throws RangeError for a digest of another length; the caller built it wrongly */
export function encodeIndexState({ state, digest }: IndexState): Uint8Array {
  if (digest.length !== DIGEST_BYTES) throw new RangeError(`A digest of ${digest.length} bytes.`);
  return concatBytes(Uint8Array.of(STATE_FORMAT, STATES.indexOf(state)), digest);
}

/**
 * What a meta key's value says of its index.
 *
 * @param value from anyone
 * @throws ImmuError `UNSUPPORTED_FORMAT` for another format number, `UNREADABLE_RECORD` unless
 *   {@link encodeIndexState} writes it
 */
export function parseIndexState(value: Uint8Array): IndexState {
  const [format, state] = value;
  if (format !== undefined && format !== STATE_FORMAT) {
    throw new ImmuError(
      'UNSUPPORTED_FORMAT',
      `What is noted of the index has format ${format}, and this version reads format ${STATE_FORMAT}: use a newer immurepo.`,
      { details: { format } },
    );
  }
  const known = STATES[state ?? STATES.length];
  if (known === undefined || value.length !== 2 + DIGEST_BYTES) {
    throw new ImmuError(
      'UNREADABLE_RECORD',
      'What is noted of the index cannot be read: it was written by something else, or is damaged.',
    );
  }
  return { state: known, digest: value.slice(2) };
}
