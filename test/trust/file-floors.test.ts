// Floors in files: whose they are, what damage means, and what is left when a disk fails or a process dies. Damage is
// told and costs floors, and nothing else: the record stays as good as it was.
import {
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import type { TrustId } from '../../src/trust/trust-id.js';
import { describeKeptFloors } from './floors-suite.js';
import { caught } from './support/caught.js';
import { childProcesses } from './support/child-process.js';
import { diskFailure, withDisk } from './support/disk-faults.js';
import { floorAt, floorsOf, shown } from './support/floors.js';
import { bank, draftAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

describeKeptFloors('FileTrustStore', async () => {
  const directory = join(await temporaryDirectory(), 'not', 'made', 'yet');
  return [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
});

const shop: TrustId = { ledgerId: 'shop', database: 'defaultdb' };
const [a, b, c] = [floorAt('a', 1n), floorAt('b', 2n), floorAt('c', 3n)];
const start = childProcesses();

/** A store with a record of the bank and one floor, another handle on it, and where the floor is. */
async function oneFloor() {
  const directory = await temporaryDirectory();
  const [store, other] = [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
  await store.create(bank, draftAt(5n));
  await store.saveFloors(bank, floorsOf([a]), 10);
  const ledger = join(directory, directoryName(bank));
  const floorFiles = async () => (await readdir(ledger)).filter((name) => name.startsWith('floors')).sort();
  return { directory, store, other, ledger, file: join(ledger, 'floors.1'), floorFiles };
}

describe('floors on disk', () => {
  it('are one file beside the records, replaced by the next', async () => {
    const { store, other, ledger } = await oneFloor();
    expect((await readdir(ledger)).sort()).toEqual(['floors.1', 'rec.1']);
    for (const handle of [store, other, store]) await handle.saveFloors(bank, floorsOf([b]), 10);
    expect((await readdir(ledger)).sort()).toEqual(['floors.2', 'rec.1']);
    await other.saveFloors(bank, floorsOf([c]), 10);
    expect((await readdir(ledger)).sort()).toEqual(['floors.3', 'rec.1']);
    expect(shown(await store.loadFloors(bank))).toEqual(['c@3', 'b@2', 'a@1']);
  });

  it.skipIf(process.platform === 'win32')('are for nobody but the owner to read', async () => {
    const { file } = await oneFloor();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('are gone after a recovery', async () => {
    const { store, floorFiles } = await oneFloor();
    await store.recover(bank, draftAt(1n), 'test');
    expect(await floorFiles()).toEqual([]);
  });

  it('are a trace of a record that disappeared', async () => {
    const { store, ledger, file } = await oneFloor();
    await rm(join(ledger, 'rec.1'));
    for (const call of [() => store.load(bank), () => store.create(bank, draftAt(1n)), () => store.list()])
      expect(await caught(call)).toMatchObject({ code: 'TRUST_CORRUPT' });
    await rm(file);
    expect(await store.create(bank, draftAt(1n))).toMatchObject({ epoch: 1 });
  });

  it('leave what killed writers left, until it is old', async () => {
    const { directory, ledger } = await oneFloor();
    const [old, young] = [
      join(ledger, 'floors.2.0123456789abcdef'),
      join(ledger, 'floors.2.fedcba9876543210'),
    ];
    for (const path of [old, young]) await writeFile(path, 'half a li');
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, hoursAgo, hoursAgo);
    await new FileTrustStore({ directory }).saveFloors(bank, floorsOf([b]), 10);
    expect((await readdir(ledger)).sort()).toEqual(['floors.2', 'floors.2.fedcba9876543210', 'rec.1']);
  });

  it('are passed over where the name is of no list', async () => {
    const { store, ledger } = await oneFloor();
    for (const name of [
      'floors.0',
      'floors.07',
      'floors.9999999999999999',
      'floors.2.bak',
      'floors',
      'FLOORS.9',
    ])
      await writeFile(join(ledger, name), 'notes');
    expect(shown(await store.loadFloors(bank))).toEqual(['a@1']);
  });
});

describe('a damaged list of floors', () => {
  const damages: readonly (readonly [
    string,
    RegExp,
    (file: string, directory: string) => Promise<unknown>,
  ])[] = [
    ['is empty', /ends after 0 bytes/, (file) => writeFile(file, '')],
    ['was cut off', /checksum|ends after/, (file) => truncate(file, 90)],
    [
      'has a bit flipped',
      /checksum/,
      async (file) => {
        const bytes = await readFile(file);
        bytes[40]! ^= 1;
        await writeFile(file, bytes);
      },
    ],
    ['is huge', /larger than 16777216 bytes/, (file) => truncate(file, 2 ** 34)],
    [
      'is a directory',
      /is a directory, not a file/,
      async (file) => {
        await rm(file);
        await mkdir(file);
      },
    ],
    [
      'is a link',
      /is a link, not a file/,
      async (file) => {
        await cp(file, `${file}.good`);
        await rm(file);
        await symlink(`${file}.good`, file);
      },
    ],
    [
      'is the list of another ledger',
      /floors of another ledger/,
      async (file, directory) => {
        const store = new FileTrustStore({ directory });
        await store.create(shop, draftAt(1n));
        await store.saveFloors(shop, floorsOf([b]), 10);
        await cp(join(directory, directoryName(shop), 'floors.1'), file);
      },
    ],
  ];

  it.each(damages)('that %s is named, and the record stays as good as it was', async (_, problem, damage) => {
    const { directory, file } = await oneFloor();
    await damage(file, directory);
    const store = new FileTrustStore({ directory });
    const error = await caught(store.loadFloors(bank));
    expect(error).toMatchObject({ code: 'TRUST_CORRUPT', details: { source: file } });
    expect(error.message).toMatch(problem);
    expect(error.message).toContain(file);
    expect(await store.load(bank)).toMatchObject({ epoch: 1 });
    expect(await store.replace(bank, 1, draftAt(6n))).toMatchObject({ epoch: 2 });
  });

  it.each(damages)('that %s is replaced by the next, which says so once', async (_, __, damage) => {
    const { directory, file } = await oneFloor();
    await damage(file, directory);
    const store = new FileTrustStore({ directory });
    expect(await caught(store.saveFloors(bank, floorsOf([c]), 10))).toMatchObject({ code: 'TRUST_CORRUPT' });
    expect(shown(await new FileTrustStore({ directory }).loadFloors(bank))).toEqual(['c@3']);
    await store.saveFloors(bank, floorsOf([b]), 10);
    expect(shown(await store.loadFloors(bank))).toEqual(['b@2', 'c@3']);
  });

  it('is noticed by a handle that wrote it and read it since', async () => {
    const { store, file } = await oneFloor();
    await store.loadFloors(bank);
    await writeFile(file, 'damaged');
    expect(await caught(store.loadFloors(bank))).toMatchObject({ code: 'TRUST_CORRUPT' });
  });

  it('is dropped by a recovery', async () => {
    const { store, file, floorFiles } = await oneFloor();
    await writeFile(file, 'damaged');
    await store.recover(bank, draftAt(1n), 'test');
    expect(await floorFiles()).toEqual([]);
    expect(await store.loadFloors(bank)).toBeUndefined();
  });

  it('is left alone where newer software wrote it', async () => {
    const { store, file } = await oneFloor();
    const later = await readFile(new URL('fixtures/floors-v2.txt', import.meta.url));
    await writeFile(file, later);
    for (const call of [() => store.loadFloors(bank), () => store.saveFloors(bank, floorsOf([b]), 10)])
      expect(await caught(call)).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(await readFile(file)).toEqual(later);
  });
});

describe('saving floors', () => {
  const MAX_CALLS = 60;

  it.each(['EIO', 'ENOSPC', 'EACCES'])('survives %s at each of its disk calls', async (code) => {
    let calls = Infinity;
    const failed: string[] = [];
    for (let fatal = 1; fatal <= calls && fatal < MAX_CALLS; fatal++) {
      const { directory, store } = await oneFloor();
      let count = 0;
      let hit = '';
      const outcome = await withDisk(
        ({ name, path }) => {
          if (++count !== fatal) return;
          hit = `${name} ${path}`;
          throw diskFailure(code);
        },
        () => store.saveFloors(bank, floorsOf([b]), 10).catch((error: unknown) => error as Error),
      );
      if (hit === '') calls = count;
      const kept = shown(await new FileTrustStore({ directory }).loadFloors(bank));
      if (outcome instanceof Error) {
        failed.push(hit);
        expect(outcome, hit).toMatchObject({ code: 'TRUST_STORE_FAILED' });
        expect([['a@1'], ['b@2', 'a@1']], hit).toContainEqual(kept);
      } else {
        expect(hit).toMatch(/^$|^unlink|^stat/);
        expect(kept, hit).toEqual(['b@2', 'a@1']);
      }
      await store.saveFloors(bank, floorsOf([c]), 10);
      expect((await store.loadFloors(bank))?.floors, hit).toContainEqual(c);
    }
    expect(calls).toBeLessThan(MAX_CALLS);
    expect(failed.length).toBeGreaterThan(10);
  });

  it('survives being killed at each of its disk calls', async () => {
    const never = new Promise<void>(() => undefined);
    let finished = false;
    for (let fatal = 1; !finished && fatal < MAX_CALLS; fatal++) {
      const { directory, store } = await oneFloor();
      let count = 0;
      let die: (ended: false) => void;
      const death = new Promise<false>((resolve) => {
        die = resolve;
      });
      finished = await withDisk(
        () => {
          if (++count < fatal) return undefined;
          die(false);
          return never;
        },
        () => Promise.race([death, store.saveFloors(bank, floorsOf([b]), 10).then(() => true)]),
      );
      const next = new FileTrustStore({ directory });
      expect([['a@1'], ['b@2', 'a@1']]).toContainEqual(shown(await next.loadFloors(bank)));
      await next.saveFloors(bank, floorsOf([c]), 10);
      expect((await next.loadFloors(bank))?.floors).toContainEqual(c);
      expect(await next.load(bank)).toMatchObject({ epoch: 1 });
    }
    expect(finished).toBe(true);
  });

  it.each([1, 2, 9])('loses nothing when %i lists were saved while it slept', async (meanwhile) => {
    const { store, other } = await oneFloor();
    const others = Array.from({ length: meanwhile }, (_, index) => floorAt(`other ${index}`, 4n));
    let slept = false;
    await withDisk(
      async ({ name }) => {
        if (name !== 'link' || slept) return;
        slept = true;
        for (const floor of others) await other.saveFloors(bank, floorsOf([floor]), 100);
      },
      () => store.saveFloors(bank, floorsOf([b]), 100),
    );
    const wanted = shown(floorsOf([a, b, ...others]))?.sort();
    expect(shown(await other.loadFloors(bank))?.sort()).toEqual(wanted);
  });

  it('reads the newest list, even if the one it was about to read is gone', async () => {
    const { store, other } = await oneFloor();
    let slept = false;
    const load = withDisk(
      async ({ name, path }) => {
        if (name !== 'open' || !path.endsWith('floors.1') || slept) return;
        slept = true;
        await other.saveFloors(bank, floorsOf([b]), 10);
      },
      () => store.loadFloors(bank),
    );
    expect(shown(await load)).toEqual(['b@2', 'a@1']);
  });

  it('by several processes at once loses none', { timeout: 120_000 }, async () => {
    const { directory, store } = await oneFloor();
    const children = Array.from({ length: 4 }, (_, index) =>
      start('floors', directory, '10', `child ${index}`),
    );
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const kept = shown(await store.loadFloors(bank)) ?? [];
    const wanted = children.flatMap((_, index) =>
      Array.from({ length: 10 }, (__, i) => `child ${index} key ${i}@${i + 1}`),
    );
    expect(kept.sort()).toEqual(['a@1', ...wanted].sort());
  });
});
