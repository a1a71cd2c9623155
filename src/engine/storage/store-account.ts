// How a store keeps account of itself: two rows in the root database of LMDB, beside the names of the tables.
//
//   "format"  -> sealed(2 bytes, the version of this layout)
//   "commits" -> sealed(8 bytes, how many commits the store took), with the same number as the row's LMDB version

import type { RootDatabase } from 'lmdb';
import { u16be, u64be, utf8 } from '../../bytes.js';
import { asBuffer } from './lmdb-buffer.js';
import { reading } from './lmdb-errors.js';
import { seal, unseal } from './seal.js';
import { damagedRow, unsupportedFormat } from './storage-errors.js';

/** The version of the layout that is written, and the only one that is read. */
const STORAGE_FORMAT = 1;

const FORMAT = utf8('format');
const COMMITS = utf8('commits');

type Root = RootDatabase<Uint8Array, Uint8Array>;

/** Writes what a new store says of itself. */
export async function initialise(root: Root): Promise<void> {
  await root.batch(() => {
    void root.put(FORMAT, seal('store', FORMAT, u16be(STORAGE_FORMAT)), 0);
    void root.put(COMMITS, sealedCount(0), 0);
  });
}

/** How many commits the store took. @throws ImmuError LEDGER_DAMAGED */
export function readCommits(directory: string, root: Root): number {
  const entry = reading(directory, () => root.getEntry(COMMITS));
  const count = entry && unseal('store', COMMITS, asBuffer(entry.value));
  if (count?.length !== 8)
    throw damagedRow(directory, 'store', COMMITS, 'is missing or does not match its checksum');
  const commits = Number(Buffer.from(count).readBigUInt64BE());
  if (entry?.version !== commits)
    throw damagedRow(directory, 'store', COMMITS, 'contradicts its LMDB version');
  return commits;
}

/**
 * Queues writes as one atomic transaction, on condition that no other process committed since.
 *
 * @param commits how many commits the store had taken when this writer last looked
 * @returns whether they were written
 */
export function commitIfAt(root: Root, commits: number, writes: () => void): Promise<boolean> {
  return root.ifVersion(COMMITS, commits, () => {
    writes();
    void root.put(COMMITS, sealedCount(commits + 1), commits + 1);
  });
}

function sealedCount(commits: number): Uint8Array {
  return seal('store', COMMITS, u64be(BigInt(commits)));
}

/** @throws ImmuError UNSUPPORTED_FORMAT if another version wrote the store, LEDGER_DAMAGED if it is not known which */
export function checkFormat(directory: string, root: Root): void {
  const sealed = reading(directory, () => root.get(FORMAT));
  const format = sealed && unseal('store', FORMAT, asBuffer(sealed));
  if (format?.length !== 2)
    throw damagedRow(directory, 'store', FORMAT, 'is missing or does not match its checksum');
  const version = Buffer.from(format).readUInt16BE();
  if (version !== STORAGE_FORMAT) throw unsupportedFormat(directory, version, STORAGE_FORMAT);
}
