// The store on a disk: what is there after it was closed, and what other processes see of it.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LmdbStore, openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { u64be } from '../../../src/bytes.js';
import { ImmuError } from '../../../src/errors.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { describeStore } from './store-suite.js';
import { childProcesses } from './support/child-process.js';
import { headAt } from './support/heads.js';
import { commitUpTo, newestOf, readAll } from './support/toy-engine.js';

describeStore('LmdbStore', async () => openLmdbStore(await temporaryDirectory()));

const start = childProcesses('store-child');
const right = { outcome: 'right', what: '' };

async function opened(...args: Parameters<typeof openLmdbStore>): Promise<LmdbStore> {
  const store = await openLmdbStore(...args);
  onTestFinished(() => store.close());
  return store;
}

describe('a folder', () => {
  it('holds what was committed, and the head, for the next to open it', async () => {
    const directory = await temporaryDirectory();
    for (let round = 0; round < 4; round++) {
      const store = await openLmdbStore(directory);
      expect(store.head).toEqual(round === 0 ? undefined : headAt(round * 10));
      expect(readAll(store, round * 10)).toEqual(right);
      await commitUpTo(store, round * 10 + 1, round * 10 + 10);
      await store.close();
    }
  });

  it('may have a dot in its name, and is made with those above it', async () => {
    const directory = join(await temporaryDirectory(), 'of', 'bank.db');
    const store = await opened(directory);
    await commitUpTo(store, 1, 1);
    expect((await readdir(directory)).sort()).toEqual(['data.mdb', 'head', 'lock.mdb']);
  });

  it.skipIf(process.platform === 'win32')('is for its owner only', async () => {
    const directory = join(await temporaryDirectory(), 'new');
    await opened(directory);
    const modes = ['.', 'data.mdb', 'head', 'lock.mdb'].map(async (name) =>
      ((await stat(join(directory, name))).mode & 0o777).toString(8),
    );
    expect(await Promise.all(modes)).toEqual(['700', '600', '600', '600']);
  });

  it.each([{ readOnly: true }, { mustExist: true }])(
    'with no store is not made one by %j',
    async (options) => {
      const directory = await temporaryDirectory();
      for (const path of [directory, join(directory, 'none')]) {
        const error = await caught(openLmdbStore(path, options));
        expect(error).toMatchObject({ code: 'LEDGER_MISSING', details: { path } });
        expect(error.message).toMatch(/There is no ledger in .*restore its folder/);
      }
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it('that cannot be made says why', async () => {
    const file = join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    const error = await caught(openLmdbStore(join(file, 'ledger')));
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { code: 'ENOTDIR' } });
    expect(error.message).toMatch(/\/file\/ledger \(ENOTDIR\)\. A part of the path is not a directory/);
  });

  it(
    'grows far beyond its first size, with values of every size in between',
    { timeout: 60_000 },
    async () => {
      const store = await opened(await temporaryDirectory());
      const sizes = Array.from({ length: 60 }, (_, at) => Math.floor(1.3 ** at) % 3_000_000);
      const valueAt = (at: number) => new Uint8Array(sizes[at]!).fill(at + 1);
      for (const at of sizes.keys()) {
        await store.commit([{ table: 'log', key: u64be(BigInt(at)), value: valueAt(at) }], headAt(at));
        for (const earlier of [at, at >> 1, 0])
          expect(Buffer.compare(store.get('log', u64be(BigInt(earlier)))!, valueAt(earlier))).toBe(0);
      }
    },
  );
});

describe('a reader beside a writer', () => {
  it('sees each commit of another process, in a later turn, and changes nothing', async () => {
    const directory = await temporaryDirectory();
    const writer = start(['on-demand', directory]);
    expect(await writer.line()).toBe('open');
    const reader = await opened(directory, { readOnly: true });
    expect([newestOf(reader), reader.head]).toEqual([0, undefined]);
    for (const more of [1, 30, 400]) {
      const before = newestOf(reader);
      writer.send(String(more));
      expect(await writer.line()).toBe(String(before + more));
      await nextTurn();
      expect(readAll(reader, before + more)).toEqual(right);
    }
    const late = await opened(directory, { readOnly: true });
    expect(late.head).toEqual(headAt(431));
    const error = await caught(reader.commit([], headAt(1)));
    expect(error).toBeInstanceOf(TypeError);
    writer.send('1');
    expect(await writer.line()).toBe('432');
  });

  it('sees each commit of its own process', async () => {
    const directory = await temporaryDirectory();
    const writer = await opened(directory);
    const reader = await opened(directory, { readOnly: true });
    await commitUpTo(writer, 1, 50);
    await nextTurn();
    expect(readAll(reader, 50)).toEqual(right);
    await writer.close();
    expect(readAll(reader, 50)).toEqual(right);
    await reader.close();
    const next = await opened(directory);
    await commitUpTo(next, 51, 52);
  });

  it('stands in the way of a writer of its own process that comes later, which says so', async () => {
    const directory = await temporaryDirectory();
    await (await openLmdbStore(directory)).close();
    const reader = await openLmdbStore(directory, { readOnly: true });
    const error = await caught(openLmdbStore(directory));
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { path: directory } });
    expect(error.message).toMatch(/This process has .* open for reading only\. Close that before/);
    const second = await openLmdbStore(directory, { readOnly: true });
    await reader.close();
    await expect(openLmdbStore(directory)).rejects.toThrow(ImmuError);
    await second.close();
    await commitUpTo(await opened(directory), 1, 2);
  });
});

