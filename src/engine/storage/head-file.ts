// The newest acknowledged commit, remembered in a small file beside the rows: LMDB can lose its newest commit to one
// damaged byte without noticing. Two places in it are written in turn, so that one is whole whatever happens:
//
//   "immuhead" | 8 bytes number of the commit | 8 bytes transaction id | 32 bytes accumulated hash | 4 bytes CRC-32
//
// Not synced with each commit: a killed process leaves what it wrote to the system, and after a power loss the file is
// at worst older than the rows, which were synced before.

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { concatBytes, u32be, u64be, utf8 } from '../../bytes.js';
import { replaceFile } from './whole-files.js';
import type { Head } from './ledger-store.js';
import { damaged, storageFailed } from './storage-errors.js';

/** The name of the file. */
export const HEAD_FILE = 'head';

/** Apart by a block of the disk, so that no one write of the disk can harm both. */
const PLACES = [0, 4_096] as const;

const MAGIC = utf8('immuhead');
const ENTRY_BYTES = MAGIC.length + 8 + 8 + 32 + 4;

/** A reader may come while an entry is written. The other one is whole, but the writer may have gone on to it since. */
const MAX_READS = 4;

/** A head and how many commits led to it. */
export interface CountedHead extends Head {
  /** How many commits the store took. */
  readonly commits: bigint;
}

const NO_COMMIT: CountedHead = { commits: 0n, txId: 0n, alh: new Uint8Array(32) };

/** Makes the file, durably, for a store that has this head. Default: for one without commits. */
export async function createHeadFile(directory: string, head: CountedHead = NO_COMMIT): Promise<void> {
  const bytes = new Uint8Array(PLACES[1] + ENTRY_BYTES);
  for (const place of PLACES) bytes.set(formatEntry(head), place);
  await replaceFile(join(directory, HEAD_FILE), bytes);
}

/** The file, kept open. Its calls are synchronous: they only reach the memory of the system. */
export class HeadFile {
  readonly #path: string;
  readonly #file: number;
  /** Which place holds the newest entry. */
  #newest: 0 | 1 = 0;

  /** @throws ImmuError LEDGER_STORAGE_FAILED where it cannot be opened */
  constructor(directory: string, { readOnly }: { readonly readOnly: boolean }) {
    this.#path = join(directory, HEAD_FILE);
    this.#file = this.#doing('open', () => openSync(this.#path, readOnly ? 'r' : 'r+'));
  }

  /** The newest head in the file. @throws ImmuError LEDGER_DAMAGED if neither entry is whole */
  read(): CountedHead {
    for (let reads = 0; reads < MAX_READS; reads++) {
      const [first, second] = PLACES.map((place) => this.#entryAt(place));
      this.#newest = second && (!first || second.commits > first.commits) ? 1 : 0;
      const newest = this.#newest === 1 ? second : first;
      if (newest) return newest;
    }
    throw damaged(`Neither entry of the file "${HEAD_FILE}" matches its checksum`, this.#path);
  }

  /** Remembers a head in place of the one before the newest. */
  write(head: CountedHead): void {
    const place = this.#newest === 0 ? 1 : 0;
    this.#doing('write', () => writeSync(this.#file, formatEntry(head), 0, ENTRY_BYTES, PLACES[place]));
    this.#newest = place;
  }

  /** Closes the file. To be called once. */
  close(): void {
    closeSync(this.#file);
  }

  #entryAt(place: number): CountedHead | undefined {
    const bytes = Buffer.alloc(ENTRY_BYTES);
    const length = this.#doing('read', () => readSync(this.#file, bytes, 0, ENTRY_BYTES, place));
    return length === ENTRY_BYTES ? parseEntry(bytes) : undefined;
  }

  #doing<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageFailed(what, this.#path, error);
    }
  }
}

function formatEntry({ commits, txId, alh }: CountedHead): Uint8Array {
  const entry = concatBytes(MAGIC, u64be(commits), u64be(txId), alh);
  return concatBytes(entry, u32be(crc32(entry)));
}

/** @returns undefined for one that is not whole */
function parseEntry(bytes: Buffer): CountedHead | undefined {
  const sealedPart = bytes.subarray(0, ENTRY_BYTES - 4);
  if (crc32(sealedPart) !== bytes.readUInt32BE(ENTRY_BYTES - 4)) return undefined;
  const at = MAGIC.length;
  return {
    commits: bytes.readBigUInt64BE(at),
    txId: bytes.readBigUInt64BE(at + 8),
    alh: new Uint8Array(bytes.subarray(at + 16, at + 48)),
  };
}
