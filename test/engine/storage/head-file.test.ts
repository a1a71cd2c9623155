import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CountedHead, createHeadFile, HeadFile } from '../../../src/engine/storage/head-file.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { headAt } from './support/heads.js';

const at = (commits: number): CountedHead => ({ ...headAt(commits * 10), commits: BigInt(commits) });

/** A file after a number of commits. */
async function after(commits: number): Promise<{ directory: string; path: string }> {
  const directory = await temporaryDirectory();
  await createHeadFile(directory);
  const file = new HeadFile(directory, { readOnly: false });
  file.read();
  for (let commit = 1; commit <= commits; commit++) file.write(at(commit));
  file.close();
  return { directory, path: join(directory, 'head') };
}

function read(directory: string): CountedHead {
  const file = new HeadFile(directory, { readOnly: true });
  try {
    return file.read();
  } finally {
    file.close();
  }
}

/** Where the entries are, and their length. */
const PLACES = [0, 4_096];
const ENTRY = 60;

describe('the head file', () => {
  it('starts without a commit', async () => {
    const { directory } = await after(0);
    expect(read(directory)).toEqual({ commits: 0n, txId: 0n, alh: new Uint8Array(32) });
  });

  it('remembers the last of any number of commits, over several openings', async () => {
    const { directory } = await after(3);
    for (let commit = 4; commit < 12; commit++) {
      const file = new HeadFile(directory, { readOnly: false });
      expect(file.read()).toEqual(at(commit - 1));
      file.write(at(commit));
      expect(file.read()).toEqual(at(commit));
      file.close();
    }
  });

  it('starts with a head where it is told one', async () => {
    const directory = await temporaryDirectory();
    await createHeadFile(directory, at(7));
    expect(read(directory)).toEqual(at(7));
  });

  it.each([1, 2, 3])('with one entry damaged gives the other: after %i commits', async (commits) => {
    const { directory, path } = await after(commits);
    const whole = await readFile(path);
    const found = new Set<bigint>();
    for (const place of PLACES) {
      for (let offset = place; offset < place + ENTRY; offset++) {
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(flipped.readUInt8(offset) ^ (1 << (offset % 8)), offset);
        await writeFile(path, flipped);
        found.add(read(directory).commits);
      }
    }
    expect(found).toEqual(new Set([BigInt(commits), BigInt(commits - 1)]));
  });

  it('goes on after one entry was damaged, without touching the other first', async () => {
    const { directory, path } = await after(3);
    const whole = await readFile(path);
    whole.fill(0, PLACES[1], PLACES[1]! + ENTRY);
    await writeFile(path, whole);
    expect(read(directory)).toEqual(at(2));
    const file = new HeadFile(directory, { readOnly: false });
    file.read();
    file.write(at(4));
    file.close();
    expect((await readFile(path)).subarray(0, ENTRY)).toEqual(whole.subarray(0, ENTRY));
    expect(read(directory)).toEqual(at(4));
  });

  it('with both entries damaged is LEDGER_DAMAGED, however they came to be', async () => {
    const { directory, path } = await after(3);
    const damage: (() => Promise<void>)[] = [
      () => truncate(path, ENTRY - 1),
      () => truncate(path, 0),
      () => writeFile(path, Buffer.alloc(8_192)),
    ];
    for (const each of damage) {
      await each();
      const error = await caught(() => read(directory));
      expect(error).toMatchObject({ code: 'LEDGER_DAMAGED', details: { path } });
      expect(error.message).toMatch(/Neither entry of the file "head" .*immurepo verify --path/);
    }
  });

  it('that is not there is LEDGER_STORAGE_FAILED', async () => {
    const directory = await temporaryDirectory();
    const error = await caught(() => read(directory));
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { code: 'ENOENT' } });
  });
});
