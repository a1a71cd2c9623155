// Damage to the files: found, named, told apart from everything else, and never covered up by an older record.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { formatTrustRecord } from '../../src/trust/record-text.js';
import type { TrustId } from '../../src/trust/trust-id.js';
import { caught } from './support/caught.js';
import { withDisk } from './support/disk-faults.js';
import { bank, draftAt, stateAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const shop: TrustId = { ledgerId: 'shop', database: 'defaultdb' };

/** A store with two records of the bank, and the paths of their files. */
async function twoRecords() {
  const directory = await temporaryDirectory();
  const store = new FileTrustStore({ directory });
  await store.create(bank, draftAt(5n));
  await store.replace(bank, 1, draftAt(9n));
  const ledger = join(directory, directoryName(bank));
  return { directory, store, ledger, older: join(ledger, 'rec.1'), newest: join(ledger, 'rec.2') };
}

/** Every call must refuse, with the file and the remedy, and must leave the file as it is. */
async function expectRefused(store: FileTrustStore, file: string, problem: string | RegExp): Promise<void> {
  for (const call of [
    () => store.load(bank),
    () => store.create(bank, draftAt(10n)),
    () => store.replace(bank, 1, draftAt(10n)),
    () => store.replace(bank, 2, draftAt(10n)),
  ]) {
    const error = await caught(call);
    expect(error).toMatchObject({ code: 'TRUST_CORRUPT', retryable: false });
    expect(error.message).toContain(file);
    expect(error.message).toMatch(problem);
    expect(error.message).toContain('immurepo trust recover --reason');
  }
}

describe('a damaged newest record', () => {
  it('is refused wherever a byte changed, and whole again when it is changed back', async () => {
    const { store, newest } = await twoRecords();
    const good = await readFile(newest);
    for (let i = 0; i < good.length; i++) {
      const bad = Buffer.from(good);
      bad[i]! ^= 0xff;
      await writeFile(newest, bad);
      expect(await caught(store.load(bank)), `byte ${i}`).toMatchObject({ code: 'TRUST_CORRUPT' });
    }
    await writeFile(newest, good);
    expect(await store.load(bank)).toMatchObject({ epoch: 2 });
  });

  it('is refused wherever it was cut off', async () => {
    const { store, newest } = await twoRecords();
    const { length } = await readFile(newest);
    for (let size = length - 1; size >= 0; size--) {
      await truncate(newest, size);
      expect(await caught(store.load(bank)), `size ${size}`).toMatchObject({ code: 'TRUST_CORRUPT' });
    }
  });

  it('is refused by every call, with the file and the remedy, though an older one is fine', async () => {
    const { store, newest } = await twoRecords();
    await writeFile(newest, '');
    await expectRefused(store, newest, 'it ends after 0 bytes');
    expect(await readFile(newest, 'utf8')).toBe('');
  });

  it('is refused when it is an older one under its name', async () => {
    const { store, older, newest } = await twoRecords();
    await cp(older, newest);
    await expectRefused(store, newest, 'the record of epoch 1 under another name');
  });

  it('is refused when it is the record of another ledger', async () => {
    const { store, directory, newest } = await twoRecords();
    await store.create(shop, draftAt(1n));
    await store.replace(shop, 1, draftAt(2n));
    await cp(join(directory, directoryName(shop), 'rec.2'), newest);
    await expectRefused(store, newest, 'the record of another ledger');
  });

  it('is refused when it is a link to a record that is fine', async () => {
    const { store, ledger, newest } = await twoRecords();
    await rename(newest, join(ledger, 'elsewhere'));
    await symlink(join(ledger, 'elsewhere'), newest);
    await expectRefused(store, newest, 'it is a link, not a file');
  });

  it('is refused when it is a link to nowhere', async () => {
    const { store, newest } = await twoRecords();
    await rm(newest);
    await symlink('/nowhere', newest);
    await expectRefused(store, newest, 'it is a link, not a file');
  });

  it('is refused when it becomes a link at the last moment', async () => {
    const { store, ledger, newest } = await twoRecords();
    const load = withDisk(
      async ({ name, path }) => {
        if (name !== 'open' || path !== newest) return;
        await rename(newest, join(ledger, 'elsewhere'));
        await symlink(join(ledger, 'elsewhere'), newest);
      },
      () => store.load(bank),
    );
    expect((await caught(load)).message).toContain('it is a link, not a file');
  });

  it('is refused when it is a directory', async () => {
    const { store, newest } = await twoRecords();
    await rm(newest);
    await mkdir(newest);
    await expectRefused(store, newest, 'it is a directory, not a file');
  });

  it.skipIf(process.platform === 'win32')(
    'is refused when it is a pipe, without waiting for it',
    async () => {
      const { store, newest } = await twoRecords();
      await rm(newest);
      execFileSync('mkfifo', [newest]);
      await expectRefused(store, newest, 'it is a something else, not a file');
    },
  );

  it('is refused when it is huge, without reading it all', async () => {
    const { store, newest } = await twoRecords();
    await truncate(newest, 2 ** 34);
    await expectRefused(store, newest, 'larger than 1048576 bytes');
  });

  it('is left alone when newer software wrote it', async () => {
    const { store, newest } = await twoRecords();
    const later = await readFile(new URL('fixtures/record-v2.txt', import.meta.url));
    await writeFile(newest, later);
    for (const call of [
      () => store.load(bank),
      () => store.replace(bank, 2, draftAt(10n)),
      () => store.recover(bank, draftAt(10n), 'too eager'),
    ]) {
      expect(await caught(call)).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    }
    expect(await readFile(newest)).toEqual(later);
  });
});

describe('damage elsewhere', () => {
  it('in an older record is no obstacle', async () => {
    const { store, older } = await twoRecords();
    await writeFile(older, 'damaged');
    expect(await store.replace(bank, 2, draftAt(10n))).toMatchObject({ epoch: 3 });
    expect((await store.kept(bank)).map(({ epoch }) => epoch)).toEqual([3, 2]);
  });

  it('is noticed when all records are gone but there was a recovery', async () => {
    const { store, ledger } = await twoRecords();
    await store.recover(bank, draftAt(1n), 'test');
    for (const name of ['rec.1', 'rec.2', 'rec.3']) await rm(join(ledger, name));
    await expectRefused(store, ledger, 'its records are gone');
    expect(await caught(store.list())).toMatchObject({ code: 'TRUST_CORRUPT' });
    expect(await store.recover(bank, draftAt(1n), 'start over')).toMatchObject({ epoch: 1 });
  });

  it('is refused when the directory of a ledger is a link', async () => {
    const { store, directory, ledger } = await twoRecords();
    await rename(ledger, join(directory, 'elsewhere'));
    await symlink(join(directory, 'elsewhere'), ledger);
    for (const call of [
      () => store.load(bank),
      () => store.create(bank, draftAt(1n)),
      () => store.replace(bank, 2, draftAt(10n)),
      () => store.recover(bank, draftAt(10n), 'test'),
      () => store.list(),
    ]) {
      const error = await caught(call);
      expect(error).toMatchObject({ code: 'TRUST_STORE_FAILED' });
      expect(error.message).toMatch(/it is a link, not a directory.*move it away/);
      expect(error.message).toContain(ledger);
    }
  });

  it('is refused when the log is a link: nothing is written elsewhere', async () => {
    const { store, ledger, directory } = await twoRecords();
    const elsewhere = join(directory, 'elsewhere');
    await writeFile(elsewhere, '');
    await symlink(elsewhere, join(ledger, 'recoveries.log'));
    const error = await caught(store.recover(bank, draftAt(1n), 'test'));
    expect(error).toMatchObject({ code: 'TRUST_STORE_FAILED', details: { code: 'ELOOP' } });
    expect(error.message).toContain('A symbolic link stands where none may');
    expect(await readFile(elsewhere, 'utf8')).toBe('');
    expect(await store.load(bank)).toMatchObject({ epoch: 2 });
  });

  it('is refused when the directory of a ledger is a file', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, directoryName(bank)), '');
    const store = new FileTrustStore({ directory });
    expect(await caught(store.load(bank))).toMatchObject({ code: 'TRUST_STORE_FAILED' });
  });

  it('follows a link to the whole directory, which is configuration', async () => {
    const { directory } = await twoRecords();
    const link = join(await temporaryDirectory(), 'trust');
    await symlink(directory, link);
    expect(await new FileTrustStore({ directory: link }).load(bank)).toMatchObject({ epoch: 2 });
  });
});

