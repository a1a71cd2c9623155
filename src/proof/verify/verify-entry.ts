// One key read with proof: that exactly this value, or this reference, was written under exactly this key.

import { equalBytes } from '../../bytes.js';
import { kvKey, kvValue, referenceValue, entryDigest } from '../layout/entry.js';
import { sha256 } from '../layout/hash.js';
import type { KeyMetadata } from '../layout/kv-metadata.js';
import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { failure, withContext } from './failure.js';
import { verifyEntryInclusion } from './inclusion.js';
import { parseBytes, parseFlag, parseMessage, parseTxId } from './parse-fields.js';
import { parseKeyMetadata } from './parse-metadata.js';
import type { ProvenKeyValue, ProvenReference } from './proven.js';
import type { RawEntry, RawReference, RawVerifiableEntry } from './raw.js';
import { requireKey, requireTrusted, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { requireValueLength, verifyAllEntries } from './tx-entries.js';

/** What was asked for. */
export interface EntryRequest {
  /** Not empty. */
  readonly key: Uint8Array;
  /** The transaction that wrote it, ≥ 1; left out for the latest write, which is then the server's word. */
  readonly atTx?: bigint;
}

/** What an answer claims was written: nothing of it is proven. */
interface Claim {
  readonly txId: bigint;
  readonly storedValue: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
  readonly result:
    | { readonly kind: 'value'; readonly value: Uint8Array }
    | { readonly kind: 'reference'; readonly target: Uint8Array; readonly atTx: bigint };
}

/**
 * Checks the answer to a verifiable get.
 *
 * Proven is that the write is part of the history the trusted state belongs to. Not proven: that it is the latest
 * write of the key (without `atTx`), its revision number, and the value a reference leads to.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError BINDING_MISMATCH for an answer to another question, also one that is deleted or marked
 *   expired; otherwise the code of the check that failed
 */
export function verifyEntry(
  request: EntryRequest,
  response: RawVerifiableEntry | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenKeyValue | ProvenReference {
  const { key, atTx } = request;
  requireKey(key, 'key');
  if (atTx !== undefined) requireTxId(atTx, 'atTx');
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const answer = parseMessage(response, 'verifiableEntry');
    const claim = parseClaim(parseMessage(answer.entry, 'entry'), key);
    requireTx(claim.txId, atTx);
    const proven = verifyAgainstTrusted(answer.verifiableTx, claim.txId, trusted, policy);
    const tx = parseMessage(answer.verifiableTx?.tx, 'tx');
    const entries = verifyAllEntries(tx, proven.header);
    const digest = entryDigest(proven.header.version, kvKey(key), claim.metadata, sha256(claim.storedValue));
    const index = verifyEntryInclusion(answer.inclusionProof, digest, proven.header);
    requireValueLength(tx, index, claim.storedValue.length, claim.txId);
    return { ...proven, entries, ...claim.result, key, metadata: claim.metadata, index };
  });
}

function requireTx(claimed: bigint, atTx: bigint | undefined): void {
  if (atTx === undefined || claimed === atTx) return;
  throw failure('BINDING_MISMATCH', {
    check: 'transaction of the entry',
    txId: claimed,
    expected: atTx,
    found: claimed,
  });
}

function parseClaim(entry: RawEntry, key: Uint8Array): Claim {
  const claim =
    entry.referencedBy === undefined
      ? plainClaim(entry, key)
      : referenceClaim(entry, entry.referencedBy, key);
  if (claim.metadata?.deleted === true) throw notLive('deleted', claim.txId);
  if (parseFlag(entry.expired, 'entry.expired')) throw notLive('expired', claim.txId);
  return claim;
}

function plainClaim(entry: RawEntry, key: Uint8Array): Claim {
  const txId = parseTxId(entry.tx, 'entry.tx', 1n);
  requireAnsweredKey(entry.key, 'entry.key', key, txId);
  const value = parseBytes(entry.value, 'entry.value');
  return {
    txId,
    storedValue: kvValue(value),
    metadata: parseKeyMetadata(entry.metadata, 'entry.metadata'),
    result: { kind: 'value', value },
  };
}

/** The entry is then the one referred to, of which only the key is proven, as it is part of the reference's value. */
function referenceClaim(entry: RawEntry, raw: RawReference, key: Uint8Array): Claim {
  const reference = parseMessage(raw, 'entry.referencedBy');
  const txId = parseTxId(reference.tx, 'entry.referencedBy.tx', 1n);
  requireAnsweredKey(reference.key, 'entry.referencedBy.key', key, txId);
  const atTx = parseTxId(reference.atTx, 'entry.referencedBy.atTx', 0n);
  const entryTx = parseTxId(entry.tx, 'entry.tx', 1n);
  if (atTx > 0n && entryTx !== atTx) {
    throw failure('BINDING_MISMATCH', {
      check: 'transaction of the entry a bound reference leads to',
      txId,
      expected: atTx,
      found: entryTx,
    });
  }
  if (parseKeyMetadata(entry.metadata, 'entry.metadata')?.deleted === true) throw notLive('deleted', entryTx);
  const target = new Uint8Array(parseBytes(entry.key, 'entry.key'));
  return {
    txId,
    storedValue: referenceValue(target, atTx),
    metadata: parseKeyMetadata(reference.metadata, 'entry.referencedBy.metadata'),
    result: { kind: 'reference', target, atTx },
  };
}

function requireAnsweredKey(raw: Uint8Array, where: string, key: Uint8Array, txId: bigint): void {
  const answered = parseBytes(raw, where);
  if (equalBytes(answered, key)) return;
  throw failure('BINDING_MISMATCH', { check: `the field ${where}`, txId, expected: key, found: answered });
}

function notLive(state: 'deleted' | 'expired', txId: bigint): Error {
  return failure('BINDING_MISMATCH', {
    check: 'entry answered for a key',
    txId,
    expected: 'a live value',
    found: `one marked ${state}`,
    hint: 'An honest server answers that the key is not found.',
  });
}
