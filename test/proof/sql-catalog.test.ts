// Schemas out of entries of the catalog: as a real immudb wrote them, and as none would.

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import {
  entryDigest,
  highestColumnId,
  isSqlCatalogKey,
  type KeyMetadata,
  parseSqlCatalog,
  type ProvenTxEntry,
  type SqlCatalogEntry,
  sqlTableOf,
} from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { be, bytes, h } from './naive-ledger.js';

type Written = readonly [key: Uint8Array, value: Uint8Array, metadata?: KeyMetadata];

const DELETED: KeyMetadata = { deleted: true, nonIndexable: false };
const key = (what: string, ...parts: (number | string)[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      bytes(`\x02CTL.${what}.`),
      ...parts.map((part) => (typeof part === 'number' ? be(part, 4) : bytes(part))),
    ]),
  );
const value = (hex: string): Uint8Array => fromHex(hex)!;

function proven(written: readonly Written[]): ProvenTxEntry[] {
  return written.map(([storedKey, stored, metadata]) => ({
    key: storedKey,
    metadata,
    hValue: h(stored),
    digest: entryDigest(1, storedKey, metadata, h(stored)),
  }));
}

function read(...written: Written[]): SqlCatalogEntry[] {
  const values = new Map(written.map(([storedKey, stored]) => [toHex(storedKey), stored]));
  return parseSqlCatalog(proven(written), (storedKey) => values.get(toHex(storedKey)), 1n);
}

/** `CREATE TABLE k(a VARCHAR[5], x VARCHAR DEFAULT 'q', PRIMARY KEY a)`, in the bytes of a server. */
const TABLE: Written = [key('TABLE', 1, 2), bytes('k')];
const PRIMARY: Written = [key('INDEX', 1, 2, 0), value('010000000100')];
const A: Written = [key('COLUMN', 1, 2, 1, 'VARCHAR'), value('000000000561')];
const X: Written = [key('COLUMN', 1, 2, 8, 'VARCHAR'), value('000000000078')];
const CREATED = [PRIMARY, A, X, TABLE];

