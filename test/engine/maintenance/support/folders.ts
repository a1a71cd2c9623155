// Ledgers in folders, with some transactions, and ways to damage them.
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { toHex, utf8 } from '../../../../src/bytes.js';
import { openEngine } from '../../../../src/engine/engine.js';
import { openEnvironment } from '../../../../src/engine/storage/lmdb-environment.js';
import { openLmdbStore } from '../../../../src/engine/storage/lmdb-store.js';
import { kvKey } from '../../../../src/proof/layout/entry.js';
import { get, openDatabase, set } from '../../database/support.js';

export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'immurepo-maintenance-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A ledger whose database `bank` has transactions; it is closed. @returns its folder */
export async function ledgerFolder(transactions = 30, path = ''): Promise<string> {
  const folder = path === '' ? join(await temporaryFolder(), 'ledger') : path;
  const engine = await openEngine({ path: folder, databases: ['bank'] });
  try {
    await engine.isEmpty('bank');
  } finally {
    await engine.close();
  }
  await addTransactions(folder, transactions);
  return folder;
}

/** Adds transactions to the database `bank` of a ledger that nobody has open. */
export async function addTransactions(folder: string, count: number): Promise<void> {
  const store = await openLmdbStore(rowsOf(folder));
  const database = openDatabase(store);
  const first = Number(database.state.txId);
  // At once: they are committed together.
  await Promise.all(
    Array.from({ length: count }, (_, at) => set(database, `key ${(first + at) % 7}`, `value ${first + at}`)),
  );
  await database.close();
}

export const rowsOf = (folder: string, database = 'bank') => join(folder, 'databases', database);
export const dataOf = (folder: string, database = 'bank') => join(rowsOf(folder, database), 'data.mdb');

/** Changes a byte of a file wherever a text stands in it. @returns how many there were */
export async function damageText(file: string, text: string): Promise<number> {
  const bytes = await readFile(file);
  let count = 0;
  for (let at = bytes.indexOf(utf8(text)); at >= 0; at = bytes.indexOf(utf8(text), at + 1), count++)
    await flipByte(file, at);
  return count;
}

/** Flips a bit of a file. */
export async function flipByte(file: string, offset: number, bit = 0): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, offset);
    await opened.write(Buffer.of(buffer.readUInt8() ^ (1 << bit)), 0, 1, offset);
  } finally {
    await opened.close();
  }
}

/** Puts other bytes in the place of a row, past checksums and the store. */
export async function overwriteRow(
  folder: string,
  tree: 'log' | 'keys' | 'twin' | 'revisions',
  key: Uint8Array,
  value: Uint8Array,
): Promise<void> {
  const { trees, close } = await openEnvironment(rowsOf(folder), 'write');
  try {
    await trees[tree].put(key, value);
  } finally {
    await close();
  }
}

/** Damages the index of a ledger, and nothing that it cannot be made of. */
export function damageIndex(folder: string): Promise<void> {
  return overwriteRow(folder, 'keys', kvKey(utf8('key 3')), utf8('not a revision'));
}

/** What every key holds, newest value first. Fails where a row is damaged. */
export async function contentsOf(folder: string, database = 'bank'): Promise<string[]> {
  const store = await openLmdbStore(rowsOf(folder, database), { readOnly: true });
  try {
    const opened = openDatabase(store);
    const contents = [0, 1, 2, 3, 4, 5, 6].map((key) => `key ${key}: ${get(opened, `key ${key}`)}`);
    return [...contents, `${String(opened.state.txId)} ${toHex(opened.state.alh)}`];
  } finally {
    await store.close();
  }
}
