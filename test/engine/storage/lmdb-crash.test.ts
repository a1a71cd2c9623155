// Processes that are killed, and disks that fill up. More rounds: IMMUREPO_TEST_KILLS.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HeadFile } from '../../../src/engine/storage/head-file.js';
import { LmdbStore, openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { childProcesses } from './support/child-process.js';
import { diskFailure, endsBeforeCall, withDisk } from './support/disk-faults.js';
import { headAt } from './support/heads.js';
import { commitUpTo, newestOf, readAll } from './support/toy-engine.js';

const KILLS = Number(process.env.IMMUREPO_TEST_KILLS ?? 6);
const right = { outcome: 'right', what: '' };
const start = childProcesses('store-child');

describe('a writer that is killed', () => {
  it(
    `leaves all that it acknowledged, and no half commit, in ${KILLS} rounds`,
    { timeout: 600_000 },
    async () => {
      const directory = await temporaryDirectory();
      let newest = 0;
      for (let round = 0; round < KILLS; round++) {
        const child = start(['commit', directory]);
        expect(await child.line()).toBe(String(newest + 1));
        await sleep(Math.random() * 150);
        await child.kill();
        let acknowledged = newest + 1;
        for (let line = await child.line(); line !== undefined; line = await child.line())
          acknowledged = Number(line);
        const store = await openLmdbStore(directory);
        expect(readAll(store, acknowledged)).toEqual(right);
        newest = newestOf(store);
        // At most the one under way, which nobody was told of.
        expect(newest - acknowledged).toBeLessThanOrEqual(1);
        expect(store.head!.txId).toBeGreaterThanOrEqual(BigInt(acknowledged));
        await commitUpTo(store, newest + 1, newest + 1);
        await store.close();
        newest += 1;
      }
      expect(newest).toBeGreaterThan(KILLS * 2);
    },
  );

  it('while it makes the store leaves one to be opened', { timeout: 60_000 }, async () => {
    for (let round = 0; round < KILLS; round++) {
      const directory = join(await temporaryDirectory(), 'ledger');
      const child = start(['create', directory]);
      await sleep(round * 12 + Math.random() * 60);
      await child.kill();
      const store = await openLmdbStore(directory);
      await commitUpTo(store, 1, 2);
      await store.close();
      expect((await readdir(directory)).sort()).toEqual(['data.mdb', 'head', 'lock.mdb']);
    }
  });
});

describe('making a store', () => {
  const MAX_CALLS = 60;

  it('is done or not done when the process ends at any call to the disk', { timeout: 60_000 }, async () => {
    const found = new Set<string>();
    let ended = false;
    for (let fatal = 1; !ended && fatal < MAX_CALLS; fatal++) {
      const directory = join(await temporaryDirectory(), 'ledger');
      ended = await endsBeforeCall(fatal, async () => (await openLmdbStore(directory)).close());
      found.add(
        (await readdir(directory).catch(() => [])).filter((name) => /^(data\.mdb|head)$/.test(name)).join(),
      );
      // A reader takes it for a store or for none, and does not finish it.
      const reader = await openLmdbStore(directory, { readOnly: true }).catch((error: unknown) => error);
      if (reader instanceof LmdbStore) await reader.close();
      else expect(reader).toMatchObject({ code: 'LEDGER_MISSING' });
      const store = await openLmdbStore(directory);
      expect(store.head).toBeUndefined();
      await commitUpTo(store, 1, 3);
      expect(readAll(store, 3)).toEqual(right);
      await store.close();
    }
    expect(ended).toBe(true);
    expect([...found].sort()).toEqual(['', 'data.mdb', 'data.mdb,head']);
  });

  it.each(['ENOSPC', 'EACCES'])('that fails with %s says so, and can be repeated', async (code) => {
    const remedy = { ENOSPC: /The disk is full/, EACCES: /Permission is denied/ }[code]!;
    let calls = Infinity;
    for (let fatal = 1; fatal <= calls; fatal++) {
      const directory = join(await temporaryDirectory(), 'ledger');
      let count = 0;
      let hit = '';
      const outcome = await withDisk(
        ({ name, path }) => {
          if (++count !== fatal) return;
          hit = `${name} ${path}`;
          throw diskFailure(code);
        },
        () =>
          openLmdbStore(directory).then(
            (store) => store.close(),
            (error: unknown) => error as Error,
          ),
      );
      if (count < fatal) calls = count;
      // Litter may stay without a word.
      else if (hit.startsWith('unlink') && hit.endsWith('.new')) expect(outcome, hit).toBeUndefined();
      else {
        expect(outcome, hit).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { code } });
        expect((outcome as Error).message, hit).toMatch(remedy);
      }
      await (await openLmdbStore(directory)).close();
    }
    expect(calls).toBeGreaterThan(10);
  });

  it('clears away what earlier tries left', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'new.0123456789abcdef'));
    await writeFile(join(directory, 'new.0123456789abcdef', 'data.mdb'), 'half');
    await writeFile(join(directory, 'mine.txt'), 'kept');
    await (await openLmdbStore(directory)).close();
    expect((await readdir(directory)).sort()).toEqual(['data.mdb', 'head', 'lock.mdb', 'mine.txt']);
  });

  it('is not finished over rows that were committed', async () => {
    const directory = await temporaryDirectory();
    const store = await openLmdbStore(directory);
    await commitUpTo(store, 1, 1);
    await store.close();
    await rename(join(directory, 'head'), join(directory, 'away'));
    for (const options of [{}, { mustExist: true }, { readOnly: true }]) {
      const error = await caught(openLmdbStore(directory, options));
      expect(error).toMatchObject({ code: 'LEDGER_DAMAGED', details: { path: directory, commits: 1 } });
      expect(error.message).toMatch(/The file "head" is missing.*immurepo verify --path/);
    }
    await rename(join(directory, 'away'), join(directory, 'head'));
    await rm(join(directory, 'data.mdb'));
    expect(await caught(openLmdbStore(directory))).toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(await readdir(directory)).not.toContain('data.mdb');
  });
});

