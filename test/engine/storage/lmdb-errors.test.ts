import { describe, expect, it } from 'vitest';
import { reading, writeError } from '../../../src/engine/storage/lmdb-errors.js';
import { damaged } from '../../../src/engine/storage/storage-errors.js';
import { caught } from '../../trust/support/caught.js';

/** An error as LMDB's binding gives it. */
const lmdbError = (code: number, message: string) => Object.assign(new Error(message), { code });

const fails = (error: Error) => () =>
  reading('/ledger', () => {
    throw error;
  });

describe('an error of LMDB', () => {
  it.each([
    [-30_797, 'MDB_PAGE_NOTFOUND: Requested page not found'],
    [-30_796, 'MDB_CORRUPTED: Located page was wrong type'],
    [-30_794, 'MDB_VERSION_MISMATCH: Database environment version mismatch'],
    [-30_793, 'MDB_INVALID: File is not an LMDB file'],
    [-30_782, 'MDB_BAD_TXN: Transaction must abort, has a child, or is invalid'],
    [-30_700, 'Unknown error'],
  ])('%i means damage', async (code, message) => {
    const error = lmdbError(code, message);
    const found = await caught(fails(error));
    expect(found).toMatchObject({ code: 'LEDGER_DAMAGED', cause: error, details: { path: '/ledger' } });
    expect(await writeError('/ledger', error)).toMatchObject({ code: 'LEDGER_DAMAGED', cause: error });
  });

  it.each([
    [28, 'No space left on device', 'ENOSPC', /The disk is full: free some space/],
    [5, 'Input/output error', 'EIO', /The disk is full or reports an error/],
    [13, 'Permission denied', 'EACCES', /Permission is denied/],
    [12, 'Cannot allocate memory', 'ENOMEM', /too little memory/],
    [-30_792, 'MDB_MAP_FULL: Environment mapsize limit reached', 'MDB_MAP_FULL', /The disk is full/],
    [
      -30_790,
      'MDB_READERS_FULL: Environment maxreaders limit reached',
      'MDB_READERS_FULL',
      /Too many processes/,
    ],
  ])('%i (%s) is one of the system, %s', async (code, message, name, remedy) => {
    const error = lmdbError(code, message);
    const found = await caught(fails(error));
    expect(found).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', cause: error, details: { code: name } });
    expect(found.message).toMatch(remedy);
    expect(found.message).toContain(`Could not read /ledger (${name})`);
    expect((await writeError('/ledger', error)).message).toContain(`Could not write /ledger (${name})`);
  });

  it('that tells of a value beyond the file means damage', async () => {
    expect(await caught(fails(new RangeError('Invalid typed array length')))).toMatchObject({
      code: 'LEDGER_DAMAGED',
    });
  });

  it('without a code is passed on as the cause', async () => {
    const error = new Error('odd');
    expect(await caught(fails(error))).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', cause: error });
  });

  it('that is ours already stays as it is', async () => {
    const error = damaged('Something is', '/ledger');
    expect(await caught(fails(error))).toBe(error);
  });
});

describe('a failed commit', () => {
  const failed = (commitError: unknown) => Object.assign(new Error('Commit failed'), { commitError });

  it('is reported with the reason that LMDB keeps beside it', async () => {
    const reason = lmdbError(28, 'No space left on device');
    const error = await writeError('/ledger', failed(Promise.reject(reason)));
    expect(error).toMatchObject({
      code: 'LEDGER_STORAGE_FAILED',
      cause: reason,
      details: { code: 'ENOSPC' },
    });
  });

  it('is reported without one that never comes', { timeout: 5_000 }, async () => {
    const error = failed(new Promise(() => undefined));
    expect(await writeError('/ledger', error)).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', cause: error });
  });
});
