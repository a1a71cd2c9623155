// Writes and reads whose values pass as streams: what is checked is the value's hash, whoever holds the value.

import { equalBytes } from '../../bytes.js';
import { kvKey } from '../layout/entry.js';
import type { KeyMetadata } from '../layout/kv-metadata.js';
import { DIGEST_BYTES } from '../layout/hash.js';
import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { failure, withContext } from './failure.js';
import { verifyEntryInclusion } from './inclusion.js';
import { parseMessage, parseTxId, parseBytes } from './parse-fields.js';
import type { ProvenEntries, ProvenReference } from './proven.js';
import type { RawEntry, RawInclusionProof, RawVerifiableTx } from './raw.js';
import { requireBytes, requireKey, requireTrusted, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { verifyAllEntries } from './tx-entries.js';
import { type EntryRequest, verifyEntry } from './verify-entry.js';
import { verifyWrite } from './write.js';

/** A key that was written with a value that passed as a stream. */
export interface StreamedEntry {
  /** Not empty. */
  readonly key: Uint8Array;
  /** SHA-256 of the stored value: `00 ‖ value`. 32 bytes. */
  readonly hValue: Uint8Array;
  /** Length of the stored value: one more than the value's. */
  readonly storedBytes: number;
}

/**
 * Checks the answer to a verifiable set that was sent as a stream: a transaction newer than the trusted state, with exactly
 * these keys and values, none of them with metadata.
 *
 * @param entries at least one, in order
 * @param trusted undefined on first contact; then nothing says that the transaction is new
 * @throws VerificationError BINDING_MISMATCH if it is not that write; otherwise the code of the check that failed
 * @throws TypeError for none, or one that cannot be asked for
 */
export function verifyStreamedSet(
  entries: readonly StreamedEntry[],
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  if (entries.length === 0) throw new TypeError('entries is empty: a set writes at least one key.');
  const expected = entries.map(({ key, hValue, storedBytes }, index) => {
    requireKey(key, `entries[${index}].key`);
    requireBytes(hValue, `entries[${index}].hValue`);
    if (hValue.length !== DIGEST_BYTES) throw new TypeError(`entries[${index}].hValue is no hash.`);
    return { storedKey: kvKey(key), hValue, storedBytes, metadata: undefined };
  });
  return verifyWrite(expected, response, trusted, policy);
}

/** Untrusted: what comes before the value in the answer to a streamed verifiable get. The entry has no metadata there. */
export interface RawStreamedEntry {
  readonly entry?: RawEntry | undefined;
  readonly verifiableTx?: RawVerifiableTx | undefined;
  readonly inclusionProof?: RawInclusionProof | undefined;
}

/** A proven write of a key, of whose value the hash is known. The value is proven once it has that hash. */
export interface ProvenValueHash extends ProvenEntries {
  readonly kind: 'hash';
  /** The key that was asked for. */
  readonly key: Uint8Array;
  /** SHA-256 of the stored value, `00 ‖ value`. */
  readonly hValue: Uint8Array;
  /** Attributes of the write; undefined for none. Whether it has expired is for the caller's clock to say. */
  readonly metadata: KeyMetadata | undefined;
  /** Position in the transaction, from 0. */
  readonly index: number;
}

/**
 * Checks the answer to a verifiable get, as far as it can be while the value has yet to come.
 *
 * @param trusted undefined on first contact
 * @returns the hash the value must have; or a reference, whose target needs a proof of its own
 * @throws VerificationError as {@link verifyEntry}
 */
export function verifyStreamedEntry(
  request: EntryRequest,
  response: RawStreamedEntry,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenValueHash | ProvenReference {
  if (response.entry?.referencedBy !== undefined) {
    const proven = verifyEntry(request, response, trusted, policy);
    if (proven.kind === 'reference') return proven;
    throw new TypeError('an entry with a reference is proven as one');
  }
  const { key, atTx } = request;
  requireKey(key, 'key');
  if (atTx !== undefined) requireTxId(atTx, 'atTx');
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const txId = parseAnsweredTx(parseMessage(response.entry, 'entry'), key, atTx);
    const proven = verifyAgainstTrusted(response.verifiableTx, txId, trusted, policy);
    const entries = verifyAllEntries(parseMessage(response.verifiableTx?.tx, 'tx'), proven.header);
    const index = entries.findIndex((entry) => equalBytes(entry.key, kvKey(key)));
    const entry = entries[index];
    if (entry === undefined) {
      throw failure('BINDING_MISMATCH', { check: 'keys of the transaction', txId, expected: key });
    }
    if (entry.metadata?.deleted === true) {
      throw failure('BINDING_MISMATCH', {
        check: 'entry answered for a key',
        txId,
        expected: 'a live value',
        found: 'one marked deleted',
      });
    }
    // Its position follows from the entries. The proof of it is checked all the same: an honest one holds.
    const shown = verifyEntryInclusion(response.inclusionProof, entry.digest, proven.header);
    if (shown !== index) {
      throw failure('PROOF_INVALID', { check: 'position of the entry', txId, expected: index, found: shown });
    }
    return { ...proven, entries, kind: 'hash', key, hValue: entry.hValue, metadata: entry.metadata, index };
  });
}

function parseAnsweredTx(entry: RawEntry, key: Uint8Array, atTx: bigint | undefined): bigint {
  const txId = parseTxId(entry.tx, 'entry.tx', 1n);
  const answered = parseBytes(entry.key, 'entry.key');
  if (!equalBytes(answered, key)) {
    throw failure('BINDING_MISMATCH', { check: 'the field entry.key', txId, expected: key, found: answered });
  }
  if (atTx !== undefined && txId !== atTx) {
    throw failure('BINDING_MISMATCH', {
      check: 'transaction of the entry',
      txId,
      expected: atTx,
      found: txId,
    });
  }
  return txId;
}
