// What a check of all rows finds. These rows have no checksums: every change here is one by a hand that knows them, and
// is found by hashes, links and counts alone.
import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, u64be, utf8 } from '../../../src/bytes.js';
import { revisionKey, txKey, valueKey } from '../../../src/engine/database/rows.js';
import { MAX_KEPT_FAULTS } from '../../../src/engine/maintenance/faults.js';
import { verifyRows } from '../../../src/engine/maintenance/verify-rows.js';
import { ImmuError } from '../../../src/errors.js';
import { kvKey } from '../../../src/proof/layout/entry.js';
import { openDatabase, set } from '../database/support.js';
import { ChangeableStore, type TableRow } from './support/changeable-store.js';
import { fillSample, SAMPLE_TRANSACTIONS } from './support/sample-rows.js';
import { faultTexts, verify } from './support/verify.js';

let store: ChangeableStore;

beforeEach(async () => {
  store = new ChangeableStore();
  await fillSample(store);
});

const stateOf = (txId: bigint) => ({ txId, alh: openDatabase(store).link(txId).alh });
const flipped = (value: Uint8Array, at: number) =>
  value.map((byte, index) => (index === at ? byte ^ 1 : byte));

describe('rows that are whole', () => {
  it('have no faults, and tell the newest state', () => {
    expect(verify(store)).toEqual({
      transactions: SAMPLE_TRANSACTIONS,
      entries: 12n,
      state: stateOf(SAMPLE_TRANSACTIONS),
      faults: [],
      faultCount: 0,
    });
  });

  it('have none where there are none', () => {
    const empty = { transactions: 0n, entries: 0n, faults: [], faultCount: 0 };
    expect(verify(new ChangeableStore())).toMatchObject({ ...empty, state: { txId: 0n } });
  });

  it('have none with headers of the older version', async () => {
    const older = new ChangeableStore();
    const database = openDatabase(older, { headerVersion: 0 });
    for (let round = 0; round < 20; round++) await set(database, `key ${round % 3}`, 'value');
    expect(faultTexts(older)).toEqual([]);
  });

  it('are read step by step', () => {
    const units = [...verifyRows(store)].map(({ unit, done, total }) => `${unit} ${done}/${total}`);
    expect(units[0]).toBe('transactions 1/9');
    expect(units.at(-1)).toBe('transactions 9/9');
    expect(units.length).toBeGreaterThanOrEqual(Number(SAMPLE_TRANSACTIONS));
  });
});

describe('each byte of each row', () => {
  it('is a fault when it is changed', () => {
    const rows = store.rows();
    const unnoticed: string[] = [];
    let changes = 0;
    for (const { table, key, value } of rows) {
      for (let at = 0; at < value.length; at++) {
        store.change(table, key, flipped(value, at));
        changes++;
        if (faultTexts(store).length === 0)
          unnoticed.push(`${table} ${Buffer.from(key).toString('hex')} ${at}`);
        store.restore();
      }
    }
    expect(unnoticed).toEqual([]);
    expect(changes).toBeGreaterThan(2_500);
  });

  it.each<[string, (row: TableRow) => Uint8Array | undefined]>([
    ['missing', () => undefined],
    ['empty', () => new Uint8Array(0)],
    ['cut', ({ value }) => value.subarray(0, -1)],
    ['longer', ({ value }) => concatBytes(value, Uint8Array.of(0))],
  ])('is a fault when it is %s', (_, change) => {
    for (const row of store.rows()) {
      store.change(row.table, row.key, change(row));
      expect(faultTexts(store), `${row.table} ${Buffer.from(row.key).toString('hex')}`).not.toEqual([]);
      store.restore();
    }
  });
});

