// Whether a disk has room for what is about to be written. LMDB is not left to find that out: version 3.5.6 of its
// package writes past the end of a text when a page cannot be written (sprintf of `last_error` in mdb_page_flush), which
// can end the process. A fixed version makes the question cheaper to get wrong, not superfluous: a commit that is not
// tried leaves nothing to be reopened.

import { statfsSync } from 'node:fs';
import type { ImmuError } from '../../errors.js';
import type { Put } from './ledger-store.js';
import { nothingWritten } from './storage-errors.js';

const PAGE_BYTES = 4_096;

/** What a commit takes at least, for pages that have nothing to do with its rows. */
const SPARE_BYTES = 1024 * 1024;

/** How many bytes rows are, about. */
export function bytesOf(puts: readonly Put[]): number {
  return puts.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
}

/**
 * How much room a commit needs at most: its rows, those of the table that is kept twice twice, and a new place for every
 * page that one of them is put into.
 *
 * @param fileBytes how much there is now: no more pages than these can be put to a new place
 */
export function roomFor(puts: readonly Put[], fileBytes: number): number {
  return SPARE_BYTES + 2 * bytesOf(puts) + Math.min(2 * PAGE_BYTES * puts.length, fileBytes);
}

/**
 * @param bytes that must be free. Default: what the smallest store takes
 * @throws ImmuError LEDGER_STORAGE_FAILED where they are not; nothing was tried, and the next commit may be
 */
export function assertRoom(path: string, bytes = SPARE_BYTES): void {
  const free = freeBytes(path);
  if (free === undefined || free >= bytes) return;
  throw noRoom(
    path,
    `The disk is full (ENOSPC): ${free} bytes are free, and up to ${bytes} may be needed. Free some space, and write again.`,
  );
}

/** Whether so many bytes are free, as far as can be told. */
export function hasRoom(path: string, bytes: number): boolean {
  const free = freeBytes(path);
  return free === undefined || free >= bytes;
}

/** @returns undefined where it cannot be told */
function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(path);
    // Some file systems of programs count nothing.
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

function noRoom(path: string, why: string): ImmuError {
  return nothingWritten(path, why, { code: 'ENOSPC', reopen: false, tried: false });
}
