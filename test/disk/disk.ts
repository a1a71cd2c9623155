// A small disk: a tmpfs, that fills up, becomes read-only and vanishes as it is told.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = 4_096;

/** A mounted disk. */
export class Disk {
  /** Where it is mounted. */
  readonly path: string;
  #mounted = true;

  /** @param path a folder to be made @param bytes its size */
  constructor(path: string, bytes: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'none', path);
  }

  /** How many bytes are free. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes all room but this. */
  fill(leave = 0): void {
    const file = openSync(join(this.path, 'ballast'), 'a');
    try {
      while (this.free > leave) writeSync(file, new Uint8Array(Math.min(64 * PAGE, this.free - leave)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives back what `fill` took. */
  makeRoom(): void {
    rmSync(join(this.path, 'ballast'), { force: true });
  }

  /** Nothing on it may be open for writing. */
  setReadOnly(readOnly: boolean): void {
    mount('-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.path);
  }

  /** Takes it out of the tree, with files open or not: those who have them keep them. */
  unmount(): void {
    if (!this.#mounted) return;
    this.#mounted = false;
    execFileSync('umount', ['--lazy', this.path]);
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args);
}
