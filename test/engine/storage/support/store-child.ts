// A process of its own that works on a store. What it was told is stored, it tells at once: that must never be lost.
import { closeSync, copyFileSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ImmuError } from '../../../../src/errors.js';
import { openLmdbStore } from '../../../../src/engine/storage/lmdb-store.js';
import { commitUpTo, type Finding, newestOf, readAll } from './toy-engine.js';

const [mode = '', directory = '', ...more] = process.argv.slice(2);

const tell = (text: string) => void writeSync(1, `${text}\n`);

const told = (error: unknown) =>
  error instanceof ImmuError ? `${error.code} ${error.message}` : String(error);

/** Commits from where the store is, until it is killed or something fails. */
async function commitForEver(): Promise<void> {
  const store = await openLmdbStore(directory);
  try {
    await commitUpTo(store, newestOf(store) + 1, Infinity, (txId) => {
      tell(String(txId));
    });
  } catch (error) {
    tell(told(error));
    tell(await store.commit([], { txId: 1n, alh: new Uint8Array(32) }).then(() => 'went on', told));
    tell(readAll(store, newestOf(store)).outcome);
  }
  await store.close();
}

/** Commits as many as it is asked to on each line, with what it knew of the store when it opened it. */
async function commitOnDemand(): Promise<void> {
  const store = await openLmdbStore(directory);
  let newest = newestOf(store);
  tell('open');
  for await (const line of createInterface(process.stdin)) {
    const to = newest + Number(line);
    tell(await commitUpTo(store, newest + 1, to).then(() => String((newest = to)), told));
  }
  await store.close();
}

/** One byte of one file, and what is done with the store afterwards. */
export interface Flip {
  readonly file: string;
  readonly offset: number;
  readonly bit: number;
  readonly mode: 'read' | 'write';
}

/** What came of a flip, while the process lived. */
export interface FlipFinding {
  readonly outcome: Finding['outcome'] | 'error';
  readonly what: string;
}

/** Flips bits of a copy of a store in `directory`, one for each line, and tells what it then reads as. */
async function readFlipped(pristine: string, transactions: number): Promise<void> {
  const restore = () => {
    for (const file of ['data.mdb', 'head']) copyFileSync(join(pristine, file), join(directory, file));
  };
  restore();
  tell('open');
  for await (const line of createInterface(process.stdin)) {
    const flip = JSON.parse(line) as Flip;
    flipIn(flip);
    tell(JSON.stringify(await findingOf(flip.mode, transactions)));
    if (flip.mode === 'write') restore();
    else flipIn(flip);
  }
}

function flipIn({ file, offset, bit }: Flip): void {
  const opened = openSync(join(directory, file), 'r+');
  const byte = Buffer.alloc(1);
  readSync(opened, byte, 0, 1, offset);
  writeSync(opened, Buffer.of(byte.readUInt8() ^ (1 << bit)), 0, 1, offset);
  closeSync(opened);
}

async function findingOf(use: Flip['mode'], transactions: number): Promise<FlipFinding> {
  try {
    const found = await readOnce(use === 'read', transactions);
    if (found.outcome !== 'right' || use === 'read') return found;
    const more = transactions + 5;
    const store = await openLmdbStore(directory);
    await commitUpTo(store, transactions + 1, more).finally(() => store.close());
    return await readOnce(true, more);
  } catch (error) {
    if (error instanceof ImmuError) return { outcome: 'error', what: error.code };
    return {
      outcome: 'wrong',
      what: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

async function readOnce(readOnly: boolean, transactions: number): Promise<Finding> {
  const store = await openLmdbStore(directory, { readOnly, mustExist: true });
  try {
    return readAll(store, transactions);
  } finally {
    await store.close();
  }
}

if (mode === 'create') {
  const store = await openLmdbStore(directory);
  tell('created');
  await store.close();
} else if (mode === 'commit') await commitForEver();
else if (mode === 'on-demand') await commitOnDemand();
else await readFlipped(more[0] ?? '', Number(more[1]));