describe('a fault', () => {
  it.each<[string, () => void, readonly (string | RegExp)[]]>([
    [
      'a transaction that is missing',
      () => {
        store.change('log', txKey(4n), undefined);
      },
      [
        '4 is missing',
        /^the keys count 11 revisions of keys, the transactions hold 10$/,
        /^the index holds 11/,
      ],
    ],
    [
      'several that are missing',
      () => {
        for (const txId of [3n, 4n, 5n])
          for (const row of store.rows())
            if (row.table === 'log' && Buffer.from(row.key).readBigUInt64BE() === txId)
              store.change('log', row.key, undefined);
      },
      ['3 and all up to 5 are missing', /^the keys count/, /^the index holds/],
    ],
    [
      'a value in the place of another',
      () => {
        store.change('log', valueKey(1n, 0), utf8('\0FIRST'));
      },
      ['1 holds a value that was not committed, for key 0061'],
    ],
    [
      'a value of another length',
      () => {
        store.change('log', valueKey(1n, 0), utf8('\0no'));
      },
      ['1 A value of transaction 1 is missing or damaged'],
    ],
    [
      'a row too many',
      () => {
        store.change('log', valueKey(1n, 7), utf8('stray'));
      },
      ['1 has a row that does not belong to it: 00000000000000010200000007'],
    ],
    [
      'a transaction too many',
      () => {
        store.change('log', txKey(12n), utf8('stray'));
      },
      ['10 and all up to 11 are missing', '12 Transaction 12 is missing or damaged'],
    ],
    [
      'a key that is not in the index',
      () => {
        store.change('keys', kvKey(utf8('c')), undefined);
      },
      [
        '2 is not in the index with key 0063',
        /^the keys count 10 revisions of keys, the transactions hold 11$/,
      ],
    ],
    [
      'a key too many',
      () => {
        store.change('keys', utf8('x'), store.get('keys', kvKey(utf8('c'))));
      },
      [/^the keys count 12 revisions of keys, the transactions hold 11$/],
    ],
    [
      'a revision too many',
      () => {
        store.change('revisions', revisionKey(utf8('x'), 1n), utf8('?'));
      },
      [/^the index holds 12 revisions of keys, the transactions hold 11$/],
    ],
    [
      'an older newest revision',
      () => {
        store.change(
          'keys',
          kvKey(utf8('a')),
          concatBytes(u64be(5n), store.get('revisions', revisionKey(kvKey(utf8('a')), 4n))!),
        );
      },
      ['9 is not in the index as the newest revision of key 0061'],
    ],
  ])('of %s says so', (_, damage, texts) => {
    damage();
    expect(faultTexts(store)).toEqual(
      texts.map((text) => (typeof text === 'string' ? text : (expect.stringMatching(text) as unknown))),
    );
  });

  it('is told at once, before reading on', () => {
    store.change('log', valueKey(1n, 0), utf8('\0FIRST'));
    const told: string[] = [];
    const check = verifyRows(store, { onFault: ({ message }) => told.push(message) });
    check.next();
    expect(told).toEqual([expect.stringMatching(/^holds a value/)]);
  });

  it('of a row that even cannot be decoded is one like others', () => {
    store.beforeGet = (table, key) => {
      if (table === 'log' && key[7] === 2)
        throw new RangeError('Offset is outside the bounds of the DataView');
      if (table === 'log' && key[7] === 3)
        throw new ImmuError('LEDGER_DAMAGED', 'Row 03 is damaged, in /the/folder. Do.', {
          details: { path: '/the/folder' },
        });
    };
    expect(faultTexts(store)).toEqual(
      expect.arrayContaining([
        '2 cannot be read: Offset is outside the bounds of the DataView',
        '3 Row 03 is damaged',
      ]),
    );
  });

  it('hides no later one', () => {
    for (const txId of [2n, 3n, 6n]) store.change('log', txKey(txId), undefined);
    store.change('log', valueKey(9n, 0), utf8('\0FOURTH'));
    expect(faultTexts(store)).toEqual(
      expect.arrayContaining([
        '2 is missing',
        '3 is missing',
        '6 is missing',
        '9 holds a value that was not committed, for key 0061',
      ]),
    );
  });

  it('is kept in memory up to a number, and counted beyond', () => {
    const told: unknown[] = [];
    const stray = {
      get: () => {
        throw new Error('broken');
      },
      range: () => [[txKey(20_000n), utf8('')]],
    };
    Object.assign(store, stray);
    const report = verify(store, { onFault: (fault) => told.push(fault) });
    expect(report.faultCount).toBe(told.length);
    expect(told.length).toBeGreaterThan(20_000);
    expect(report.faults).toHaveLength(MAX_KEPT_FAULTS);
  });
});

