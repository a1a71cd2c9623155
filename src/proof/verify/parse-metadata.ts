// Metadata off the network: as it is hashed, with nothing in it that the hash would not cover.

import type { KeyMetadata } from '../layout/kv-metadata.js';
import { MAX_EXTRA_BYTES, type TxMetadata } from '../layout/tx-metadata.js';
import { malformed, parseBytes, parseFlag, parseMessage, parseSeconds, parseTxId } from './parse-fields.js';
import type { RawKeyMetadata, RawTxMetadata } from './raw.js';

/**
 * Attributes of a write as the server sent them; checked for shape only, bound to nothing yet.
 *
 * @param where the field's name, for the error
 * @returns undefined where there are none: an empty message and no message hash alike
 * @throws VerificationError MALFORMED_PROOF
 */
export function parseKeyMetadata(
  raw: RawKeyMetadata | undefined,
  where = 'metadata',
): KeyMetadata | undefined {
  if (raw === undefined) return undefined;
  const { expiration } = parseMessage(raw, where);
  const deleted = parseFlag(raw.deleted, `${where}.deleted`);
  const nonIndexable = parseFlag(raw.nonIndexable, `${where}.nonIndexable`);
  if (expiration === undefined) return deleted || nonIndexable ? { deleted, nonIndexable } : undefined;
  const moment = parseMessage(expiration, `${where}.expiration`);
  return {
    deleted,
    expiresAt: parseSeconds(moment.expiresAt, `${where}.expiration.expiresAt`),
    nonIndexable,
  };
}

/**
 * Attributes of a transaction as the server sent them; checked for shape only.
 *
 * @throws VerificationError MALFORMED_PROOF, also for an `extra` longer than the hash would cover
 */
export function parseTxMetadata(raw: RawTxMetadata | undefined, where: string): TxMetadata {
  if (raw === undefined) return {};
  parseMessage(raw, where);
  const truncatedTxId = parseTxId(raw.truncatedTxID, `${where}.truncatedTxID`, 0n);
  const extra = parseBytes(raw.extra, `${where}.extra`);
  if (extra.length > MAX_EXTRA_BYTES)
    throw malformed(`${where}.extra`, `at most ${MAX_EXTRA_BYTES} bytes`, extra);
  return {
    ...(truncatedTxId > 0n ? { truncatedTxId } : {}),
    ...(extra.length > 0 ? { extra: new Uint8Array(extra) } : {}),
  };
}
