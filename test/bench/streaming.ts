// Reading very many entities one after another: memory must not follow their number.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from 'immurepo';
import { Account, newAccount } from './account.js';
import { ownMemory } from './memory.js';
import type { Row } from './report.js';

const BATCH = 1000;
/** How many entities are read between two looks at the memory, of which each frees what can be freed. */
const LOOK_EVERY = 20_000;

/**
 * Streams all entities of an embedded ledger, each proven.
 *
 * @param total how many, at least 1,000
 * @param say tells a person how far it is
 */
export async function streaming(total: number, say: (line: string) => void): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-bench-'));
  try {
    await using ledger = await openLedger({ path: join(folder, 'ledger'), entities: [Account] });
    const accounts = ledger.repository(Account);
    for (let saved = 0; saved < total; saved += BATCH) {
      await accounts.saveMany(Array.from({ length: BATCH }, (_, at) => newAccount(ledger, saved + at)));
      if (saved % 100_000 === 0) say(`  saved ${saved.toLocaleString('en')} entities`);
    }
    const before = await ownMemory();
    let [most, count] = [before, 0];
    const started = performance.now();
    for await (const account of accounts.stream()) {
      count++;
      if (count % LOOK_EVERY === 0) most = Math.max(most, await ownMemory());
      if (count % 200_000 === 0) say(`  streamed ${count.toLocaleString('en')}, the last ${account.email}`);
    }
    const seconds = (performance.now() - started) / 1000;
    return [
      { what: 'entities streamed, each proven', figure: count, unit: `in ${Math.round(seconds)} s` },
      {
        what: 'memory while they were streamed, above that before, at the most',
        figure: (most - before) / 2 ** 20,
        unit: 'MiB',
        goal: { atMost: 100 },
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
