// A run of transactions with one proof: the last of them is proven. Each header holds the hash of the one before and the
// root of the tree over all before. By the hashes alone they are not bound: a server can commit a header that follows one
// transaction, and whose tree holds another.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import type { TxHeader } from '../layout/tx-header.js';
import { failure, withContext } from './failure.js';
import { parseHeader, type HashedHeader } from './parse-header.js';
import { parseList, parseMessage } from './parse-fields.js';
import type { ProvenEntries, ProvenTxEntry } from './proven.js';
import type { RawTx } from './raw.js';
import { requireTxId } from './request-fields.js';
import { rootFromPeaks, type TreePeaks, withTransaction } from './tree-peaks.js';
import { verifyAllEntries } from './tx-entries.js';

/** A transaction that is part of the history, by the hashes and the trees that lead from it to one that is proven. */
export interface ChainedTx extends Pick<ProvenEntries, 'header' | 'alh'> {
  /** All its entries, in order. */
  readonly entries: readonly ProvenTxEntry[];
}

/** A proven run of transactions. */
export interface TxChain {
  /** In order. */
  readonly txs: readonly ChainedTx[];
  /** The subtrees over all transactions up to the last: proven, and what the next run begins with. */
  readonly after: TreePeaks;
}

/** The most transactions of one list. */
const MAX_LISTED = 2500;

/**
 * Checks a list of transactions, as scans answer it, against the hash of the last: both the chain of hashes and the trees
 * lead to it. A header whose tree lags behind is refused: its transaction takes a proof of its own.
 *
 * @param before the subtrees over all transactions before the first that must be listed, by the server's word: they are
 *   proven along with the list
 * @param listed untrusted; all transactions after `before.size` to the last, in order
 * @param last proven, txId > before.size
 * @throws VerificationError BINDING_MISMATCH where others are listed than were asked for; PROOF_INVALID where one is not part
 *   of the history
 */
export function verifyTxChain(
  before: TreePeaks,
  listed: readonly RawTx[] | undefined,
  last: LedgerState,
): TxChain {
  requireTxId(last.txId, 'last.txId');
  if (before.size >= last.txId) throw new TypeError('the list begins behind the last transaction.');
  return withContext({ trusted: last, evidence: listed }, () => {
    const txs = parseList(listed, 'txs', MAX_LISTED);
    const count = last.txId - before.size;
    if (BigInt(txs.length) !== count) {
      throw failure('BINDING_MISMATCH', {
        check: 'number of transactions listed',
        expected: count,
        found: txs.length,
      });
    }
    const chained = verifyBackwards(txs, last);
    return { txs: chained, after: verifyTrees(before, chained) };
  });
}

/**
 * Checks that the tree of each header holds exactly the transactions before it, which proves them, and the subtrees they
 * begin with, where the last header is proven.
 *
 * @param before the subtrees over all transactions before the first
 * @param txs that follow each other
 * @returns the subtrees over all up to the last
 * @throws VerificationError PROOF_INVALID
 */
export function verifyTrees(before: TreePeaks, txs: readonly HashedHeader[]): TreePeaks {
  return txs.reduce((peaks, { header, alh }) => {
    requireTree(header, peaks);
    return withTransaction(peaks, alh);
  }, before);
}

function requireTree({ id, blTxId, blRoot }: TxHeader, peaks: TreePeaks): void {
  const root = rootFromPeaks(peaks);
  if (id === peaks.size + 1n && blTxId === peaks.size && equalBytes(blRoot, root)) return;
  throw failure('PROOF_INVALID', {
    check: 'tree of a transaction listed',
    txId: id,
    expected: root,
    found: blRoot,
    hint: 'Its tree holds other transactions than those shown before it.',
  });
}

function verifyBackwards(txs: readonly RawTx[], last: LedgerState): ChainedTx[] {
  const chained: ChainedTx[] = [];
  let { txId, alh }: LedgerState = last;
  for (let index = txs.length - 1; index >= 0; index--) {
    const raw = parseMessage(txs[index], `txs[${index}]`);
    const hashed = parseHeader(raw.header, `txs[${index}].header`);
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
