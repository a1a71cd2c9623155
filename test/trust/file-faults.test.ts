// Every disk call of every operation fails once, and is once the last thing a killed process does. Afterwards the
// store holds the old record or the new one, and works.
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileTrustStore } from '../../src/trust/file-store.js';
import type { TrustRecord } from '../../src/trust/record.js';
import { caught } from './support/caught.js';
import { diskFailure, withDisk } from './support/disk-faults.js';
import { bank, draftAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

/** Enough for the whole of any operation; an operation that takes more calls makes the sweep fail. */
const MAX_CALLS = 60;

interface Operation {
  readonly name: string;
  readonly prepare: (store: FileTrustStore) => Promise<unknown>;
  readonly run: (store: FileTrustStore) => Promise<TrustRecord>;
  readonly before: number | undefined;
  readonly after: number;
}

const operations: readonly Operation[] = [
  {
    name: 'create',
    prepare: () => Promise.resolve(),
    run: (store) => store.create(bank, draftAt(5n)),
    before: undefined,
    after: 1,
  },
  {
    name: 'replace',
    prepare: (store) => store.create(bank, draftAt(5n)),
    run: (store) => store.replace(bank, 1, draftAt(6n)),
    before: 1,
    after: 2,
  },
  {
    name: 'replace that prunes',
    prepare: async (store) => {
      await store.create(bank, draftAt(5n));
      for (let epoch = 1; epoch < 8; epoch++) await store.replace(bank, epoch, draftAt(5n));
    },
    run: (store) => store.replace(bank, 8, draftAt(6n)),
    before: 8,
    after: 9,
  },
  {
    name: 'recover',
    prepare: (store) => store.create(bank, draftAt(5n)),
    run: (store) => store.recover(bank, draftAt(2n), 'test'),
    before: 1,
    after: 2,
  },
];

async function prepared(operation: Operation): Promise<FileTrustStore> {
  const directory = await temporaryDirectory();
  await operation.prepare(new FileTrustStore({ directory }));
  return new FileTrustStore({ directory });
}

/** Runs an operation that stops dead, as if killed, at its nth disk call. @returns whether it ended before that */
async function endsBeforeCall(fatal: number, run: () => Promise<unknown>): Promise<boolean> {
  let count = 0;
  let die: (ended: false) => void;
  const death = new Promise<false>((resolve) => {
    die = resolve;
  });
  // What a killed process was about to do never happens, and neither does anything after it.
  const never = new Promise<void>(() => undefined);
  return withDisk(
    () => {
      if (++count < fatal) return undefined;
      die(false);
      return never;
    },
    () => Promise.race([death, run().then(() => true)]),
  );
}

/** Files that are neither records nor the log. */
async function litterIn({ directory }: FileTrustStore): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => !/^[0-9a-f]{64}(?:\/(?:rec\.\d+|recoveries\.log))?$/.test(name));
}

/** The epoch found by a process that starts afterwards, which must then be able to go on. */
async function epochAfterwards({ directory }: FileTrustStore): Promise<number | undefined> {
  const store = new FileTrustStore({ directory });
  const record = await store.load(bank);
  const next = record ? store.replace(bank, record.epoch, draftAt(99n)) : store.create(bank, draftAt(99n));
  expect(await next).toMatchObject({ epoch: (record?.epoch ?? 0) + 1 });
  return record?.epoch;
}

