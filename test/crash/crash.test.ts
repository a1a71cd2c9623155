// A short run of the crash test; `npm run test:crash -- --cycles 1000` is a long one. More here: IMMUREPO_TEST_CYCLES.
import { join } from 'node:path';
import { openLedger } from 'immurepo';
import { describe, expect, it } from 'vitest';
import { damageText, dataOf, temporaryFolder } from '../engine/maintenance/support/folders.js';
import { checkEntities, checkRows } from './check.js';
import { claimsOf, countsOf, type Write } from './claims.js';
import { crashRun } from './crash-run.js';
import { Item, textOf } from './entities.js';

const CYCLES = Number(process.env.IMMUREPO_TEST_CYCLES ?? 20);

it(
  `nothing acknowledged is lost, and nothing half there, in ${CYCLES} killed processes`,
  { timeout: 60_000 + CYCLES * 5_000 },
  async () => {
    const { cycles, acknowledged, unacknowledged, transactions } = await crashRun({
      cycles: CYCLES,
      seed: 20_261,
    });
    console.log(
      `${cycles} killed writers: ${acknowledged} writes acknowledged, all there; ${unacknowledged} more committed`,
    );
    expect(cycles).toBe(CYCLES);
    expect(acknowledged).toBeGreaterThan(CYCLES * 4);
    expect(transactions).toBeGreaterThanOrEqual(BigInt(acknowledged));
  },
);

it('knows what a killed writer claimed', () => {
  const lines = [
    'writing',
    'try one a',
    'try three b c d',
    'done one a',
    'try count=2 a',
    'done count=2 a',
    'try count=5 a',
  ];
  const writes = claimsOf([...lines.map((line) => `${line} ;`), 'done three b c', 'done count=5 a']);
  expect(writes.map(({ acknowledged }) => acknowledged)).toEqual([true, false, true, false]);
  expect(countsOf(writes).get('a')).toEqual({ acknowledged: 2, tried: 5 });
  expect(countsOf(writes).get('b')).toEqual({ acknowledged: -1, tried: 0 });
  expect(() => claimsOf(['done one x ;'])).toThrow(/never tried/);
});

describe('the check', () => {
  const write = (id: string, more: Partial<Write> = {}): Write => ({
    ids: [id],
    count: 0,
    acknowledged: true,
    ...more,
  });

  async function ledgerOf(...ids: string[]): Promise<string> {
    const path = join(await temporaryFolder(), 'ledger');
    const ledger = await openLedger({ path, entities: [Item] });
    const items = ledger.repository(Item);
    for (const id of ids) await items.insert(items.create({ id, text: textOf(id), count: 0 }));
    await items.update(ids[0]!, { count: 2 });
    await ledger.close();
    return path;
  }

  it('takes what is there', async () => {
    const path = await ledgerOf('a.kept', 'b', 'c');
    const writes = [
      write('a.kept'),
      write('a.kept', { count: 2 }),
      write('b'),
      write('c', { acknowledged: false }),
    ];
    expect(await checkEntities(path, writes)).toEqual({ acknowledged: 3, unacknowledged: 1 });
    expect((await checkRows(path)).txId).toBe(4n);
  });

  it.each<[string, Write, RegExp]>([
    ['what is gone', write('x'), /^x was acknowledged and is gone/],
    [
      'what is half there',
      write('b', { ids: ['b', 'x', 'c'], acknowledged: false }),
      /Of b, x, c only 2 are there/,
    ],
    ['an update that is gone', write('a.kept', { count: 3 }), /a\.kept has count 2, of 3 acknowledged/],
    ['an update nobody made', write('a.kept'), /a\.kept has count 2, of 0 acknowledged and 0 tried/],
  ])('misses %s', async (_, claim, text) => {
    await expect(checkEntities(await ledgerOf('a.kept', 'b', 'c'), [claim])).rejects.toThrow(text);
  });

  it('misses rows that are damaged', async () => {
    const path = await ledgerOf('a', 'b');
    await damageText(dataOf(path, 'ledger'), 'a a a');
    await expect(checkRows(path)).rejects.toThrow(
      /^Transaction (\d|unknown): The row .* does not match its checksum/,
    );
  });
});
