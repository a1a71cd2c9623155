// That a transaction is the write that was asked for: new, with exactly these entries in this order.

import { equalBytes } from '../../bytes.js';
import { sha256 } from '../layout/hash.js';
import { encodeKeyMetadata, type KeyMetadata } from '../layout/kv-metadata.js';
import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { type Failure, failure, withContext } from './failure.js';
import { parseMessage, parseTxId } from './parse-fields.js';
import type { ProvenEntries, ProvenTxEntry } from './proven.js';
import type { RawTx, RawVerifiableTx } from './raw.js';
import { requireTrusted } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { requireValueLength, verifyAllEntries } from './tx-entries.js';

/** An entry as it must have been written. */
export interface ExpectedEntry {
  /** With its prefix byte. */
  readonly storedKey: Uint8Array;
  /** With its prefix byte; empty for sorted sets. */
  readonly storedValue: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
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
    requireNewer(txId, trusted);
    const proven = verifyAgainstTrusted(response, txId, trusted, policy);
    if (proven.header.nentries !== expected.length) {
      throw failure('BINDING_MISMATCH', {
        check: 'number of entries written',
        txId,
        expected: expected.length,
        found: proven.header.nentries,
      });
    }
    const entries = verifyAllEntries(tx, proven.header);
    entries.forEach((entry, index) => {
      requireWritten(entry, expected[index], index, tx, txId);
    });
    return { ...proven, entries };
  });
}

/** Everything up to the trusted state was there before the write: an identical older one must not stand in for it. */
function requireNewer(txId: bigint, trusted: LedgerState | undefined): void {
  if (trusted === undefined || txId > trusted.txId) return;
  throw failure('BINDING_MISMATCH', {
    check: 'transaction of the write',
    txId,
    expected: `one after tx ${String(trusted.txId)}`,
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
      expected: sha256(expected.storedValue),
      found: entry.hValue,
    },
  ];
  for (const field of fields) {
    if (!equalBytes(field.expected, field.found)) throw failure('BINDING_MISMATCH', { ...field, txId });
  }
  requireValueLength(tx, index, expected.storedValue.length, txId);
}
