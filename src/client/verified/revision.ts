// One revision of a key, told from what the server shows of it and from the proven transaction it stands in.

import { equalBytes, toMapKey } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import { entryDigest, kvKey, kvValue } from '../../proof/layout/entry.js';
import { sha256 } from '../../proof/layout/hash.js';
import { parseKeyMetadata } from '../../proof/verify/parse-metadata.js';
import { parseReferenceValue } from '../../proof/verify/parse-reference.js';
import type { Entry } from '../../wire/immudb/schema/kv.js';
import { printableKey } from '../printable-key.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedRevision } from './evidence.js';
import type { ClaimedTx } from './prove.js';
import type { ProvenDigests } from './proven-cache.js';
import { readProof, standsAgainst } from './read-proof.js';

/** How far the server's clock may be ahead of this one, in seconds, before "expired" is taken for a pretext. */
const CLOCK_TOLERANCE_SECONDS = 3_600n;

/**
 * What history shows as a value may have been stored as one, as a reference, or as a bare deletion.
 *
 * @throws VerificationError BINDING_MISMATCH if it is none of them
 */
export function shownRevision(
  context: VerifiedContext,
  key: Uint8Array,
  answer: Entry,
  proven: ProvenDigests,
): VerifiedRevision {
  const metadata = parseKeyMetadata(answer.metadata);
  const { header } = proven;
  const positionOf = (stored: Uint8Array): number | undefined =>
    proven.positions.get(toMapKey(entryDigest(header.version, kvKey(key), metadata, sha256(stored))));
  const at = (index: number) => ({ key, metadata, ...standing(context, proven, index) });
  const asValue = positionOf(kvValue(answer.value));
  const deleted = metadata?.deleted === true;
  if (asValue !== undefined)
    return { kind: deleted ? 'deleted' : 'value', value: answer.value, ...at(asValue) };
  const asDeletion = deleted && answer.value.length === 0 ? positionOf(answer.value) : undefined;
  if (asDeletion !== undefined) return { kind: 'deleted', value: answer.value, ...at(asDeletion) };
  const reference = parseReferenceValue(answer.value);
  const asReference = reference === undefined ? undefined : positionOf(reference.stored);
  if (reference === undefined || asReference === undefined)
    throw mismatch(key, header.id, 'no entry of that transaction has this key, value and metadata');
  return { kind: 'reference', target: reference.key, atTx: reference.atTx, ...at(asReference) };
}

/**
 * The value is gone from the answer, but the transaction still lists the key with its expiry.
 *
 * @param proven the transaction the server says it was written in, in full
 * @throws VerificationError BINDING_MISMATCH if the key was not written there, or not to expire by now
 */
export function expiredRevision(
  context: VerifiedContext,
  key: Uint8Array,
  proven: ClaimedTx,
): VerifiedRevision {
  const { entries = [] } = proven;
  const stored = kvKey(key);
  const index = entries.findIndex((entry) => equalBytes(entry.key, stored));
  const metadata = entries[index]?.metadata;
  if (metadata?.expiresAt === undefined)
    throw mismatch(
      key,
      proven.header.id,
      'it is shown as expired, and that transaction has no such key with an expiry',
    );
  const now = BigInt(Math.floor(Date.now() / 1000));
  if (metadata.expiresAt > now + CLOCK_TOLERANCE_SECONDS) {
    const untilThen = `it is shown as expired and expires in ${String(metadata.expiresAt - now)} seconds by this clock`;
    throw mismatch(key, proven.header.id, untilThen);
  }
  return { kind: 'expired', key, metadata, ...standing(context, proven, index) };
}

function standing(context: VerifiedContext, proven: Pick<ProvenDigests, 'header' | 'alh'>, index: number) {
  const proof = readProof(context, proven, index, standsAgainst(context, proven));
  return { txId: proven.header.id, index, serverTime: proven.header.ts, proof };
}

function mismatch(key: Uint8Array, txId: bigint, why: string): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The revision of key ${printableKey(key)} shown for transaction ${String(txId)} is not what that transaction wrote: ${why}.`,
    { details: { key, txId } },
  );
}
