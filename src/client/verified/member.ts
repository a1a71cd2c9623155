// A plain answer held against a proven transaction: the digest of the requested key must be one of its entries.

import { equalBytes, toMapKey } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { KeyMetadata } from '../../proof/index.js';
import { entryDigest, kvKey, kvValue } from '../../proof/layout/entry.js';
import { sha256 } from '../../proof/layout/hash.js';
import { parseKeyMetadata } from '../../proof/verify/parse-metadata.js';
import type { Entry } from '../../wire/immudb/schema/kv.js';
import { printableKey } from '../printable-key.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedEntry } from './evidence.js';
import type { ProvenDigests } from './proven-cache.js';
import { readProof, standsAgainst } from './read-proof.js';

/** Transaction ids are 63 bits wide on the server. */
const MAX_TX_ID = 2n ** 63n - 1n;

/**
 * The transaction a plain answer claims to be from. Nothing of it is proven.
 *
 * @throws VerificationError BINDING_MISMATCH if there can be none with that id
 */
export function claimedTxId(key: Uint8Array, { tx }: Entry): bigint {
  if (tx >= 1n && tx <= MAX_TX_ID) return tx;
  throw mismatch(key, tx, 'there can be no transaction with that id');
}

/**
 * Proves a plain answer by a transaction that is proven already.
 *
 * @param key the key that was asked for, never the one that was answered
 * @throws VerificationError BINDING_MISMATCH if the answer is not an entry of that transaction
 */
export function memberOf(
  context: VerifiedContext,
  proven: ProvenDigests,
  key: Uint8Array,
  answer: Entry,
): VerifiedEntry {
  const metadata = parseKeyMetadata(answer.metadata);
  const { header } = proven;
  if (
    !equalBytes(answer.key, key) ||
    answer.expired ||
    metadata?.deleted === true ||
    answer.tx !== header.id
  ) {
    throw mismatch(
      key,
      header.id,
      'the answer is for another key, another transaction, or marked deleted or expired',
    );
  }
  const digest = entryDigest(header.version, kvKey(key), metadata, sha256(kvValue(answer.value)));
  const index = proven.positions.get(toMapKey(digest));
  if (index === undefined)
    throw mismatch(key, header.id, 'no entry of that transaction has this key, value and metadata');
  return {
    key,
    value: answer.value,
    metadata,
    txId: header.id,
    index,
    serverTime: header.ts,
    proof: readProof(context, proven, index, standsAgainst(context, proven)),
  };
}

/** The transaction of an answer, among those that were proven because answers claimed them. */
export function claimedTx<T>(transactions: ReadonlyMap<bigint, T>, { tx }: Entry): T {
  const transaction = transactions.get(tx);
  if (transaction === undefined) throw new TypeError('every transaction claimed is proven by now');
  return transaction;
}

/** Whether an expiry lies in the past by this machine's clock, in whole seconds as the server counts. */
export function hasExpired(metadata: KeyMetadata | undefined): boolean {
  return metadata?.expiresAt !== undefined && metadata.expiresAt <= BigInt(Math.floor(Date.now() / 1000));
}

function mismatch(key: Uint8Array, txId: bigint, why: string): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The value answered for key ${printableKey(key)} is not what transaction ${String(txId)} wrote: ${why}.`,
    { details: { key, txId } },
  );
}
