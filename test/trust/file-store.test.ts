import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { describeTrustStore, hostileNames } from './store-suite.js';
import { caught } from './support/caught.js';
import { floorAt, floorsOf } from './support/floors.js';
import { bank, draftAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

describeTrustStore('FileTrustStore', async () => {
  const directory = join(await temporaryDirectory(), 'not', 'made', 'yet');
  return [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
});

async function storeOf(count: number) {
  const directory = await temporaryDirectory();
  const store = new FileTrustStore({ directory });
  let record = await store.create(bank, draftAt(1n));
  while (record.epoch < count)
    record = await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n));
  return { directory, store, ledger: join(directory, directoryName(bank)) };
}

describe('FileTrustStore on disk', () => {
  it('names every directory by a hash, inside its own directory', async () => {
    const directory = await temporaryDirectory();
    const store = new FileTrustStore({ directory });
    for (const id of hostileNames) await store.create(id, draftAt(1n));
    const names = await readdir(directory);
    expect(names).toHaveLength(hostileNames.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await readdir(dirname(directory))).toContain(basename(directory));
  });

  it('hashes the lengths of the names too', () => {
    expect(directoryName({ ledgerId: 'a', database: 'bc' })).not.toBe(
      directoryName({ ledgerId: 'ab', database: 'c' }),
    );
    expect(directoryName(bank)).toBe('bee2dde7c7cff3a4ed2bc71d4bd05363da1a1ac221fa11ca396e96497ec6b195');
  });

  it.skipIf(process.platform === 'win32')('lets nobody but the owner read', async () => {
    const { ledger, store } = await storeOf(2);
    await store.recover(bank, draftAt(1n), 'test');
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(ledger)).toBe('700');
    for (const name of await readdir(ledger)) expect(await modeOf(join(ledger, name))).toBe('600');
  });

  it('keeps the last eight records, and leaves nothing else behind', async () => {
    const { ledger, store } = await storeOf(20);
    const kept = ['13', '14', '15', '16', '17', '18', '19', '20'];
    expect((await readdir(ledger)).sort()).toEqual(kept.map((epoch) => `rec.${epoch}`));
    expect((await store.kept(bank)).map(({ epoch }) => epoch)).toEqual(kept.map(Number).reverse());
  });

  it('finds records again by a relative path, whatever the current directory is later', async () => {
    const { directory } = await storeOf(1);
    const store = new FileTrustStore({ directory: relative(process.cwd(), directory) });
    expect(store.directory).toBe(directory);
    expect(await store.load(bank)).toBeDefined();
  });

  it('sweeps what killed writers left, once it is old', async () => {
    const { directory, ledger } = await storeOf(1);
    const old = join(ledger, 'rec.2.0123456789abcdef');
    const young = join(ledger, 'rec.2.fedcba9876543210');
    const stranger = join(ledger, 'rec.2.notes-of-mine');
    for (const path of [old, young, stranger]) await writeFile(path, 'half a rec');
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    for (const path of [old, stranger]) await utimes(path, hoursAgo(2), hoursAgo(2));
    await new FileTrustStore({ directory }).replace(bank, 1, draftAt(2n));
    expect((await readdir(ledger)).sort()).toEqual(
      ['rec.1', 'rec.2', basename(young), basename(stranger)].sort(),
    );
  });

  it('takes a directory without records for one that never had any', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, directoryName(bank)));
    await writeFile(join(directory, directoryName(bank), 'rec.1.0123456789abcdef'), 'killed while creating');
    await writeFile(join(directory, 'README'), 'not ours');
    const store = new FileTrustStore({ directory });
    expect(await store.load(bank)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    expect(await store.create(bank, draftAt(1n))).toMatchObject({ epoch: 1 });
  });

  it('writes each recovery into a log beside the records', async () => {
    const { ledger, store } = await storeOf(3);
    await store.recover(bank, draftAt(1n), 'restored\nfrom backup');
    await store.recover(bank, draftAt(2n), 'and again');
    const lines = (await readFile(join(ledger, 'recoveries.log'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { reason: 'restored\nfrom backup', ...bank, epoch: 4, abandoned: { txId: '3' }, head: { txId: '1' } },
      { reason: 'and again', ...bank, epoch: 5, abandoned: { txId: '1' }, head: { txId: '2' } },
    ]);
  });

  it.skipIf(process.platform === 'win32')('reads on in a directory that became read-only', async () => {
    const { ledger, store } = await storeOf(2);
    await chmod(ledger, 0o500);
    expect(await store.load(bank)).toMatchObject({ epoch: 2 });
    await chmod(ledger, 0o700);
  });

  it('says where a directory cannot be made, and what to do', async () => {
    const parent = await temporaryDirectory();
    await writeFile(join(parent, 'file'), '');
    const store = new FileTrustStore({ directory: join(parent, 'file', 'trust') });
    const error = await caught(store.create(bank, draftAt(1n)));
    expect(error).toMatchObject({ code: 'TRUST_STORE_FAILED', retryable: false });
    expect(error.message).toContain(join(parent, 'file', 'trust'));
    expect(error.message).toMatch(/not a directory.*IMMUREPO_TRUST_DIR/);
  });
});

it('does not make a directory again that was removed since', async () => {
  const directory = join(await temporaryDirectory(), 'trust');
  const store = new FileTrustStore({ directory });
  await store.create(bank, draftAt(1n));
  await rm(directory, { recursive: true });
  expect(await caught(store.replace(bank, 1, draftAt(2n)))).toMatchObject({ code: 'TRUST_MISSING' });
  await store.saveFloors(bank, floorsOf([floorAt('key', 1n)]), 10);
  await expect(stat(directory)).rejects.toThrow('ENOENT');
});
