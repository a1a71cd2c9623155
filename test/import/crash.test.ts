// An import that is killed in the middle, again and again, stores every row exactly once; and one of a file that is larger
// than the memory it may use, ends.

import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openLedger } from 'immurepo';
import { endAll, temporaryFolder } from '../repository/any-ledger.js';
import { importChildren } from './children.js';
import { Entry } from './entities.js';
import { fileOf, ndjson } from './files.js';

const start = importChildren();

afterEach(endAll);

const ROWS = 400;
const BATCH = 10;

it('stores each row once, whenever it is killed', { timeout: 60_000 }, async () => {
  const path = await temporaryFolder();
  const rows = Array.from({ length: ROWS }, (_, n) => ({ text: `e${n}` }));
  const file = await fileOf('entries.ndjson', ndjson(rows));
  // After how many rows it is killed, and how long after that: within the next batch, or right after it.
  const kills = [0, 40, 200].map((after, index) => ({ after, pauseMs: index }));
  let killed = 0;
  for (const { after, pauseMs } of kills) {
    const child = start([path, file, String(BATCH)]);
    for await (const line of child.lines) {
      if ((JSON.parse(line) as { done: number }).done < after) continue;
      await delay(pauseMs);
      await child.kill();
    }
    if ((await child.ended) === 'SIGKILL') killed++;
  }
  expect(killed).toBe(kills.length);

  // Whatever is asked for, it goes on as it was begun.
  const last = start([path, file, '500']);
  let report = {};
  for await (const line of last.lines) report = JSON.parse(line) as object;
  expect(await last.ended).toBe(0);
  expect(report).toMatchObject({ rows: ROWS, batch: BATCH, resumed: true, complete: true });
  const { imported, skipped } = report as { imported: number; skipped: number };
  expect(imported + skipped).toBe(ROWS);
  expect(skipped).toBeGreaterThanOrEqual(200);
  expect(imported).toBeGreaterThan(0);

  await using ledger = await openLedger({ path, entities: [Entry] });
  const texts: string[] = [];
  for await (const { text } of ledger.repository(Entry).stream()) texts.push(text);
  expect(texts).toHaveLength(ROWS);
  expect(new Set(texts)).toEqual(new Set(rows.map(({ text }) => text)));
});

// A file of 96 MB: only where IMMUREPO_LARGE=1 asks for it.
it.skipIf(process.env.IMMUREPO_LARGE !== '1')(
  'holds no more of the file than a transaction takes',
  { timeout: 60_000 },
  async () => {
    const path = await temporaryFolder();
    const file = await fileOf('entries.ndjson', '');
    const [rows, text] = [96, 'x'.repeat(1_000_000)];
    for (let row = 0; row < rows; row++) appendFileSync(file, ndjson([{ text: `${row}${text}` }]));
    const child = start([path, file, '100', 'check'], ['--max-old-space-size=64']);
    let report = {};
    for await (const line of child.lines) report = JSON.parse(line) as object;
    expect(await child.ended).toBe(0);
    expect(report).toMatchObject({ rows, refused: 0 });
  },
);