it('counts a commit whose head was not remembered, and remembers the next', async () => {
  const directory = await temporaryDirectory();
  const store = await openLmdbStore(directory);
  await commitUpTo(store, 1, 4);
  await store.close();
  // As a process killed between both leaves it: the rows one commit ahead of the head.
  const older = new HeadFile(directory, { readOnly: false });
  older.read();
  older.write({ ...headAt(3), commits: 5n });
  older.write({ ...headAt(3), commits: 3n });
  older.close();
  const next = await openLmdbStore(directory);
  await commitUpTo(next, 5, 6);
  expect(next.head).toEqual(headAt(6));
  await next.close();
  const last = await openLmdbStore(directory);
  expect(last.head).toEqual(headAt(6));
  expect(readAll(last, 6)).toEqual(right);
  await last.close();
});

// A limit on the size of files stands for a full disk: a write comes back short.
it.skipIf(process.platform !== 'linux')(
  'a disk that is full fails the commit, and all before it are there',
  async () => {
    const directory = await temporaryDirectory();
    await (await openLmdbStore(directory)).close();
    const child = start(['commit', directory], {
      shell: `trap '' XFSZ; ulimit -f 600; exec "$@"`,
      stderr: 'ignore',
    });
    const lines: string[] = [];
    for (let line = await child.line(); line !== undefined; line = await child.line()) lines.push(line);
    expect(await child.ended).toBe(0);
    const [failure, next, found] = lines.slice(-3);
    const acknowledged = Number(lines.at(-4));
    expect(failure).toMatch(
      /^LEDGER_STORAGE_FAILED Could not write .*\(EIO\)\. The disk is full or reports an error/,
    );
    expect(next).toMatch(
      /^LEDGER_STORAGE_FAILED Nothing was written to .* An earlier commit failed, and whether that one was written is unknown/,
    );
    expect(found).toBe('right');
    expect(acknowledged).toBeGreaterThan(20);
    const store = await openLmdbStore(directory);
    expect(readAll(store, acknowledged)).toEqual(right);
    await commitUpTo(store, newestOf(store) + 1, newestOf(store) + 3);
    await store.close();
  },
);
