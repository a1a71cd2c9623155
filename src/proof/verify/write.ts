// That a transaction is the write that was asked for: new, with exactly these entries in this order.

import { equalBytes } from '../../bytes.js';
import { sha256 } from '../layout/hash.js';
import { encodeKeyMetadata, type KeyMetadata } from '../layout/kv-metadata.js';
import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { type Failure, failure, withContext } from './failure.js';
import { parseMessage, parseTxId } from './parse-fields.js';
import type { ProvenEntries, ProvenTx, ProvenTxEntry } from './proven.js';
import type { RawTx, RawVerifiableTx } from './raw.js';
import { requireTrusted } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { requireValueLength, verifyAllEntries } from './tx-entries.js';

/** An entry as it must have been written. */
export interface ExpectedEntry {
  /** With its prefix byte. */
  readonly storedKey: Uint8Array;
  /** SHA-256 of the stored value, 32 bytes. */
  readonly hValue: Uint8Array;
  /** Length of the stored value, its prefix byte included. */
  readonly storedBytes: number;
  /** Attributes of the write; undefined for none. */
  readonly metadata: KeyMetadata | undefined;
}

/**
 * An entry as it must have been written.
 *
 * @param storedKey with its prefix byte
 * @param storedValue with its prefix byte; empty for sorted sets
 */
export function expectedEntry(
  storedKey: Uint8Array,
  storedValue: Uint8Array,
  metadata?: KeyMetadata,
): ExpectedEntry {
  return { storedKey, hValue: sha256(storedValue), storedBytes: storedValue.length, metadata };
}

/** Whether a proven transaction holds exactly these entries, in this order. */
export function holdsExpected(
  { entries }: Pick<ProvenEntries, 'entries'>,
  expected: readonly ExpectedEntry[],
): boolean {
  if (entries.length !== expected.length) return false;
  return entries.every(({ key, metadata, hValue }, index) => {
    const wanted = expected[index];
    return (
      wanted !== undefined &&
      equalBytes(key, wanted.storedKey) &&
      equalBytes(hValue, wanted.hValue) &&
      equalBytes(encodeKeyMetadata(metadata), encodeKeyMetadata(wanted.metadata))
    );
  });
}

/**
 * Checks the answer to a verifiable write.
 *
 * @param expected all entries, in order
 * @throws VerificationError BINDING_MISMATCH if the transaction is an older one or holds anything else
 */
export function verifyWrite(
  expected: readonly ExpectedEntry[],
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const tx = parseMessage(parseMessage(response, 'verifiableTx').tx, 'tx');
    const txId = parseTxId(parseMessage(tx.header, 'tx.header').id, 'tx.header.id', 1n);
    requireNewer(txId, trusted?.txId ?? 0n);
    return requireExactly(expected, tx, verifyAgainstTrusted(response, txId, trusted, policy));
  });
}

/**
 * Requires that a transaction, its header proven, holds these entries and no other, in this order.
 *
 * @throws VerificationError BINDING_MISMATCH; PROOF_INVALID where the entries listed are not its own
 */
export function requireExactly(
  expected: readonly ExpectedEntry[],
  tx: RawTx,
  proven: ProvenTx,
): ProvenEntries {
  const { id: txId, nentries } = proven.header;
  if (nentries !== expected.length) {
    throw failure('BINDING_MISMATCH', {
      check: 'number of entries written',
      txId,
      expected: expected.length,
      found: nentries,
    });
  }
  const entries = verifyAllEntries(tx, proven.header);
  entries.forEach((entry, index) => {
    requireWritten(entry, expected[index], index, tx, txId);
  });
  return { ...proven, entries };
}

/**
 * Requires that a transaction is later than all that was known before the write: an identical older one must not stand in
 * for it.
 *
 * @throws VerificationError BINDING_MISMATCH
 */
export function requireNewer(txId: bigint, after: bigint): void {
  if (txId > after) return;
  throw failure('BINDING_MISMATCH', {
    check: 'transaction of the write',
    txId,
    expected: `one after tx ${String(after)}`,
    found: txId,
    hint: 'An older transaction cannot be this write.',
  });
}

function requireWritten(
  entry: ProvenTxEntry,
  expected: ExpectedEntry | undefined,
  index: number,
  tx: RawTx,
  txId: bigint,
): void {
  if (expected === undefined) return; // The counts are equal; the type does not know.
  const fields: (Failure & { expected: Uint8Array; found: Uint8Array })[] = [
    { check: `key of entry ${index}`, expected: expected.storedKey, found: entry.key },
    {
      check: `metadata of entry ${index}`,
      expected: encodeKeyMetadata(expected.metadata),
      found: encodeKeyMetadata(entry.metadata),
    },
    {
      check: `hash of the value of entry ${index}`,
      expected: expected.hValue,
      found: entry.hValue,
    },
  ];
  for (const field of fields) {
    if (!equalBytes(field.expected, field.found)) throw failure('BINDING_MISMATCH', { ...field, txId });
  }
  requireValueLength(tx, index, expected.storedBytes, txId);
}