describe('the catalog of tables', () => {
  it('tells its keys from those of rows and applications', () => {
    expect(CREATED.every(([storedKey]) => isSqlCatalogKey(storedKey))).toBe(true);
    for (const other of ['\x02R.\0\0\0\x01', '\0CTL.TABLE.', '\x03CTL.TABLE.', '\x02CTL.VIEW.'])
      expect(isSqlCatalogKey(bytes(other))).toBe(false);
  });

  it('gives a schema', () => {
    expect(sqlTableOf(read(...CREATED), 'k')).toEqual({
      table: 'k',
      tableId: 2,
      columns: [
        { id: 1, name: 'a', type: 'VARCHAR', maxLength: 5 },
        { id: 8, name: 'x', type: 'VARCHAR', maxLength: 0 },
      ],
      primaryKey: [1],
    });
    expect(sqlTableOf(read(...CREATED), 'other')).toBeUndefined();
  });

  it('passes over what is no table, and other indexes', () => {
    const other: Written = [key('INDEX', 1, 2, 1), value('00')];
    const row: Written = [bytes('\x02R.'), bytes('row')];
    const check: Written = [key('CHECK', 1, 2, 0), bytes('check')];
    expect(sqlTableOf(read(...CREATED, other, row, check), 'k')).toEqual(sqlTableOf(read(...CREATED), 'k'));
  });

  it('follows what was altered', () => {
    const added: Written = [key('COLUMN', 1, 2, 9, 'INTEGER'), value('00000000087a')];
    const renamed: Written = [key('COLUMN', 1, 2, 8, 'VARCHAR'), value('000000000079')];
    const dropped: Written = [key('COLUMN', 1, 2, 8, 'VARCHAR'), bytes(''), DELETED];
    const moved: Written = [key('TABLE', 1, 2), bytes('kk')];
    const namesAfter = (...later: Written[]) =>
      sqlTableOf([...read(...CREATED), ...later.flatMap((one) => read(one))], 'k')?.columns.map(
        ({ name }) => name,
      );
    expect(namesAfter(added)).toEqual(['a', 'x', 'z']);
    expect(namesAfter(renamed)).toEqual(['a', 'y']);
    expect(namesAfter(renamed, dropped)).toEqual(['a']);
    expect(namesAfter(moved)).toBeUndefined();
    expect(sqlTableOf([...read(...CREATED), ...read(moved)], 'kk')?.tableId).toBe(2);
    expect(namesAfter([key('TABLE', 1, 2), bytes(''), DELETED])).toBeUndefined();
  });

  it('tells the highest id a column ever had, dropped ones included', () => {
    const dropped: Written = [key('COLUMN', 1, 2, 12, 'VARCHAR'), bytes(''), DELETED];
    const other: Written = [key('COLUMN', 1, 3, 20, 'INTEGER'), value('00000000087a')];
    const index: Written = [key('INDEX', 1, 2, 30), bytes(''), DELETED];
    expect(highestColumnId(read(...CREATED), 2)).toBe(8);
    expect(highestColumnId([...read(...CREATED, other), ...read(dropped, index)], 2)).toBe(12);
    expect(highestColumnId(read(...CREATED), 4)).toBe(0);
  });

  it('reads a column with a default value', () => {
    const column: Written = [key('COLUMN', 1, 2, 8, 'VARCHAR'), value('0400000000000178277127')];
    expect(sqlTableOf(read(PRIMARY, A, column, TABLE), 'k')?.columns[1]?.name).toBe('x');
  });

  it('refuses a value that is not the proven one, or none', () => {
    const code = 'BINDING_MISMATCH';
    expectRefused(() => parseSqlCatalog(proven(CREATED), () => bytes('k'), 1n), code);
    expectRefused(() => parseSqlCatalog(proven(CREATED), () => undefined, 1n), code);
  });

  it.each<[string, Written]>([
    ['another database', [key('TABLE', 2, 2), bytes('k')]],
    ['no table', [key('TABLE', 1), bytes('k')]],
    ['a table without a name', [key('TABLE', 1, 2), bytes('')]],
    ['a name that is no text', [key('TABLE', 1, 2), Uint8Array.of(0xff)]],
    ['an expiring table', [key('TABLE', 1, 2), bytes('k'), { ...DELETED, expiresAt: 1n }]],
    ['a hidden table', [key('TABLE', 1, 2), bytes('k'), { deleted: false, nonIndexable: true }]],
    ['a column of no number', [key('COLUMN', 1, 2), value('000000000561')]],
    ['a column of no type', [key('COLUMN', 1, 2, 1), value('000000000561')]],
    ['a column of an unknown type', [key('COLUMN', 1, 2, 1, 'TEXT'), value('000000000561')]],
    ['a column without a name', [key('COLUMN', 1, 2, 1, 'VARCHAR'), value('0000000005')]],
    ['a column of no bytes', [key('COLUMN', 1, 2, 1, 'VARCHAR'), bytes('')]],
    ['a default that ends early', [key('COLUMN', 1, 2, 1, 'VARCHAR'), value('040000000000ff7827')]],
    ['a key of no columns', [key('INDEX', 1, 2, 0), value('01')]],
    ['a key that ends early', [key('INDEX', 1, 2, 0), value('0100000001')]],
  ])('refuses %s', (_, entry) => {
    expectRefused(() => read(entry), 'MALFORMED_PROOF');
  });

  it.each<[string, readonly Written[]]>([
    ['two tables of one name', [...CREATED, [key('TABLE', 1, 3), bytes('k')]]],
    ['two columns of one number', [...CREATED, [key('COLUMN', 1, 2, 1, 'INTEGER'), value('000000000862')]]],
    ['two columns of one name', [...CREATED, [key('COLUMN', 1, 2, 3, 'INTEGER'), value('000000000861')]]],
    ['no key', [A, X, TABLE]],
    ['a key of no column', [PRIMARY, X, TABLE]],
  ])('refuses a catalog with %s', (_, written) => {
    expectRefused(() => sqlTableOf(read(...written), 'k'), 'PROOF_INVALID');
  });
});
