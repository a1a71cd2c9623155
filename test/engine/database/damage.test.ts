// What is noticed when rows are not as they were written: here by rows that were changed or lost whole. Single bytes
// are the store's affair.

import { beforeEach, describe, expect, it } from 'vitest';
import { VerificationError } from '../../../src/errors.js';
import type { Table } from '../../../src/engine/storage/ledger-store.js';
import { readHistory } from '../../../src/engine/database/scan.js';
import { utf8 } from '../../../src/bytes.js';
import { get, openDatabase, set, TestStore } from './support.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
let store: TestStore;

/** Rows that are missing or cut must be missed by what needs them. */
const readAll = () => {
  const database = openDatabase(store);
  const values = KEYS.map((key) => get(database, key));
  for (const key of KEYS) {
    readHistory(database.view(), { key: utf8(key), offset: 0n, limit: 0, desc: false, sinceTx: 0n });
  }
  for (let txId = 1n; txId <= database.state.txId; txId++) database.prove(database.state.txId, txId);
  return values;
};

beforeEach(async () => {
  store = new TestStore();
  const database = openDatabase(store);
  for (const round of ['1', '2']) for (const key of KEYS) await set(database, key, `${key}${round}`);
});

it('reads everything where nothing is damaged', () => {
  expect(readAll()).toEqual(KEYS.map((key) => `${key}2`));
});

describe.each<Table>(['log', 'revisions'])('a row of %s that is', (table) => {
  it.each<[string, (value: Uint8Array) => Uint8Array | undefined]>([
    ['missing', () => undefined],
    ['empty', () => new Uint8Array(0)],
    ['cut', (value) => value.subarray(0, value.length - 1)],
  ])('%s is reported as damage by whoever needs it', (_, change) => {
    const rows = [...store.rows()].filter(([own]) => own === table);
    expect(rows.length).toBeGreaterThan(10);
    let noticed = 0;
    for (const [, key, value] of rows) {
      store.change(table, key, change(value));
      try {
        expect(readAll()).toEqual(KEYS.map((name) => `${name}2`));
      } catch (error) {
        expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
        expect(error).not.toBeInstanceOf(VerificationError);
        noticed++;
      }
      store.change(table, key, value);
    }
    // Lists of entries of older transactions are needed by none of these reads.
    expect(noticed).toBeGreaterThan(rows.length / 2);
  });
});

describe('opening', () => {
  it('refuses rows that lost the newest transaction acknowledged', () => {
    store.shownHead = { txId: 13n, alh: new Uint8Array(32) };
    expect(() => openDatabase(store)).toThrow(/Transaction 13, the newest that was acknowledged/);
  });

  it('refuses rows with another transaction in its place', () => {
    store.shownHead = { txId: 12n, alh: new Uint8Array(32) };
    expect(() => openDatabase(store)).toThrow(/Transaction 12/);
  });

  it('takes rows that are ahead of what was noted of them', () => {
    const { alh } = openDatabase(store).link(9n);
    store.shownHead = { txId: 9n, alh };
    expect(openDatabase(store).state.txId).toBe(12n);
  });

  it('refuses a newest transaction whose parts do not hash to it', () => {
    const [newest] = [...store.range('log', { reverse: true })];
    const value = newest![1].slice();
    value[1]! ^= 1;
    store.change('log', newest![0], value);
    expect(() => openDatabase(store)).toThrow(/12/);
  });
});