describe('a list', () => {
  it('names a ledger whose newest record is damaged', async () => {
    const { store, newest } = await twoRecords();
    await store.create(shop, draftAt(1n));
    await writeFile(newest, 'damaged');
    expect(await store.list()).toEqual([bank, shop]);
  });

  it('refuses where no record of a ledger can be read', async () => {
    const { store, newest, older } = await twoRecords();
    for (const file of [newest, older]) await writeFile(file, 'damaged');
    const error = await caught(store.list());
    expect(error).toMatchObject({ code: 'TRUST_CORRUPT' });
    expect(error.message).toContain(newest);
  });
});

describe('a recovery', () => {
  it('passes a damaged record, and remembers the newest head it could read', async () => {
    const { store, newest } = await twoRecords();
    await writeFile(newest, 'damaged');
    const recovered = await store.recover(bank, draftAt(7n), 'disk failure');
    expect(recovered).toMatchObject({ epoch: 3, head: stateAt(7n) });
    expect(recovered.recovered).toEqual([
      { reason: 'disk failure', at: expect.any(String) as string, abandoned: stateAt(5n) },
    ]);
    expect(await store.load(bank)).toStrictEqual(recovered);
    expect(await readFile(newest, 'utf8')).toBe('damaged');
  });

  it('says nothing about a head that nobody can read', async () => {
    const { store, newest, older } = await twoRecords();
    for (const file of [newest, older]) await writeFile(file, 'damaged');
    const recovered = await store.recover(bank, draftAt(7n), 'disk failure');
    expect(recovered.recovered).toEqual([{ reason: 'disk failure', at: expect.any(String) as string }]);
    expect(recovered.epoch).toBe(3);
  });

  it('passes a link in the place of a record', async () => {
    const { store, newest, older } = await twoRecords();
    await rm(newest);
    await symlink(older, newest);
    expect(await store.recover(bank, draftAt(7n), 'somebody played')).toMatchObject({ epoch: 3 });
    expect(await store.load(bank)).toMatchObject({ epoch: 3 });
  });

  it('can go back to a record that was kept', async () => {
    const { store, newest } = await twoRecords();
    await writeFile(newest, 'damaged');
    const [kept] = await store.kept(bank);
    expect(kept).toMatchObject({ epoch: 1, head: stateAt(5n) });
    expect(await store.recover(bank, kept!, 'the last good one')).toMatchObject({
      epoch: 3,
      head: stateAt(5n),
    });
  });

  it('ignores files that are no records', async () => {
    const { store, ledger } = await twoRecords();
    for (const name of [
      'rec.0',
      'rec.03',
      'rec.-4',
      'rec.5.bak',
      'rec.9999999999999999',
      'rec.',
      'REC.7',
      'notes',
    ]) {
      await writeFile(
        join(ledger, name),
        formatTrustRecord({ version: 1, ...bank, ...draftAt(1n), epoch: 5 }),
      );
    }
    expect(await store.load(bank)).toMatchObject({ epoch: 2 });
    expect(await store.replace(bank, 2, draftAt(10n))).toMatchObject({ epoch: 3 });
  });
});
