// What a store makes of a folder that is taken away, and of LMDB's own lock file.
import { readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitError } from '../../../src/engine/storage/lmdb-errors.js';
import { prepareLockFile } from '../../../src/engine/storage/lmdb-lock-file.js';
import { openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { headAt } from './support/heads.js';
import { commitUpTo } from './support/toy-engine.js';

it.each(['moved', 'removed', 'replaced'])('acknowledges nothing in a folder that was %s', async (way) => {
  const above = await temporaryDirectory();
  const [directory, other] = [join(above, 'rows'), join(above, 'other')];
  const store = await openLmdbStore(directory);
  await commitUpTo(store, 1, 2);
  await (await openLmdbStore(other)).close();
  if (way === 'removed') await rm(directory, { recursive: true });
  else await rename(directory, join(above, 'away'));
  if (way === 'replaced') await rename(other, directory);
  const error = await caught(commitUpTo(store, 3, 3));
  expect(error).toMatchObject({
    code: 'LEDGER_STORAGE_FAILED',
    details: { path: directory, displaced: true },
  });
  expect(error.message).toMatch(
    /no longer those that were opened.*is not acknowledged\. Put the folder back/,
  );
  expect(store.head).toEqual(headAt(2));
  expect((await caught(commitUpTo(store, 4, 4))).message).toMatch(
    /^Nothing was written to .* An earlier commit failed/,
  );
  await store.close();
  if (way === 'replaced') {
    const untouched = await openLmdbStore(directory, { readOnly: true });
    expect(untouched.head).toBeUndefined();
    await untouched.close();
  } else expect(await readdir(above)).not.toContain('rows');
});

it.each([
  ['ENOSPC', 28, false, { written: false, reopen: false, code: 'ENOSPC' }],
  [
    'EDQUOT',
    process.platform === 'darwin' ? 69 : 122,
    false,
    { written: false, reopen: false, code: 'EDQUOT' },
  ],
  ['EIO', 5, false, { code: 'EIO' }],
  ['ENOSPC', 28, true, { code: 'ENOSPC' }],
])(
  'knows of a commit that failed with %s (%i) whether it is there: %s',
  async (_, code, isThere, details) => {
    const path = await temporaryDirectory();
    const error = await commitError(path, Object.assign(new Error('no'), { code }), 1, () => isThere);
    expect(error.code).toBe('LEDGER_STORAGE_FAILED');
    expect(error.details).toEqual({ path, ...details });
  },
);

it('knows a write that came back short on a full disk', async () => {
  const path = await temporaryDirectory();
  const error = await commitError(path, Object.assign(new Error('no'), { code: 5 }), 2 ** 60, () => false);
  expect(error.details).toEqual({ path, written: false, reopen: false, code: 'ENOSPC' });
});

it('makes the lock file of LMDB with its bytes, and leaves one that is in use', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'lock.mdb');
  const isOnDisk = async () => {
    const { size, blocks } = await stat(path);
    return size > 0 && blocks * 512 >= size;
  };
  await prepareLockFile(directory, false);
  expect(await isOnDisk()).toBe(true);
  expect(await readdir(directory)).toEqual(['lock.mdb']);
  await writeFile(path, 'in use');
  await prepareLockFile(directory, false);
  expect(await readFile(path, 'utf8')).toBe('in use');
  // As LMDB leaves it when the disk is full: with a length, and no bytes.
  await truncate(path, 0);
  await truncate(path, 8_272);
  expect(await isOnDisk()).toBe(false);
  await prepareLockFile(directory, false);
  expect(await isOnDisk()).toBe(true);
});
