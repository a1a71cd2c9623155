// What the quickstart's own ledger needs, and what becomes of it: moved, replaced, used twice at once, cut off.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openEngine } from 'immurepo/engine';
import { HEAD_FILE, HeadFile } from '../../src/engine/storage/head-file.js';
import { directoryName } from '../../src/trust/file-layout.js';
import { manyPackages, quickstartFolder } from './quickstart-folder.js';

const folder = quickstartFolder();
const { run, start, figures, lock } = folder;

const kept = (...names: string[]) => join(folder.path, 'kept', ...names);
const locksIn = async (path: string) =>
  existsSync(path) ? (await readdir(path)).filter((name) => name.endsWith('.lock')) : [];

/** Packages of two transactions: they take a run long enough to be caught at it. */
const MANY = 1200;

describe('the folder', () => {
  it('holds the ledger and what is trusted of it, and is free after each run', async () => {
    await lock({ a: '1.0.0' });
    const { stdout } = await run('lock.json', '--tamper');
    expect(stdout).toContain('trust began with the ledger itself, which was made here.');
    expect((await readdir(kept())).sort()).toEqual(['ledger', 'trust']);
    // The one the ledger was made with, through the lying proxy too.
    expect(await readdir(kept('trust'))).toHaveLength(1);
    expect(await locksIn(kept('ledger'))).toEqual([]);
  });

  it('can be moved, and is trusted as before', async () => {
    await lock({ a: '1.0.0' });
    await figures('lock.json');
    await rename(kept(), join(folder.path, 'moved'));
    const { stdout } = await run('lock.json', '--folder', 'moved');
    expect(stdout).toContain('nothing was written.');
    expect(stdout).toContain('trust began with the ledger itself, which was made here.');
  });

  it('notices that its ledger was replaced by another', async () => {
    await lock({ a: '1.0.0' });
    await figures('lock.json');
    await rm(kept('ledger'), { recursive: true });
    const { exitCode, stdout, stderr } = await run('lock.json');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('VerificationError ');
  });

  it('keeps what an immudb of an earlier quickstart left in it, and has no use for that', async () => {
    const record = kept('trust', directoryName({ ledgerId: 'quickstart', database: 'defaultdb' }));
    const former = [join(record, 'rec.1'), kept('server', 'immudb.identifier'), kept('in-use')];
    await Promise.all([mkdir(record, { recursive: true }), mkdir(kept('server'), { recursive: true })]);
    // Of a process that is there: it would have kept the former quickstart out.
    for (const file of former) await writeFile(file, String(process.pid));
    await lock({ a: '1.0.0' });
    expect(await figures('lock.json')).toMatchObject({ saved: 1, transactions: ['1'] });
    expect(await figures('lock.json')).toMatchObject({ saved: 0, transactions: [] });
    for (const file of former) expect(await readFile(file, 'utf8')).toBe(String(process.pid));
    expect(await readdir(record)).toEqual(['rec.1']);
    expect(await readdir(kept('server'))).toEqual(['immudb.identifier']);
  });
});

describe('a second run', () => {
  it('while one is running says who that is and what to do, and does no harm to it', async () => {
    await lock({ a: '1.0.0' });
    const engine = await openEngine({ path: kept('ledger') });
    const { exitCode, stdout, stderr } = await run('lock.json');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ImmuError LEDGER_LOCKED: ');
    expect(stderr).toContain(`process ${process.pid} `);
    expect(stderr).toContain('Close it there');
    expect(stderr).not.toContain('    at ');
    expect(await locksIn(kept('ledger'))).toHaveLength(1);
    await engine.close();
    expect(await figures('lock.json')).toMatchObject({ saved: 1 });
  });

  it('at the same moment: one of them is told so', async () => {
    await lock({ a: '1.0.0' });
    const outcomes = await Promise.all([run('lock.json'), run('lock.json')]);
    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(outcomes.find(({ exitCode }) => exitCode === 1)?.stderr).toContain('LEDGER_LOCKED');
  });
});

describe('as a process of its own', () => {
  it('needs neither Go nor a server: twice over this project’s own lock file, and a lie', async () => {
    await mkdir(join(folder.path, 'no-programs'));
    const bare = { PATH: join(folder.path, 'no-programs') };
    const timed = async (...line: string[]) => {
      const started = performance.now();
      const { exitCode, stdout, stderr } = await start(line, bare).outcome;
      expect([exitCode, stderr]).toEqual([0, '']);
      return { stdout, processMs: Math.round(performance.now() - started) };
    };
    const first = await timed('--json');
    const second = await timed('--json');
    const figuresOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as { saved: number; ms: number };
    expect(figuresOf(first).saved).toBeGreaterThan(100);
    expect(figuresOf(second)).toMatchObject({ saved: 0, transactions: [] });
    expect((await timed('--tamper')).stdout).toContain('VerificationError PROOF_INVALID');
    const [one, two] = [first, second].map((run) => `${figuresOf(run).ms} ms of ${run.processMs} ms`);
    console.log(`quickstart in a folder: first run ${one}, second run ${two}`);
  }, 60_000);

  it('gives the folder free when interrupted, and the next run goes on from there', async () => {
    await lock(manyPackages(MANY));
    const { child, outcome } = start(['lock.json']);
    await until(hasCommitted);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await outcome;
    expect([exitCode, stdout]).toEqual([130, '']);
    expect(stderr).toBe('Interrupted. What was committed stays; the next run goes on from there.\n');
    expect(await locksIn(kept('ledger'))).toEqual([]);
    expect((await figures('lock.json')).saved).toBeLessThan(MANY);
    expect(await figures('lock.json')).toMatchObject({ saved: 0, transactions: [] });
  }, 60_000);

  it.each([
    ['has opened its ledger', isOpen, MANY],
    ['has committed its first transaction', hasCommitted, MANY - 1],
  ])(
    'leaves a whole ledger when killed once it %s',
    async (_, condition, atMost) => {
      await lock(manyPackages(MANY));
      const { child, outcome } = start(['lock.json']);
      await until(condition);
      child.kill('SIGKILL');
      expect((await outcome).exitCode).toBeNull();
      expect(await locksIn(kept('ledger'))).toHaveLength(1);
      expect((await figures('lock.json')).saved).toBeLessThanOrEqual(atMost);
      expect(await figures('lock.json')).toMatchObject({ saved: 0, transactions: [] });
    },
    60_000,
  );
});

/** Until a run has come so far. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('The run has not come so far in 30 s.');
    await setTimeout(5);
  }
}

async function isOpen(): Promise<boolean> {
  return (await locksIn(kept('ledger'))).length > 0;
}

function hasCommitted(): boolean {
  const rows = kept('ledger', 'databases', 'ledger');
  if (!existsSync(join(rows, HEAD_FILE))) return false;
  const file = new HeadFile(rows, { readOnly: true });
  try {
    return file.read().txId > 0n;
  } finally {
    file.close();
  }
}
