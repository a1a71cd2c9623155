// Rows read from a naive ledger that lies, one lie at a time.

import { describe, expect, it } from 'vitest';
import {
  type RawKeyMetadata,
  type SqlRowRequest,
  type SqlTableSchema,
  verifySqlRow,
} from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { be, bytes, filledLedger, h } from './naive-ledger.js';
import {
  commitItem,
  ITEM,
  item,
  itemAnswer,
  type MutableRow,
  naiveInteger,
  naiveRow,
  naiveRowKey,
} from './naive-sql.js';

const policy = { database: 'defaultdb' };
const DELETED: RawKeyMetadata = { deleted: true, nonIndexable: false };
const asked: SqlRowRequest = { schema: ITEM, primaryKey: [5n] };

type RowLie = (answer: MutableRow) => unknown;

/** The answer for one committed row. */
function answerFor(value: Uint8Array, id = 5n, metadata?: RawKeyMetadata) {
  const ledger = filledLedger(4);
  const txId = commitItem(ledger, id, value, metadata);
  ledger.commit([{ key: bytes('\0later'), value: bytes('\0') }]);
  return { ledger, txId, answer: itemAnswer(ledger, txId, id, value, 3, metadata) };
}

function read(value: Uint8Array, lie: RowLie = () => undefined, request: SqlRowRequest = asked) {
  const { ledger, answer } = answerFor(value);
  lie(answer);
  return verifySqlRow(request, answer, ledger.state(3), policy);
}

const GOOD = item(5n, 'five', [[4, be(-1n, 8)]]);

