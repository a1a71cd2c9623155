// Several processes on one store, some of them killed. Larger numbers: IMMUREPO_TEST_PROCESSES, IMMUREPO_TEST_SWAPS
// (per process) and IMMUREPO_TEST_KILLS.
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { directoryName } from '../../src/trust/file-layout.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { childProcesses, type Child } from './support/child-process.js';
import { bank, draftAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const fromEnv = (name: string, value: number) => Number(process.env[name] ?? value);
const PROCESSES = fromEnv('IMMUREPO_TEST_PROCESSES', 16);
const SWAPS = fromEnv('IMMUREPO_TEST_SWAPS', 25);
const KILLS = fromEnv('IMMUREPO_TEST_KILLS', 8);
const WRITERS = 4;

const start = childProcesses();

/** The records a child was told are stored: epoch and transaction. */
function acknowledged(child: Child): readonly (readonly [number, number])[] {
  // A line cut off by a kill was not told.
  const lines = child.told().split('\n').slice(0, -1);
  return lines.map((line) => line.split(' ').map(Number) as [number, number]);
}

describe('a file store shared by processes', () => {
  it(`loses no update of ${PROCESSES} processes and goes back for none`, { timeout: 600_000 }, async () => {
    const directory = await temporaryDirectory();
    const store = new FileTrustStore({ directory });
    await store.create(bank, draftAt(1n));
    const children = Array.from({ length: PROCESSES }, () => start('advance', directory, String(SWAPS)));
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => 0));

    const perChild = children.map(acknowledged);
    for (const told of perChild) {
      expect(told).toHaveLength(SWAPS);
      expect([...told].sort(([a], [b]) => a - b)).toEqual(told);
    }
    const epochs = new Set(perChild.flat().map(([epoch]) => epoch));
    expect(epochs.size).toBe(PROCESSES * SWAPS);
    // A swap that was stored but reported as overtaken is done again, so there may be more than were told, never less.
    const { epoch, head } = (await store.load(bank))!;
    expect(Number(head.txId)).toBe(epoch);
    expect(epoch).toBeGreaterThanOrEqual(1 + PROCESSES * SWAPS);
    expect(Math.max(...epochs)).toBeLessThanOrEqual(epoch);
    expect(await readdir(join(directory, directoryName(bank)))).toHaveLength(8);
  });

  it(`loses nothing that was acknowledged in ${KILLS} rounds of kill -9`, { timeout: 600_000 }, async () => {
    const directory = await temporaryDirectory();
    const store = new FileTrustStore({ directory });
    await store.create(bank, draftAt(1n));
    let total = 0;
    for (let round = 0; round < KILLS; round++) {
      const children = Array.from({ length: WRITERS }, () => start('advance', directory, '1000000'));
      while (!children.some((child) => child.told() !== '')) await sleep(2);
      await sleep(Math.random() * 60);
      for (const child of children) child.process.kill('SIGKILL');
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual(children.map(() => null));

      const told = children.flatMap(acknowledged);
      total += told.length;
      expect(new Set(told.map(([epoch]) => epoch)).size).toBe(told.length);
      const record = (await store.load(bank))!;
      expect(record.epoch).toBeGreaterThanOrEqual(Math.max(...told.map(([epoch]) => epoch)));
      expect(Number(record.head.txId)).toBe(record.epoch);
      // The next writer goes on at once: there is no lock that a dead process could hold.
      expect(await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n))).toBeDefined();
    }
    expect(total).toBeGreaterThan(KILLS);
  });
});

describe.skipIf(process.platform === 'win32')('a file store of another user', () => {
  /** What a load and a replacement give to a process that may only do what the modes allow. */
  async function outcomes(directoryMode: number, fileMode: number): Promise<[string, string]> {
    const directory = await temporaryDirectory();
    await new FileTrustStore({ directory }).create(bank, draftAt(1n));
    const ledger = join(directory, directoryName(bank));
    await chmod(join(ledger, 'rec.1'), fileMode);
    await chmod(ledger, directoryMode);
    await chmod(directory, 0o755);
    const child = start('unprivileged', directory);
    expect(await child.ended).toBe(0);
    await chmod(ledger, 0o700);
    expect(await readdir(ledger)).toEqual(['rec.1']);
    return JSON.parse(child.told()) as [string, string];
  }

  it('is read but not written where it is read-only', async () => {
    const [loaded, replaced] = await outcomes(0o555, 0o444);
    expect(loaded).toBe('epoch 1');
    expect(replaced).toMatch(
      /^TRUST_STORE_FAILED .*could not write .*rec\.2.*\(EACCES\)\. Permission is denied: run as/,
    );
  });

  it.each([
    ['the directory', 0o000, 0o444],
    ['the record', 0o555, 0o000],
  ])('is not called missing where %s may not be read', async (_, directoryMode, fileMode) => {
    const [loaded, replaced] = await outcomes(directoryMode, fileMode);
    expect(loaded).toMatch(/^TRUST_STORE_FAILED .*\(EACCES\)/);
    expect(replaced).toMatch(/^TRUST_STORE_FAILED .*\(EACCES\)/);
  });
});
