// What is built or installed once per version of its sources, beside the real immudb that tests build.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program to its end. @throws Error where it is missing or fails, with what it printed */
export const runProgram = promisify(execFile);

const projectFolder = join(import.meta.dirname, '..', '..');
const cacheFolder = join(projectFolder, '.cache', 'peers');

/** Whether a program can be run. */
export async function runs(program: string, ...words: readonly string[]): Promise<boolean> {
  try {
    await runProgram(program, words);
    return true;
  } catch {
    return false;
  }
}

/** A name that changes with the machine, with files, and with anything else that is given. */
export async function hashOf(files: readonly string[], ...more: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${more.join(' ')}\n`);
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes a file or folder unless it was made before. Processes may make it at the same time: each makes its own, and
 * the first to be done moves it into place.
 *
 * @param name changes with everything it is made from
 * @param make is told the path to make it at
 * @returns its final path
 */
export async function cached(name: string, make: (path: string) => Promise<unknown>): Promise<string> {
  const path = join(cacheFolder, name);
  if (existsSync(path)) return path;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = `${path}.${process.pid}.${Date.now()}`;
  try {
    await make(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // A folder that another process was quicker to make cannot be replaced, and need not be.
    if (!existsSync(path)) throw error;
  }
  return path;
}