describe.each(operations)('$name', (operation) => {
  it.each(['EIO', 'ENOSPC', 'EACCES'])('survives %s at each of its disk calls', async (code) => {
    const { before, after } = operation;
    const failed: string[] = [];
    let calls = Infinity;
    for (let fatal = 1; fatal <= calls && fatal < MAX_CALLS; fatal++) {
      const store = await prepared(operation);
      let count = 0;
      let hit = '';
      const outcome = await withDisk(
        ({ name, path }) => {
          if (++count !== fatal) return;
          hit = `${name} ${path}`;
          throw diskFailure(code);
        },
        () => operation.run(store).catch((error: unknown) => error as Error),
      );
      if (hit === '') calls = count;
      if (!hit.startsWith('unlink')) expect(await litterIn(store), hit).toEqual([]);
      const found = await epochAfterwards(store);
      if (outcome instanceof Error) {
        failed.push(hit);
        expect(outcome, hit).toMatchObject({ code: 'TRUST_STORE_FAILED' });
        expect(outcome.message, hit).toMatch(new RegExp(`${code}.*IMMUREPO_TRUST_DIR`));
        expect([before, after], hit).toContain(found);
      } else {
        // Only litter may fail to go without a word.
        expect(hit).toMatch(/^$|^unlink|^stat/);
        expect(outcome.epoch).toBe(after);
        expect(found, hit).toBe(after);
      }
    }
    expect(calls).toBeLessThan(MAX_CALLS);
    expect(failed.length).toBeGreaterThan(10);
  });

  it('survives being killed at each of its disk calls', async () => {
    const { before, after } = operation;
    const seen = new Set<number | undefined>();
    let finished = false;
    for (let fatal = 1; !finished && fatal < MAX_CALLS; fatal++) {
      const store = await prepared(operation);
      finished = await endsBeforeCall(fatal, () => operation.run(store));
      const found = await epochAfterwards(store);
      seen.add(found);
      expect([before, after]).toContain(found);
    }
    expect(finished).toBe(true);
    expect([...seen]).toEqual([before, after]);
  });
});

it('reports the disk when a load fails, and never calls the record missing', async () => {
  const store = await prepared(operations[1]!);
  let calls = Infinity;
  for (let fatal = 1; fatal <= calls; fatal++) {
    let count = 0;
    const load = () =>
      withDisk(
        () => {
          if (++count === fatal) throw diskFailure('EIO');
        },
        () => store.load(bank),
      );
    const outcome = await load().catch((error: unknown) => error as Error);
    if (count < fatal) calls = count;
    else expect(outcome).toMatchObject({ code: 'TRUST_STORE_FAILED', details: { code: 'EIO' } });
  }
  expect(calls).toBeGreaterThan(5);
});

it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('says that a file system has no hard links (%s)', async (code) => {
  const store = await prepared(operations[0]!);
  const create = withDisk(
    ({ name }) => {
      if (name === 'link') throw diskFailure(code);
    },
    () => store.create(bank, draftAt(1n)),
  );
  const error = await caught(create);
  expect(error).toMatchObject({ code: 'TRUST_STORE_FAILED', details: { code } });
  expect(error.message).toMatch(/has no hard links.*Use a local one.*IMMUREPO_TRUST_DIR/);
  expect(await store.load(bank)).toBeUndefined();
});

it('goes on where a file system does not sync directories', async () => {
  const store = await prepared(operations[0]!);
  const create = withDisk(
    ({ name, path }) => {
      if (name === 'handle.sync' && !path.includes('rec.')) throw diskFailure('EINVAL');
    },
    () => store.create(bank, draftAt(1n)),
  );
  expect(await create).toMatchObject({ epoch: 1 });
});

