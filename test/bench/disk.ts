// The baseline of durable writes: what the disk takes when nothing but it is asked.

import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './rounds.js';

/** Writes a page and waits until it is on the disk, again and again. @returns how, and how to clean up */
export function rawSync(folder: string, perRound: number): Contender & Disposable {
  const path = join(folder, 'raw');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096, 1);
  return {
    name: 'raw fdatasync',
    perRound,
    op: (index) => {
      writeSync(file, page, 0, page.length, (index % 1024) * page.length);
      fdatasyncSync(file);
      return Promise.resolve();
    },
    [Symbol.dispose]: () => {
      closeSync(file);
      rmSync(path);
    },
  };
}
