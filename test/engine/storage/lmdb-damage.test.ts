// One flipped bit anywhere in what is stored, read in a process of its own, since LMDB maps the file and trusts it. More
// flips: IMMUREPO_TEST_FLIPS, how many of each kind are sampled (300 by default), or `all` for one in every byte.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { childProcesses } from './support/child-process.js';
import { Flipper } from './support/flipper.js';
import type { Flip } from './support/store-child.js';
import { commitUpTo } from './support/toy-engine.js';

const FLIPS = process.env.IMMUREPO_TEST_FLIPS ?? '300';
const TRANSACTIONS = 200;

// LMDB's file: pages, of which the first two are its own; each starts with a header that tells its kind.
const PAGE = 4_096;
const HEADER_BYTES = 24;
const META_BYTES = 168;
const FLAGS_AT = 18;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;

const start = childProcesses('store-child');

describe('one flipped bit', () => {
  let pristine = '';
  let data = Buffer.alloc(0);
  let head = Buffer.alloc(0);

  beforeAll(async () => {
    pristine = await mkdtemp(join(tmpdir(), 'immurepo-damage-'));
    const store = await openLmdbStore(pristine);
    await commitUpTo(store, 1, TRANSACTIONS);
    await store.close();
    data = await readFile(join(pristine, 'data.mdb'));
    head = await readFile(join(pristine, 'head'));
  });
  afterAll(() => rm(pristine, { recursive: true, force: true }));

  /** Flips one bit in each of these bytes, in turn. */
  async function flipEach(name: string, flips: readonly Flip[]): Promise<void> {
    const flipper = new Flipper(start, pristine, await temporaryDirectory(), TRANSACTIONS);
    try {
      for (const flip of flips) {
        const { outcome, what } = await flipper.flip(flip);
        expect(outcome, `${JSON.stringify(flip)}: ${what}`).not.toBe('wrong');
      }
    } finally {
      await flipper.stop();
    }
    console.log(`${flips.length} flips in ${name}: ${flipper.summary}`);
    expect(flips.length).toBeGreaterThan(0);
  }

  const timeout = FLIPS === '300' ? 120_000 : 36_000_000;
  const pages = (kind: number) =>
    Array.from({ length: data.length / PAGE }, (_, page) => page)
      .slice(2)
      .filter((page) => data.readUInt16LE(page * PAGE + FLAGS_AT) & kind);
  const bytesFrom = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
  const flipsOf = (file: string, offsets: readonly number[], mode: Flip['mode'] = 'read') =>
    offsets.map((offset, at): Flip => ({ file, offset, bit: (offset + at) % 8, mode }));

  it('in LMDB’s account of itself is no wrong answer', { timeout }, async () => {
    const used = [0, PAGE].flatMap((page) => bytesFrom(page, META_BYTES));
    const unused = [0, PAGE].flatMap((page) => bytesFrom(page + META_BYTES, PAGE - META_BYTES));
    await flipEach('the first two pages', flipsOf('data.mdb', [...used, ...sample(unused, 1, 0.1)]));
  });

  it('in the remembered head is no wrong answer', { timeout }, async () => {
    const flips = flipsOf('head', sample(bytesFrom(0, head.length), 2, 0.05));
    const entries = [0, PAGE].flatMap((at) => flipsOf('head', bytesFrom(at, head.length - PAGE)));
    await flipEach('head', [...entries, ...flips]);
  });

  it('in the pointers and headers of a page is no wrong answer', { timeout }, async () => {
    expect(pages(BRANCH).length).toBeGreaterThan(5);
    const inBranches = pages(BRANCH).flatMap((page) => usedBytes(page));
    const inHeaders = pages(BRANCH | LEAF | OVERFLOW).flatMap((page) => bytesFrom(page * PAGE, HEADER_BYTES));
    await flipEach('branch pages', flipsOf('data.mdb', sample(inBranches, 3, 0.4)));
    await flipEach('page headers', flipsOf('data.mdb', sample(inHeaders, 4, 0.4)));
  });

  it('anywhere is no wrong answer', { timeout }, async () => {
    await flipEach('data.mdb', flipsOf('data.mdb', sample(bytesFrom(2 * PAGE, data.length - 2 * PAGE), 5)));
  });

  it('anywhere is no wrong answer after more was committed', { timeout }, async () => {
    const meta = [0, PAGE].flatMap((page) => bytesFrom(page, META_BYTES));
    const offsets = [...sample(meta, 6, 0.1), ...sample(bytesFrom(0, data.length), 7, 0.2)];
    await flipEach('data.mdb before five commits', flipsOf('data.mdb', offsets, 'write'));
  });

  /** The header, the pointers and the nodes of a page. */
  function usedBytes(page: number): number[] {
    const lower = data.readUInt16LE(page * PAGE + FLAGS_AT + 2);
    const upper = data.readUInt16LE(page * PAGE + FLAGS_AT + 4);
    // Both count from the end of the header.
    const top = HEADER_BYTES + lower;
    const bottom = HEADER_BYTES + upper;
    return [...bytesFrom(page * PAGE, top), ...bytesFrom(page * PAGE + bottom, PAGE - bottom)];
  }
});

/** Some of them, the same ones each time. @param share of how many are asked for */
function sample(offsets: readonly number[], seed: number, share = 1): number[] {
  if (FLIPS === 'all') return [...offsets];
  const numbers = pseudoRandom(seed);
  const chosen = new Set<number>();
  const count = Math.min(Math.round(Number(FLIPS) * share), offsets.length);
  while (chosen.size < count) chosen.add(offsets[Math.floor(numbers.next().value * offsets.length)]!);
  return [...chosen];
}

/** Numbers from 0 up to 1 that look random and are the same each time. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
