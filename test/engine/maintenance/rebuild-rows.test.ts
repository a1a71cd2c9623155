// Rows made anew from the transactions: the same bytes, and a refusal where a transaction is not whole.
import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../../src/bytes.js';
import { txIdOfLogKey } from '../../../src/engine/database/rows.js';
import { rebuildRows } from '../../../src/engine/maintenance/rebuild-rows.js';
import type { LedgerStore } from '../../../src/engine/storage/ledger-store.js';
import { ImmuError } from '../../../src/errors.js';
import type { LedgerState } from '../../../src/proof/layout/ledger-state.js';
import { openDatabase, set } from '../database/support.js';
import { ChangeableStore, type TableRow } from './support/changeable-store.js';
import { fillSample, SAMPLE_TRANSACTIONS } from './support/sample-rows.js';
import { faultTexts } from './support/verify.js';

let store: ChangeableStore;
let rows: readonly TableRow[];

beforeEach(async () => {
  store = new ChangeableStore();
  await fillSample(store);
  rows = store.rows();
});

async function rebuild(
  from: LedgerStore,
): Promise<{ to: ChangeableStore; state: LedgerState; steps: number }> {
  const to = new ChangeableStore();
  const work = rebuildRows(from, to);
  for (let steps = 0; ; steps++) {
    const step = await work.next();
    if (step.done === true) return { to, state: step.value, steps };
  }
}

const nameOf = ({ table, key }: TableRow) => `${table} ${toHex(key)}`;

/** Bytes of a transaction's row that follow from others: the root it names, what it completes. */
const isDerived = ({ table, key }: TableRow, at: number) =>
  table !== 'log' || (key[8] === 0 && ((at >= 14 && at < 46) || (at >= 78 && at < 110) || at >= 144));

it('gives the same rows, byte by byte', async () => {
  const { to, state } = await rebuild(store);
  expect(to.rows()).toEqual(rows);
  expect(state).toEqual(openDatabase(store).state);
  expect(to.head).toEqual(state);
});

it('gives none for none', async () => {
  const { to, state } = await rebuild(new ChangeableStore());
  expect(to.rows()).toEqual([]);
  expect(state.txId).toBe(0n);
});

it('gives the same rows whatever else is wrong', async () => {
  const derived = rows.filter(({ table }) => table !== 'log');
  for (const [at, { table, key, value }] of derived.entries()) {
    const change = [undefined, new Uint8Array(0), concatBytes(value, value)][at % 3];
    store.change(table, key, change);
  }
  store.change('keys', Uint8Array.of(0, 99), derived[0]!.value);
  expect(faultTexts(store)).not.toEqual([]);
  const { to } = await rebuild(store);
  expect(to.rows()).toEqual(rows);
});

it('is right or refuses, whichever byte is changed', async () => {
  const outcomes = { rebuilt: 0, refused: 0 };
  for (const row of rows) {
    for (let at = 0; at < row.value.length; at += 7) {
      store.change(
        row.table,
        row.key,
        row.value.map((byte, index) => (index === at ? byte ^ 4 : byte)),
      );
      try {
        const { to } = await rebuild(store);
        expect(to.rows(), nameOf(row)).toEqual(rows);
        outcomes.rebuilt++;
      } catch (error) {
        expect(error, nameOf(row)).toBeInstanceOf(ImmuError);
        expect(error).toMatchObject({ code: 'LEDGER_DAMAGED', details: { txId: txIdOfLogKey(row.key) } });
        expect(isDerived(row, at), `${nameOf(row)} ${at}`).toBe(false);
        outcomes.refused++;
      }
      store.restore();
    }
  }
  expect(outcomes.rebuilt).toBeGreaterThan(80);
  expect(outcomes.refused).toBeGreaterThan(120);
});

describe('a transaction that is not whole', () => {
  it('is named, the first of several, with what to do', async () => {
    for (const row of rows)
      if (row.table === 'log' && txIdOfLogKey(row.key) >= 3n && row.key[8] === 1)
        store.change('log', row.key, undefined);
    await expect(rebuild(store)).rejects.toThrow(
      /^Transaction 3 is not whole \(The list of entries of transaction 3 is missing or damaged\).*Restore.*Nothing was changed\.$/,
    );
  });

  it('is one that was acknowledged and is gone', async () => {
    store.shownHead = { txId: 12n, alh: new Uint8Array(32) };
    await expect(rebuild(store)).rejects.toMatchObject({ code: 'LEDGER_DAMAGED', details: { txId: 10n } });
  });
});

it('works in steps that fit into memory', async () => {
  const database = openDatabase(store);
  for (let count = 0; count < 2_100; count++) await set(database, `key ${count % 50}`, 'v');
  const { to, state, steps } = await rebuild(store);
  expect(state.txId).toBe(SAMPLE_TRANSACTIONS + 2_100n);
  expect(steps).toBe(3);
  expect(faultTexts(to)).toEqual([]);
});