describe('a second writer', () => {
  it('of another process is noticed at the next commit, of which nothing is written', async () => {
    const directory = await temporaryDirectory();
    const store = await openLmdbStore(directory);
    await commitUpTo(store, 1, 5);
    const other = start(['on-demand', directory]);
    expect(await other.line()).toBe('open');
    other.send('300');
    expect(await other.line()).toBe('305');
    const mine = [
      { table: 'log', key: u64be(1_000n), value: u64be(1n) },
      { table: 'keys', key: u64be(1_000n), value: u64be(1n) },
    ] as const;
    const error = await caught(store.commit(mine, headAt(1_000)));
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { path: directory } });
    expect(error.message).toMatch(/^Nothing was written to .*Another process writes to this folder/);
    const next = await caught(store.commit([], headAt(1_001)));
    expect(next).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', cause: error });
    expect(next.message).toMatch(
      /^Nothing was written to .* An earlier commit failed: .* Open the ledger again/,
    );
    expect(store.head).toEqual(headAt(5));
    await store.close();

    // The other one goes on, until it is overtaken itself.
    other.send('1');
    expect(await other.line()).toBe('306');
    const again = await opened(directory);
    expect(readAll(again, 306)).toEqual(right);
    await commitUpTo(again, 307, 308);
    other.send('1');
    expect(await other.line()).toMatch(/^LEDGER_STORAGE_FAILED .*Another process writes/);
    expect(readAll(again, 308)).toEqual(right);
  });

  it('of the same process is noticed as well', async () => {
    const directory = await temporaryDirectory();
    const [first, second] = [await opened(directory), await opened(directory)];
    await commitUpTo(first, 1, 3);
    expect(await caught(commitUpTo(second, 4, 4))).toMatchObject({ code: 'LEDGER_STORAGE_FAILED' });
    await commitUpTo(first, 4, 5);
    expect(readAll(first, 5)).toEqual(right);
  });
});

describe('a copy', () => {
  it('of a store that is written to meanwhile is whole, and its head is not newer than its rows', async () => {
    const directory = await temporaryDirectory();
    const writer = start(['commit', directory]);
    while (Number(await writer.line()) < 20);
    const reader = await opened(directory, { readOnly: true });
    const copies = await temporaryDirectory();
    for (let round = 0; round < 5; round++) {
      const atLeast = Number(await writer.line());
      const target = join(copies, String(round));
      await reader.copyTo(target);
      const copy = await openLmdbStore(target);
      expect(readAll(copy, atLeast)).toEqual(right);
      expect(copy.head!.txId).toBeGreaterThanOrEqual(BigInt(atLeast));
      const newest = newestOf(copy);
      expect(Number(copy.head!.txId)).toBeLessThanOrEqual(newest);
      await commitUpTo(copy, newest + 1, newest + 2);
      await copy.close();
    }
    expect(writer.process.exitCode).toBeNull();
    await writer.kill();
  });

  it('of a new store is a new store', async () => {
    const store = await opened(await temporaryDirectory());
    const target = await temporaryDirectory();
    await store.copyTo(target);
    const copy = await opened(target, { readOnly: true });
    expect(copy.head).toBeUndefined();
    expect(readAll(copy, 0)).toEqual(right);
  });

  it('overwrites nothing', async () => {
    const store = await opened(await temporaryDirectory());
    const target = await temporaryDirectory();
    await (await openLmdbStore(target)).close();
    const error = await caught(store.copyTo(target));
    expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED' });
    expect(error.message).toMatch(/is not empty/);
    await opened(target);
  });

  it('is finished before the store closes', async () => {
    const store = await openLmdbStore(await temporaryDirectory());
    await commitUpTo(store, 1, 50);
    const target = await temporaryDirectory();
    const copied = store.copyTo(target);
    await store.close();
    await copied;
    expect(readAll(await opened(target), 50)).toEqual(right);
  });
});