describe('a row read with proof', () => {
  it('gives what was written, and where, whatever is trusted', () => {
    for (const since of [0, 3, 5, 6]) {
      const { ledger, txId } = answerFor(GOOD);
      const answer = itemAnswer(ledger, txId, 5n, GOOD, since);
      const trusted = since === 0 ? undefined : ledger.state(since);
      const proven = verifySqlRow({ ...asked, atTx: 5n }, answer, trusted, policy);
      expect(proven.values).toEqual(
        new Map<number, unknown>([
          [1, 5n],
          [2, 'five'],
          [4, -1n],
        ]),
      );
      expect(proven).toMatchObject({ index: 1, deleted: false });
      expect(proven.header.id).toBe(5n);
      expect(proven.entries).toHaveLength(2);
      expect(proven.storedKey).toEqual(naiveRowKey(7, naiveInteger(5n)));
    }
  });

  it('leaves out what is NULL, was dropped, or was added since the schema was taken', () => {
    const value = item(5n, 'five', [
      [3, bytes('dropped')],
      [9, bytes('new')],
    ]);
    const proven = read(value, (a) => (a.MaxColId = 9));
    expect([...proven.values.keys()]).toEqual([1, 2]);
  });

  it('says of the transaction that deleted it that it did', () => {
    const { ledger, txId, answer } = answerFor(GOOD, 5n, DELETED);
    const proven = verifySqlRow({ ...asked, atTx: BigInt(txId) }, answer, ledger.state(3), policy);
    expect(proven.deleted).toBe(true);
    expectRefused(() => verifySqlRow(asked, answer, ledger.state(3), policy), 'BINDING_MISMATCH', /deleted/);
  });

  const lies: readonly [string, RowLie, string][] = [
    ['the value', (a) => (a.sqlEntry!.value = item(5n, 'six', [[4, be(-1n, 8)]])), 'PROOF_INVALID'],
    ['the key shown', (a) => (a.sqlEntry!.key = bytes('x')), 'BINDING_MISMATCH'],
    ['no row', (a) => (a.sqlEntry = undefined), 'MALFORMED_PROOF'],
    ['no transaction', (a) => (a.verifiableTx = undefined), 'MALFORMED_PROOF'],
    ['no inclusion proof', (a) => (a.inclusionProof = undefined), 'MALFORMED_PROOF'],
    ['another position', (a) => (a.inclusionProof!.leaf = 0), 'PROOF_INVALID'],
    ['another transaction', (a) => (a.sqlEntry!.tx = 6n), 'BINDING_MISMATCH'],
    ['an invented deletion', (a) => (a.sqlEntry!.metadata = { ...DELETED }), 'BINDING_MISMATCH'],
    [
      'an invented expiry',
      (a) => (a.sqlEntry!.metadata = { ...DELETED, deleted: false, expiration: { expiresAt: 1n } }),
      'MALFORMED_PROOF',
    ],
    [
      'an invented attribute',
      (a) => (a.sqlEntry!.metadata = { deleted: false, nonIndexable: true }),
      'MALFORMED_PROOF',
    ],
    ['the length of the value', (a) => a.verifiableTx!.tx!.entries[1]!.vLen++, 'BINDING_MISMATCH'],
    [
      'another entry of its transaction',
      (a) => (a.verifiableTx!.tx!.entries[0]!.hValue = h(be(1, 1))),
      'PROOF_INVALID',
    ],
    ['the database', (a) => (a.DatabaseId = 2), 'BINDING_MISMATCH'],
    ['the table', (a) => (a.TableId = 8), 'BINDING_MISMATCH'],
    ['no primary key', (a) => (a.PKIDs = []), 'BINDING_MISMATCH'],
    ['another primary key', (a) => (a.PKIDs = [2]), 'BINDING_MISMATCH'],
    ['more of a primary key', (a) => (a.PKIDs = [1, 2]), 'BINDING_MISMATCH'],
    ['the name of a column', (a) => a.ColNamesById.set(2, 'title'), 'BINDING_MISMATCH'],
    ['a column less', (a) => a.ColNamesById.delete(4), 'BINDING_MISMATCH'],
    ['two columns for each other', (a) => a.ColIdsByName.set('(item.name)', 4), 'BINDING_MISMATCH'],
    ['a column of another table', (a) => (a.ColIdsByName = new Map([['(t.id)', 1]])), 'BINDING_MISMATCH'],
    ['the type of a column', (a) => a.ColTypesById.set(4, 'INTEGER'), 'BINDING_MISMATCH'],
    ['the length of a column', (a) => a.ColLenById.set(2, 21), 'BINDING_MISMATCH'],
    ['fewer columns than there are', (a) => (a.MaxColId = 3), 'BINDING_MISMATCH'],
    ['no number of columns', (a) => (a.MaxColId = 0), 'MALFORMED_PROOF'],
    ['columns that are no map', (a) => (a.ColLenById = [] as never), 'MALFORMED_PROOF'],
    ['a primary key that is no list', (a) => (a.PKIDs = 1 as never), 'MALFORMED_PROOF'],
  ];
  it.each(lies)('refuses %s', (_, lie, code) => {
    expectRefused(() => read(GOOD, lie), code as 'PROOF_INVALID');
  });

  it('refuses the row of another key, although it is proven', () => {
    const { ledger, answer } = answerFor(GOOD, 6n);
    const request = { ...asked, primaryKey: [6n] };
    expectRefused(
      () => verifySqlRow(request, answer, ledger.state(3), policy),
      'BINDING_MISMATCH',
      /primary key within/,
    );
    expectRefused(
      () => verifySqlRow(asked, answer, ledger.state(3), policy),
      'BINDING_MISMATCH',
      /sqlEntry.key/,
    );
  });

  it('refuses another transaction than asked for', () => {
    expectRefused(
      () => read(GOOD, undefined, { ...asked, atTx: 4n }),
      'BINDING_MISMATCH',
      /transaction of the row/,
    );
  });

  it('refuses another history than the trusted one', () => {
    const { ledger, answer } = answerFor(GOOD);
    const trusted = { ...ledger.state(3), alh: h(bytes('other')) };
    expectRefused(() => verifySqlRow(asked, answer, trusted, policy), 'FORK_DETECTED');
  });

  const wrong: readonly [string, Uint8Array][] = [
    ['no bytes', new Uint8Array(0)],
    ['a column less than it says', naiveRow([[1, be(5n, 8)]]).with(3, 2)],
    ['a column more than it says', GOOD.with(3, 2)],
    ['a byte too many', new Uint8Array([...GOOD, 0])],
    ['a byte too few', GOOD.slice(0, -1)],
    ['a column twice', item(5n, 'five', [[2, bytes('six')]])],
    ['a dropped column twice', item(5n, 'five', [[3, bytes('a')], [3, bytes('b')]])], // prettier-ignore
    ['a column beyond the last', item(5n, 'five', [[5, bytes('x')]])],
    ['a column 0', item(5n, 'five', [[0, bytes('x')]])],
    ['a length beyond its end', naiveRow([[1, be(5n, 8)], [2, bytes('x')]]).with(27, 2)], // prettier-ignore
    ['a number of 7 bytes', naiveRow([[1, be(5n, 8)], [4, be(1n, 7)]])], // prettier-ignore
    ['a number of 9 bytes', naiveRow([[1, be(5n, 8)], [4, be(1n, 9)]])], // prettier-ignore
    ['a text that is none', naiveRow([[1, be(5n, 8)], [2, Uint8Array.of(0xff)]])], // prettier-ignore
  ];
  it.each(wrong)('refuses a proven row with %s', (_, value) => {
    expectRefused(() => read(value), 'MALFORMED_PROOF');
  });

  it.each<[string, Uint8Array]>([
    ['without its key', naiveRow([[2, bytes('five')]])],
    ['of another key', item(6n, 'five')],
  ])('refuses a proven row %s', (_, value) => {
    expectRefused(() => read(value), 'BINDING_MISMATCH', /primary key within the row/);
  });

  it.each<[string, Partial<SqlTableSchema> | { primaryKey: unknown }]>([
    ['no name', { table: '' }],
    ['table 0', { tableId: 0 }],
    ['no columns', { columns: [] }],
    ['no key', { primaryKey: [] }],
    ['a key twice', { primaryKey: [1, 1] }],
    ['a key of no column', { primaryKey: [3] }],
    [
      'two columns of one id',
      { columns: [...ITEM.columns, { id: 1, name: 'x', type: 'JSON', maxLength: 0 }] },
    ],
    [
      'two columns of one name',
      { columns: [...ITEM.columns, { id: 9, name: 'id', type: 'JSON', maxLength: 0 }] },
    ],
    ['a type that is none', { columns: [{ id: 1, name: 'id', type: 'TEXT' as never, maxLength: 0 }] }],
    ['a key that is JSON', { columns: [{ id: 1, name: 'id', type: 'JSON', maxLength: 0 }] }],
    ['a key without a bound', { columns: [{ id: 1, name: 'id', type: 'VARCHAR', maxLength: 0 }] }],
  ])('takes a schema of %s for a slip of its caller', (_, change) => {
    const schema = { ...ITEM, ...change } as SqlTableSchema;
    expect(() => read(GOOD, undefined, { ...asked, schema })).toThrow(TypeError);
  });

  it.each<[string, readonly unknown[]]>([
    ['too few values', []],
    ['too many values', [5n, 5n]],
    ['a value of another type', ['5']],
    ['a value beyond 64 bits', [2n ** 63n]],
    ['a hole', Array(1)],
  ])('takes a key of %s for a slip of its caller', (_, primaryKey) => {
    expect(() => read(GOOD, undefined, { schema: ITEM, primaryKey: primaryKey as bigint[] })).toThrow(
      TypeError,
    );
  });
});