it('syncs the file before it has its name, and the directory before it is acknowledged', async () => {
  const store = await prepared(operations[1]!);
  const calls: string[] = [];
  await withDisk(
    ({ name, path }) =>
      void calls.push(`${name} ${path.replace(/.*\/([0-9a-f]{64})/, '.').replace(/[0-9a-f]{16}$/, '*')}`),
    () => store.replace(bank, 1, draftAt(6n)),
  );
  const order = ['handle.sync ./rec.2.*', 'link ./rec.2.*', 'handle.sync .'].map((call) =>
    calls.indexOf(call),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(0);
});

it('notes a recovery durably before it takes place', async () => {
  const store = await prepared(operations[3]!);
  const calls: string[] = [];
  await withDisk(
    ({ name, path }) =>
      void calls.push(
        `${name} ${path.endsWith('.log') ? 'log' : /rec\./.exec(path) ? 'record' : 'directory'}`,
      ),
    () => operations[3]!.run(store),
  );
  const logged = calls.indexOf('handle.sync log');
  expect(logged).toBeGreaterThan(calls.indexOf('handle.appendFile log'));
  const named = calls.indexOf('handle.sync directory', logged);
  expect(named).toBeGreaterThan(logged);
  expect(calls.indexOf('link record')).toBeGreaterThan(named);
});

it.each([
  ['EMFILE', true],
  ['ENFILE', true],
  ['EIO', false],
  ['EROFS', false],
])('says whether it helps to try again: %s %s', async (code, retryable) => {
  const store = await prepared(operations[1]!);
  const load = withDisk(
    ({ name }) => {
      if (name === 'open') throw diskFailure(code);
    },
    () => store.load(bank),
  );
  expect(await caught(load)).toMatchObject({ code: 'TRUST_STORE_FAILED', retryable, details: { code } });
});

it('makes the names of new directories durable, up to one that was there', async () => {
  const parent = await temporaryDirectory();
  const store = new FileTrustStore({ directory: `${parent}/a/b` });
  const synced: string[] = [];
  await withDisk(
    ({ name, path }) => {
      if (name === 'handle.sync') synced.push(path.replace(parent, ''));
    },
    () => store.create(bank, draftAt(6n)),
  );
  expect(synced).toEqual(expect.arrayContaining(['', '/a', '/a/b']));
});

describe('a writer that slept while others went on', () => {
  it.each([1, 7, 8, 20])('loses nothing when %i records were written meanwhile', async (meanwhile) => {
    const directory = await temporaryDirectory();
    const [sleeper, other] = [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
    await sleeper.create(bank, draftAt(1n));
    let slept = false;
    const replacement = withDisk(
      async ({ name }) => {
        if (name !== 'link' || slept) return;
        slept = true;
        for (let epoch = 1; epoch <= meanwhile; epoch++)
          await other.replace(bank, epoch, draftAt(BigInt(epoch + 1)));
      },
      () => sleeper.replace(bank, 1, draftAt(100n)),
    );
    expect(await caught(replacement)).toMatchObject({ code: 'TRUST_CONFLICT' });
    expect(await other.load(bank)).toMatchObject({
      epoch: meanwhile + 1,
      head: { txId: BigInt(meanwhile + 1) },
    });
    // What the sleeper put in the place of a pruned record is gone again.
    expect((await other.kept(bank)).every(({ head }) => head.txId < 100n)).toBe(true);
  });

  it('creates nothing twice, even if its name is free again', async () => {
    const directory = await temporaryDirectory();
    const [sleeper, other] = [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
    let slept = false;
    const creation = withDisk(
      async ({ name }) => {
        if (name !== 'link' || slept) return;
        slept = true;
        await other.create(bank, draftAt(1n));
        for (let epoch = 1; epoch < 12; epoch++) await other.replace(bank, epoch, draftAt(2n));
      },
      () => sleeper.create(bank, draftAt(1n)),
    );
    expect(await caught(creation)).toMatchObject({ code: 'TRUST_EXISTS' });
    expect(await other.load(bank)).toMatchObject({ epoch: 12 });
  });

  it('reads the newest record, even if the one it was about to read is gone', async () => {
    const directory = await temporaryDirectory();
    const [sleeper, other] = [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
    await other.create(bank, draftAt(1n));
    let slept = false;
    const load = withDisk(
      async ({ name, path }) => {
        if (name !== 'open' || !path.endsWith('rec.1') || slept) return;
        slept = true;
        for (let epoch = 1; epoch < 12; epoch++) await other.replace(bank, epoch, draftAt(BigInt(epoch)));
      },
      () => sleeper.load(bank),
    );
    expect(await load).toMatchObject({ epoch: 12 });
  });
});
