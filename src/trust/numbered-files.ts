// A series of files in one directory, swapped without a lock: a file is written aside and then linked to the name of its
// number, which succeeds for exactly one writer. A killed writer leaves litter, never half a file.

import { link, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImmuError } from '../errors.js';
import {
  makeDirectory,
  removeIfThere,
  syncDirectory,
  systemErrorCode,
  writeNewFile,
} from '../durable-files.js';
import { readFileUpTo, whatIsAt } from './disk.js';
import { diskError, noHardLinks, onDisk, strangerAt } from './disk-errors.js';
import { fileName, type FileSeries, isTemporaryName, numberOf, temporaryName } from './file-layout.js';

/** How long a writer may take to link what it wrote, in milliseconds, before another takes it for litter. */
const LITTER_AGE_MS = 3_600_000;

/** What the operating systems say where there are no hard links. */
const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** What the files of a series are, and what one is called that is no ordinary file. */
export interface FileKind extends FileSeries {
  /** Where reading stops, in bytes: a result of one byte more means that there was more. */
  readonly maxBytes: number;
  readonly damaged: (file: string, problem: string) => ImmuError;
}

/** Whether a file was published, or what was found in its place. */
export type Publication =
  { readonly published: true } | { readonly published: false; readonly newest: number };

/** The files of one series in one directory. */
export class NumberedFiles {
  /** Where they are, absolute. */
  readonly path: string;
  readonly #kind: FileKind;
  #swept = false;

  /** @param path absolute; need not exist */
  constructor(path: string, kind: FileKind) {
    this.path = path;
    this.#kind = kind;
  }

  /** The file of a number. */
  fileOf(number: number): string {
    return join(this.path, fileName(this.#kind, number));
  }

  /** The numbers there are now, newest first. None where the directory does not exist. */
  async numbers(): Promise<readonly number[]> {
    return this.numbersIn(await this.names());
  }

  /**
   * The bytes of a file.
   *
   * @returns undefined if it is gone: newer ones were published since it was listed
   * @throws ImmuError TRUST_CORRUPT if it is no ordinary file, TRUST_STORE_FAILED
   */
  async read(number: number): Promise<Uint8Array | undefined> {
    const file = this.fileOf(number);
    const { maxBytes, damaged } = this.#kind;
    return onDisk('read', file, async () => {
      const found = await whatIsAt(file);
      if (found === 'nothing') return undefined;
      if (found !== 'file') throw damaged(file, `it is a ${found}, not a file`);
      try {
        return await readFileUpTo(file, maxBytes);
      } catch (error) {
        const code = systemErrorCode(error);
        if (code === 'ENOENT') return undefined;
        throw code === 'ELOOP' ? damaged(file, 'it is a link, not a file') : error;
      }
    });
  }

  /**
   * Publishes a file under the next number, durably. The directory must be there: one that is made again for it would
   * look as if it were all that there ever was.
   *
   * @param number one more than that of the file it builds on
   * @throws ImmuError TRUST_STORE_FAILED; it may then be published all the same
   */
  async publish(number: number, bytes: Uint8Array): Promise<Publication> {
    await this.#sweepOnce();
    const temporary = join(this.path, temporaryName(this.#kind, number));
    await onDisk('write', temporary, () => writeNewFile(temporary, bytes));
    const linked = await this.#link(temporary, number);
    await onDisk('sync', this.path, () => syncDirectory(this.path));
    const numbers = await this.numbers();
    const newest = numbers[0] ?? number;
    // The name was free because it had been pruned: this writer slept while others went on.
    const overtaken = number <= newest - this.#kind.kept;
    if (linked) await this.#prune(numbers, newest);
    return linked && !overtaken ? { published: true } : { published: false, newest };
  }

  /** Makes the directory, durably. */
  async makeDirectory(): Promise<void> {
    await onDisk('make', this.path, () => makeDirectory(this.path));
  }

  /** Removes all files of the series, as far as that is possible. */
  async removeAll(): Promise<void> {
    for (const number of [...(await this.numbers())].reverse()) await removeIfThere(this.fileOf(number));
  }

  /** All names in the directory. None where it does not exist. */
  protected async names(): Promise<readonly string[]> {
    return onDisk('list', this.path, async () => {
      const found = await whatIsAt(this.path);
      if (found === 'nothing') return [];
      if (found !== 'directory') throw strangerAt(this.path, found);
      return readdir(this.path);
    });
  }

  /** The numbers of the series among names, newest first. */
  protected numbersIn(names: readonly string[]): readonly number[] {
    return names.flatMap((name) => numberOf(this.#kind, name) ?? []).sort((a, b) => b - a);
  }

  /** @returns false if another writer was first */
  async #link(temporary: string, number: number): Promise<boolean> {
    const file = this.fileOf(number);
    try {
      await link(temporary, file);
      return true;
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (code === 'EEXIST') return false;
      throw NO_HARD_LINKS.has(code) ? noHardLinks(file, error) : diskError('link', file, error);
    } finally {
      await removeIfThere(temporary);
    }
  }

  /** Removes what is older than the newest few, oldest first, so that a gap is never followed by an older file. */
  async #prune(numbers: readonly number[], newest: number): Promise<void> {
    for (const number of numbers.filter((old) => old <= newest - this.#kind.kept).reverse()) {
      await removeIfThere(this.fileOf(number));
    }
  }

  /** Removes what killed writers left behind, once per store. */
  async #sweepOnce(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    for (const name of (await this.names()).filter((one) => isTemporaryName(this.#kind, one))) {
      const file = join(this.path, name);
      const written = await stat(file).catch(() => undefined);
      if (written !== undefined && Date.now() - written.mtimeMs > LITTER_AGE_MS) await removeIfThere(file);
    }
  }
}
