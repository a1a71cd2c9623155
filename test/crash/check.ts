// What must hold after a writer was killed: all that was acknowledged is there and proven, nothing is half there, and
// every row is as it was committed.
import { join } from 'node:path';
import { evidenceOf, openLedger, type Repository } from 'immurepo';
import { openLmdbStore } from '../../src/engine/storage/lmdb-store.js';
import { verifyRows } from '../../src/engine/maintenance/verify-rows.js';
import type { LedgerState } from '../../src/proof/index.js';
import { countsOf, type Write } from './claims.js';
import { Item, textOf } from './entities.js';

/** What was found. */
export interface Found {
  readonly acknowledged: number;
  /** Writes that were committed without their writer having been told. */
  readonly unacknowledged: number;
}

/** Looks through a whole client, which proves what it reads. @throws Error for anything that does not hold */
export async function checkEntities(path: string, writes: readonly Write[]): Promise<Found> {
  const ledger = await openLedger({ path, entities: [Item] });
  try {
    const items = ledger.repository(Item);
    const counts = countsOf(writes);
    const there = new Set<string>();
    for (const [id, { acknowledged, tried }] of counts) {
      const item = await items.find(id);
      if (item === undefined) {
        if (acknowledged >= 0) throw new Error(`${id} was acknowledged and is gone.`);
        continue;
      }
      if (item.text !== textOf(id)) throw new Error(`${id} holds something else.`);
      if (item.count < acknowledged || item.count > tried)
        throw new Error(`${id} has count ${item.count}, of ${acknowledged} acknowledged and ${tried} tried.`);
      if (evidenceOf(item).txId < 1n) throw new Error(`${id} is not proven.`);
      there.add(id);
      if (id.endsWith('.kept')) await checkHistory(items, item);
    }
    const groups = writes.filter(({ count }) => count === 0);
    for (const { ids } of groups) {
      const present = ids.filter((id) => there.has(id)).length;
      if (present > 0 && present < ids.length)
        throw new Error(`Of ${ids.join(', ')} only ${present} are there.`);
    }
    const unacknowledged = groups.filter(
      ({ ids, acknowledged }) => !acknowledged && ids.every((id) => there.has(id)),
    );
    return {
      acknowledged: writes.filter((write) => write.acknowledged).length,
      unacknowledged: unacknowledged.length,
    };
  } finally {
    await ledger.close();
  }
}

async function checkHistory(items: Repository<Item>, { id, count }: Item): Promise<void> {
  const history = await items.history(id);
  const newest = history.reduce((most, { entity }) => Math.max(most, entity?.count ?? 0), 0);
  if (newest !== count) throw new Error(`${id} has count ${count}, and ${newest} in its history.`);
}

/** Checks rows. @param after what was checked before, or nothing for all @returns the newest transaction */
export async function checkRows(path: string, after?: LedgerState): Promise<LedgerState> {
  const store = await openLmdbStore(join(path, 'databases', 'ledger'), { readOnly: true });
  try {
    const check = verifyRows(store, after === undefined ? {} : { after });
    let step = check.next();
    while (step.done !== true) step = check.next();
    const { faults, state } = step.value;
    const [fault] = faults;
    if (fault !== undefined)
      throw new Error(`Transaction ${String(fault.txId ?? 'unknown')}: ${fault.message}`);
    if (state === undefined) throw new Error('The newest transaction cannot be read.');
    return state;
  } finally {
    await store.close();
  }
}
