// A small database with one of everything that rows can hold.
import { utf8 } from '../../../../src/bytes.js';
import type { NewEntry } from '../../../../src/engine/database/new-transaction.js';
import type { LedgerStore } from '../../../../src/engine/storage/ledger-store.js';
import { kvKey, kvValue, referenceValue } from '../../../../src/proof/layout/entry.js';
import { openDatabase } from '../../database/support.js';

const value = (text: string) => kvValue(utf8(text));
const entry = (key: string, written: Uint8Array, metadata?: NewEntry['metadata']): NewEntry => ({
  key: kvKey(utf8(key)),
  value: written,
  metadata,
});

const TRANSACTIONS: readonly (readonly NewEntry[])[] = [
  [entry('a', value('first'))],
  [entry('b', value('')), entry('c', value('other'))],
  [entry('a', value('second'))],
  [entry('a', new Uint8Array(0), { deleted: true, nonIndexable: false })],
  [entry('e', value('soon gone'), { deleted: false, nonIndexable: false, expiresAt: 1_900_000_000n })],
  [entry('n', value('not to be found'), { deleted: false, nonIndexable: true })],
  [entry('ref', referenceValue(utf8('c'), 0n)), entry('b', value('again')), entry('a', value('third'))],
  [{ key: Uint8Array.of(1, 9, 9), value: new Uint8Array(0), metadata: undefined }],
  [entry('a', value('fourth'))],
];

/** How many transactions the sample has. */
export const SAMPLE_TRANSACTIONS = BigInt(TRANSACTIONS.length);

/** Commits them. */
export async function fillSample(
  store: LedgerStore,
  settings: Parameters<typeof openDatabase>[1] = {},
): Promise<void> {
  const database = openDatabase(store, settings);
  for (const entries of TRANSACTIONS) await database.commit(() => ({ entries }));
}
