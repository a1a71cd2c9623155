// A run of transactions with one proof: the last of them is proven, and each header holds the hash of the one before.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { failure, withContext } from './failure.js';
import { parseHeader, type HashedHeader } from './parse-header.js';
import { parseList, parseMessage } from './parse-fields.js';
import type { ProvenEntries, ProvenTxEntry } from './proven.js';
import type { RawTx } from './raw.js';
import { requireTxId } from './request-fields.js';
import { verifyAllEntries } from './tx-entries.js';

/** A transaction that is part of the history, by the hashes that lead from it to one that is proven. */
export interface ChainedTx extends Pick<ProvenEntries, 'header' | 'alh'> {
  /** All its entries, in order. */
  readonly entries: readonly ProvenTxEntry[];
}

/** The most transactions of one list. */
const MAX_LISTED = 2500;

/**
 * Checks a list of transactions, as scans answer it, against the hash of the last.
 *
 * @param from the first transaction that must be listed, 1 ≤ from ≤ last.txId; all from there to the last must be, in order
 * @param listed untrusted
 * @param last proven
 * @returns the transactions, now proven, in order
 * @throws VerificationError BINDING_MISMATCH where others are listed than were asked for; PROOF_INVALID where one is not part
 *   of the history
 */
export function verifyTxChain(
  from: bigint,
  listed: readonly RawTx[] | undefined,
  last: LedgerState,
  linearAdvance = 0,
): readonly ChainedTx[] {
  requireTxId(from, 'from');
  requireTxId(last.txId, 'last.txId');
  if (from > last.txId) throw new TypeError('from lies behind the last transaction.');
  return withContext({ trusted: last, evidence: listed }, () => {
    const txs = parseList(listed, 'txs', MAX_LISTED);
    if (BigInt(txs.length) !== last.txId - from + 1n) {
      throw failure('BINDING_MISMATCH', {
        check: 'number of transactions listed',
        expected: last.txId - from + 1n,
        found: txs.length,
      });
    }
    return verifyBackwards(txs, last, linearAdvance);
  });
}

function verifyBackwards(txs: readonly RawTx[], last: LedgerState, linearAdvance: number): ChainedTx[] {
  const chained: ChainedTx[] = [];
  let { txId, alh }: LedgerState = last;
  for (let index = txs.length - 1; index >= 0; index--) {
    const raw = parseMessage(txs[index], `txs[${index}]`);
    const hashed = parseHeader(raw.header, `txs[${index}].header`, linearAdvance);
    requireLink(hashed, { txId, alh });
    chained.push({ ...hashed, entries: verifyAllEntries(raw, hashed.header) });
    txId -= 1n;
    alh = hashed.header.prevAlh;
  }
  return chained.reverse();
}

function requireLink({ header, alh }: HashedHeader, expected: LedgerState): void {
  if (header.id !== expected.txId) {
    throw failure('BINDING_MISMATCH', {
      check: 'transaction listed',
      txId: header.id,
      expected: expected.txId,
      found: header.id,
    });
  }
  if (!equalBytes(alh, expected.alh)) {
    throw failure('PROOF_INVALID', {
      check: 'hash of a transaction listed',
      txId: header.id,
      expected: expected.alh,
      found: alh,
    });
  }
}
