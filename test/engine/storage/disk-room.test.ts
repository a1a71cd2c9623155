import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { assertRoom, hasRoom, roomFor } from '../../../src/engine/storage/disk-room.js';
import { isPassing, isUntried } from '../../../src/engine/storage/storage-errors.js';
import { caught } from '../../trust/support/caught.js';

const MIB = 1024 * 1024;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'immurepo-room-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

it('is counted by the rows, twice, and by the pages they are put into, as far as there are any', () => {
  const put = { table: 'log', key: new Uint8Array(8), value: new Uint8Array(92) } as const;
  expect(roomFor([put], 10 * MIB)).toBe(MIB + 200 + 8_192);
  expect(roomFor([put], 4_096)).toBe(MIB + 200 + 4_096);
  expect(roomFor(Array<typeof put>(1_000).fill(put), 10 * MIB)).toBe(MIB + 200_000 + 8_192_000);
});

it('that is not there refuses, before anything is tried', async () => {
  const path = folder();
  const error = await caught(() => {
    assertRoom(path, 2 ** 60);
  });
  expect(error).toMatchObject({
    code: 'LEDGER_STORAGE_FAILED',
    details: { path, code: 'ENOSPC', written: false, reopen: false, tried: false },
  });
  expect(error.message).toMatch(/^Nothing was written to .*The disk is full \(ENOSPC\): \d+ bytes are free/);
  expect(isUntried(error) && isPassing(error)).toBe(true);
  expect(hasRoom(path, 2 ** 60)).toBe(false);
});

it('that cannot be told is taken to be there', () => {
  expect(hasRoom(join(folder(), 'none'), 2 ** 60)).toBe(true);
});
