// A store made anew from the transactions of another: everything that follows from them, the tree and the index, is
// computed again, and everything they hold is checked on the way. What was committed cannot be made up: where a
// transaction is not whole, there is nothing to rebuild it from.

import { equalBytes } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { EMPTY_HASH, sha256 } from '../../proof/layout/hash.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { readEntries, readTx, readValue } from '../database/log.js';
import { makeTransaction, type NewEntry } from '../database/new-transaction.js';
import { StagedRows } from '../database/staged-rows.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { MainTree } from '../tree/main-tree.js';
import { newestTransaction } from './check-transactions.js';
import { clauseOf } from './faults.js';
import type { Progress } from './verify-rows.js';

/** Bounds of one commit to the new store. */
const MAX_TRANSACTIONS = 1000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Makes all rows of a database again.
 *
 * @param from the damaged store
 * @param to an empty one
 * @returns the newest transaction
 * @throws ImmuError LEDGER_DAMAGED naming the first transaction that is not whole; `to` is then of no use
 */
export async function* rebuildRows(
  from: LedgerStore,
  to: LedgerStore,
): AsyncGenerator<Progress, LedgerState> {
  const total = lastTransaction(from);
  const tree = MainTree.empty();
  let state: LedgerState = { txId: 0n, alh: EMPTY_HASH };
  while (state.txId < total) {
    const staged = new StagedRows(to);
    for (let count = 0; count < MAX_TRANSACTIONS && staged.bytes < MAX_BYTES && state.txId < total; count++) {
      state = rebuild(from, staged, tree, state);
    }
    await to.commit(staged.puts, state);
    yield { done: state.txId, total, unit: 'transactions' };
  }
  return state;
}

function rebuild(from: LedgerStore, staged: StagedRows, tree: MainTree, state: LedgerState): LedgerState {
  const txId = state.txId + 1n;
  try {
    const tx = readTx(from, txId);
    const { version, ts, metadata } = tx.header;
    const entries = readEntries(from, tx).map(({ key, metadata, valueLength, hValue }, index): NewEntry => {
      const value = readValue(from, { txId, index, valueLength });
      if (!equalBytes(sha256(value), hValue)) throw notWhole(txId, 'it holds a value that was not committed');
      return { key, metadata, value };
    });
    const made = makeTransaction({ entries, metadata }, { state, tree, rows: staged, version, ts });
    if (!equalBytes(made.alh, tx.alh)) throw notWhole(txId, 'it is not what was committed');
    staged.add(made.puts);
    return { txId, alh: made.alh };
  } catch (error) {
    if (error instanceof ImmuError && (error.code !== 'LEDGER_DAMAGED' || 'notWhole' in error.details))
      throw error;
    throw notWhole(txId, clauseOf(error), error);
  }
}

/** The newest that was acknowledged, or that there are rows of. */
function lastTransaction(store: LedgerStore): bigint {
  const last = newestTransaction(store);
  const acknowledged = store.head?.txId ?? 0n;
  return last > acknowledged ? last : acknowledged;
}

function notWhole(txId: bigint, problem: string, cause?: unknown): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `Transaction ${String(txId)} is not whole (${problem}), and nothing else says what was committed: it cannot be ` +
      'rebuilt. Restore the ledger from a backup. Nothing was changed.',
    { cause, details: { txId, notWhole: true } },
  );
}
