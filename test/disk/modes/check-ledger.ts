// A process that has seen nothing of what happened opens a ledger and looks whether it is what was claimed of it.
import { readFileSync } from 'node:fs';
import { evidenceOf, openLedger } from '../../../src/index.js';
import { checkRows } from '../../crash/check.js';
import { Item, textOf } from '../../crash/entities.js';
import { type Claim, countsOf, problemOf } from '../claims.js';
import type { Mode } from '../worker.js';
import { described, tell } from './tell.js';

/** @param args the folder, and a file with the claims. Tells `right` with the counts, or `wrong` and why */
export const checkLedger: Mode = async ([path = '', file = '']) => {
  const claims = JSON.parse(readFileSync(file, 'utf8')) as Claim[];
  try {
    const there = await entitiesOf(path, claims);
    const problem = problemOf(claims, (id) => there.has(id));
    if (problem !== undefined) throw new Error(problem);
    const { txId } = await checkRows(path);
    tell(`right ${JSON.stringify({ ...countsOf(claims), transactions: Number(txId) })}`);
  } catch (error) {
    tell(`wrong ${described(error)}`);
  }
};

/** Reads all that was tried, proven, and writes once more. */
async function entitiesOf(path: string, claims: readonly Claim[]): Promise<ReadonlySet<string>> {
  const ledger = await openLedger({ path, entities: [Item] });
  try {
    const items = ledger.repository(Item);
    const there = new Set<string>();
    for (const item of await items.findMany(claims.flatMap(({ ids }) => ids))) {
      if (item === undefined) continue;
      if (item.text !== textOf(item.id) || evidenceOf(item).txId < 1n)
        throw new Error(`${item.id} holds something else`);
      there.add(item.id);
    }
    const id = `checked.${Date.now()}`;
    await items.insert(items.create({ id, text: textOf(id), count: 0 }));
    return there;
  } finally {
    await ledger.close();
  }
}
