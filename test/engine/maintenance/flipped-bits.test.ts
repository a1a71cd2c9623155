// One flipped bit anywhere in a small ledger: whoever reads it gets the right values, an error with a name, or its
// process ends; and whatever is not right, `verify` explains and `repair` mends or refuses. More flips:
// IMMUREPO_TEST_FLIPS, how many bits are sampled (60 by default).
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Arguments } from '../../../src/cli/arguments.js';
import { knownStates } from '../../../src/cli/known-states.js';
import { PATH_OPTION } from '../../../src/cli/ledger-folder.js';
import { repairLedger } from '../../../src/engine/maintenance/repair-ledger.js';
import { verifyLedger } from '../../../src/engine/maintenance/verify-ledger.js';
import { ImmuError } from '../../../src/errors.js';
import { bundledScripts, TASK_PROCESS } from './support/bundled.js';
import { flipByte } from './support/folders.js';
import type { FlippedBit, Reading } from './support/flip-child.js';
import { type LineChild, startLineChild } from './support/line-child.js';

const FLIPS = Number(process.env.IMMUREPO_TEST_FLIPS ?? 60);
/** Of how many damaged ledgers one is repaired. */
const REPAIR_EVERY = FLIPS > 60 ? 1 : 4;
const HANG_MS = 15_000;
const PAGE = 4_096;

const bundled = bundledScripts(
  TASK_PROCESS,
  fileURLToPath(new URL('support/flip-child.ts', import.meta.url)),
);
let place = '';
let right = '';

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'immurepo-flips-'));
  const child = startLineChild(bundled('flip-child'), ['fill', join(place, 'pristine')]);
  right = (JSON.parse((await child.line()) ?? '{}') as { accounts: string }).accounts;
  await child.ended;
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Reads flipped ledgers in a process that is started anew when it ended. */
class Reader {
  #child: LineChild | undefined;

  async read(flip: FlippedBit): Promise<string> {
    if (this.#child === undefined) {
      const args = ['read', join(place, 'read'), join(place, 'pristine')];
      this.#child = startLineChild(bundled('flip-child'), args, 'ignore');
      expect(await this.#child.line()).toBe('"ready"');
    }
    this.#child.send(JSON.stringify(flip));
    const line = await Promise.race([this.#child.line(), sleep(HANG_MS, 'late', { ref: false })]);
    if (line !== undefined && line !== 'late') return outcomeOf(JSON.parse(line) as Reading);
    const ended = line === undefined ? `ended by ${String(await this.#child.ended)}` : 'hung';
    await this.stop();
    return ended;
  }

  async stop(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }
}

function outcomeOf(reading: Reading): string {
  if ('accounts' in reading) return reading.accounts === right ? 'right' : `wrong: ${reading.accounts}`;
  return 'code' in reading ? reading.code : `unnamed: ${reading.unnamed}`;
}

/** What `verify` says of a folder: how many faults, or the error it could do no more than name. */
async function explained(path: string): Promise<number | string> {
  const { expected, faults } = await knownStates(new Arguments([], PATH_OPTION), path);
  try {
    const found = await verifyLedger({ path, expected, script: bundled('task-process'), stallMs: HANG_MS });
    return found.databases.reduce(
      (sum, { faultCount }) => sum + faultCount,
      faults.length + found.faults.length,
    );
  } catch (error) {
    if (error instanceof ImmuError) return error.code;
    throw error;
  }
}

/** What `repair` makes of a folder. */
async function repaired(path: string): Promise<string> {
  try {
    const { databases, catalog } = await repairLedger({
      path,
      script: bundled('task-process'),
      stallMs: HANG_MS,
    });
    const outcome = databases.find(({ database }) => database === 'ledger')?.outcome;
    return catalog.restored ? `catalog restored, ${outcome ?? 'gone'}` : (outcome ?? 'gone');
  } catch (error) {
    if (error instanceof ImmuError) return error.code;
    throw error;
  }
}

/** Bits of all files that matter, by how much of each: bytes that hold something rather than zeros. */
async function sampledFlips(): Promise<FlippedBit[]> {
  const numbers = pseudoRandom(FLIPS);
  const next = (below: number) => Math.floor(numbers.next().value * below);
  const flips: FlippedBit[] = [];
  const take = async (file: string, share: number, isTaken: (byte: number, at: number) => boolean) => {
    const bytes = await readFile(join(place, 'pristine', file));
    const offsets = [...bytes.keys()].filter((at) => isTaken(bytes.readUInt8(at), at));
    for (let count = Math.round(FLIPS * share); count > 0; count--)
      flips.push({ file, offset: offsets[next(offsets.length)]!, bit: next(8) });
  };
  const data = 'databases/ledger/data.mdb';
  await take(data, 0.65, (byte, at) => byte !== 0 && at >= 2 * PAGE);
  await take(data, 0.2, (_, at) => at < 2 * PAGE && at % PAGE < 168);
  await take('databases/ledger/head', 0.08, (byte) => byte !== 0);
  await take('ledger.json', 0.07, () => true);
  return flips;
}

it(`reads right, or says why not, in ${FLIPS} ledgers`, { timeout: 300_000 + FLIPS * 2_000 }, async () => {
  expect(right.split('\n')).toHaveLength(13);
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const reader = new Reader();
  let damaged = 0;
  try {
    for (const flip of await sampledFlips()) {
      const where = JSON.stringify(flip);
      const outcome = await reader.read(flip);
      count(`read ${outcome}`);
      expect(outcome, where).not.toMatch(/^(wrong|unnamed)/);
      if (outcome === 'right') continue;

      const path = join(place, 'verified');
      await rm(path, { recursive: true, force: true });
      await cp(join(place, 'pristine'), path, { recursive: true });
      await flipByte(join(path, flip.file), flip.offset, flip.bit);
      const faults = await explained(path);
      count(typeof faults === 'string' ? `verified ${faults}` : 'verified as damaged');
      expect(faults, `${where}: read ${outcome}`).not.toBe(0);
      // What says nothing about the files is no explanation, unless it is what the reader was told.
      if (typeof faults === 'string') expect(faults, where).toBe(outcome);

      if (damaged++ % REPAIR_EVERY > 0) continue;
      const after = await repaired(path);
      count(`repaired: ${after}`);
      if (/rebuilt|restored/.test(after)) expect(await explained(path), `${where}: ${after}`).toBe(0);
    }
  } finally {
    await reader.stop();
  }
  console.log(
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([what, times]) => `${times} ${what}`)
      .join(' · '),
  );
  expect(counts.get('read right')).toBeGreaterThan(0);
  expect(damaged).toBeGreaterThan(FLIPS / 10);
});

/** Numbers from 0 up to 1 that look random and are the same each time. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
