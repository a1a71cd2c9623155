// The records of one ledger on disk, swapped without a lock: a record is written aside and then linked to the name of
// its epoch, which succeeds for exactly one writer. A killed writer leaves litter, never half a record.

import { link, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  appendLine,
  makeDirectory,
  readFileUpTo,
  removeIfThere,
  syncDirectory,
  whatIsAt,
  writeNewFile,
} from './disk.js';
import { diskCode, diskError, noHardLinks, onDisk, strangerAt } from './disk-errors.js';
import {
  epochOf,
  isTemporaryName,
  KEPT_RECORDS,
  RECOVERY_LOG,
  recordName,
  temporaryName,
} from './file-layout.js';
import { MAX_RECORD_BYTES } from './record-text.js';
import { corrupt } from './trust-errors.js';

/** How long a writer may take to link what it wrote, in milliseconds, before another takes it for litter. */
const LITTER_AGE_MS = 3_600_000;

/** What the operating systems say where there are no hard links. */
const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** What a directory holds. */
export interface Listing {
  /** The epochs, newest first. */
  readonly epochs: readonly number[];
  /** Whether anything shows that a record exists or once did. */
  readonly anyTrace: boolean;
}

/** Whether a record was published, or what was found in its place. */
export type Publication =
  { readonly published: true } | { readonly published: false; readonly newest: number };

/** The directory of one ledger and database. */
export class RecordDirectory {
  /** Where it is, absolute. */
  readonly path: string;
  #swept = false;

  /** @param path absolute; need not exist */
  constructor(path: string) {
    this.path = path;
  }

  /** The file of an epoch. */
  fileOf(epoch: number): string {
    return join(this.path, recordName(epoch));
  }

  /** What is there now. A directory that does not exist is one without a trace. */
  async list(): Promise<Listing> {
    const names = await this.#names();
    const epochs = names.flatMap((name) => epochOf(name) ?? []).sort((a, b) => b - a);
    return { epochs, anyTrace: epochs.length > 0 || names.includes(RECOVERY_LOG) };
  }

  /**
   * The bytes of a record.
   *
   * @returns undefined if it is gone: eight newer ones were published since it was listed
   * @throws ImmuError TRUST_CORRUPT if it is no ordinary file, TRUST_STORE_FAILED
   */
  async read(epoch: number): Promise<Uint8Array | undefined> {
    const file = this.fileOf(epoch);
    return onDisk('read', file, async () => {
      const found = await whatIsAt(file);
      if (found === 'nothing') return undefined;
      if (found !== 'file') throw corrupt(file, `it is a ${found}, not a file`);
      try {
        return await readFileUpTo(file, MAX_RECORD_BYTES);
      } catch (error) {
        const code = diskCode(error);
        if (code === 'ENOENT') return undefined;
        throw code === 'ELOOP' ? corrupt(file, 'it is a link, not a file') : error;
      }
    });
  }

  /**
   * Publishes a record under the next epoch, durably.
   *
   * @param epoch one more than that of the record it builds on
   * @throws ImmuError TRUST_STORE_FAILED; it may then be published all the same
   */
  async publish(epoch: number, bytes: Uint8Array): Promise<Publication> {
    await onDisk('make', this.path, () => makeDirectory(this.path));
    await this.#sweepOnce();
    const temporary = join(this.path, temporaryName(epoch));
    await onDisk('write', temporary, () => writeNewFile(temporary, bytes));
    const linked = await this.#link(temporary, epoch);
    await onDisk('sync', this.path, () => syncDirectory(this.path));
    const { epochs } = await this.list();
    const newest = epochs[0] ?? epoch;
    // The name was free because it had been pruned: this writer slept while others went on.
    const overtaken = epoch <= newest - KEPT_RECORDS;
    if (linked) await this.#prune(epochs, newest);
    return linked && !overtaken ? { published: true } : { published: false, newest };
  }

  /** Notes a recovery, durably. */
  async log(line: string): Promise<void> {
    const file = join(this.path, RECOVERY_LOG);
    await onDisk('write', file, () => appendLine(file, line));
    await onDisk('sync', this.path, () => syncDirectory(this.path));
  }

  async #names(): Promise<readonly string[]> {
    return onDisk('list', this.path, async () => {
      const found = await whatIsAt(this.path);
      if (found === 'nothing') return [];
      if (found !== 'directory') throw strangerAt(this.path, found);
      return readdir(this.path);
    });
  }

  /** @returns false if another writer was first */
  async #link(temporary: string, epoch: number): Promise<boolean> {
    const file = this.fileOf(epoch);
    try {
      await link(temporary, file);
      return true;
    } catch (error) {
      const code = diskCode(error) ?? '';
      if (code === 'EEXIST') return false;
      throw NO_HARD_LINKS.has(code) ? noHardLinks(file, error) : diskError('link', file, error);
    } finally {
      await removeIfThere(temporary);
    }
  }

  /** Removes what is older than the newest few, oldest first, so that a gap is never followed by an older record. */
  async #prune(epochs: readonly number[], newest: number): Promise<void> {
    for (const epoch of epochs.filter((old) => old <= newest - KEPT_RECORDS).reverse()) {
      await removeIfThere(this.fileOf(epoch));
    }
  }

  /** Removes what killed writers left behind, once per store. */
  async #sweepOnce(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    for (const name of (await this.#names()).filter(isTemporaryName)) {
      const file = join(this.path, name);
      const written = await stat(file).catch(() => undefined);
      if (written !== undefined && Date.now() - written.mtimeMs > LITTER_AGE_MS) await removeIfThere(file);
    }
  }
}