describe('the tree', () => {
  /** Where a byte of a transaction's row is: the root it names, and the parts it completes. */
  const ROOT = 8 + 2 + 4 + 32 + 32;
  const COMPLETED = ROOT + 32 + 32 + 2;

  it('is checked again soon after transactions that cannot be read', async () => {
    const database = openDatabase(store);
    for (let txId = 10; txId <= 40; txId++) await set(database, 'k', String(txId));
    for (const txId of [17n, 18n, 19n]) store.change('log', txKey(txId), undefined);
    const row = store.get('log', txKey(40n))!;
    store.change('log', txKey(40n), flipped(row, COMPLETED + 40));
    expect(faultTexts(store)).toContain('40 completes other parts of the tree than are recorded');
  });

  it('is known over one transaction that cannot be read', () => {
    store.change('log', txKey(2n), undefined);
    store.change('log', txKey(4n), flipped(store.get('log', txKey(4n))!, COMPLETED));
    expect(faultTexts(store)).toContain('4 completes other parts of the tree than are recorded');
    store.change('log', txKey(2n), undefined);
  });

  it('has a root that each transaction names', () => {
    store.change('log', txKey(5n), flipped(store.get('log', txKey(5n))!, ROOT));
    expect(faultTexts(store)).toEqual([
      '5 does not hash to what is recorded for it',
      '5 does not name the root of the tree before it',
    ]);
  });
});

describe('a state known from elsewhere', () => {
  const source = 'the trust record';

  it('is agreed with', () => {
    const expected = [1n, 5n, SAMPLE_TRANSACTIONS].map((txId) => ({ ...stateOf(txId), source }));
    expect(faultTexts(store, { expected })).toEqual([]);
    expect(faultTexts(store, { expected: [{ source, txId: 0n, alh: new Uint8Array(32) }] })).toEqual([]);
  });

  it('is a fault where another transaction has its place', () => {
    const expected = [{ source, txId: 5n, alh: stateOf(4n).alh }];
    expect(faultTexts(store, { expected })).toEqual(['5 is not the one of the trust record']);
  });

  it('is a fault where the rows do not reach it', () => {
    const expected = [{ source, txId: 12n, alh: stateOf(4n).alh }];
    expect(faultTexts(store, { expected })).toEqual([
      'the newest transaction is 9, but the trust record is at 12: what came after was lost',
    ]);
  });

  it('is that of the head too', () => {
    const [fourth, fifth] = [stateOf(4n), stateOf(5n)];
    store.shownHead = fourth;
    expect(faultTexts(store)).toEqual([]);
    store.shownHead = { txId: 4n, alh: fifth.alh };
    expect(faultTexts(store)).toEqual(['4 is not the one of the file "head"']);
    store.shownHead = fourth;
    for (const row of store.rows())
      if (row.table === 'log' && Buffer.from(row.key).readBigUInt64BE() > 2n)
        store.change('log', row.key, undefined);
    expect(faultTexts(store)).toContain(
      'the newest transaction is 2, but the file "head" is at 4: what came after was lost',
    );
  });
});

describe('beside a writer', () => {
  it('all that is committed meanwhile is checked or left, and nothing is taken for damage', async () => {
    const database = openDatabase(store);
    const check = verifyRows(store);
    let step = check.next();
    for (let round = 0; step.done !== true; round++) {
      if (step.value.unit === 'transactions' && round < 50)
        await set(database, `key ${round % 7}`, String(round));
      step = check.next();
    }
    expect(step.value.faults).toEqual([]);
    expect(step.value.transactions).toBeGreaterThan(SAMPLE_TRANSACTIONS);
  });
});

describe('from a transaction on', () => {
  it.each([0n, 1n, 4n, 7n, SAMPLE_TRANSACTIONS])('after %d only what follows is checked', (txId) => {
    const after = txId === 0n ? { txId, alh: verify(new ChangeableStore()).state!.alh } : stateOf(txId);
    const report = verify(store, { after });
    expect(report).toMatchObject({
      faults: [],
      transactions: SAMPLE_TRANSACTIONS,
      state: stateOf(SAMPLE_TRANSACTIONS),
    });
    store.change('log', valueKey(3n, 0), utf8('\0SECOND'));
    expect(faultTexts(store, { after })).toHaveLength(txId < 3n ? 1 : 0);
    expect(faultTexts(store, { after: { txId, alh: new Uint8Array(32).fill(1) } }).join()).toMatch(
      txId < SAMPLE_TRANSACTIONS ? /does not follow the transaction before it/ : /^$/,
    );
  });
});
