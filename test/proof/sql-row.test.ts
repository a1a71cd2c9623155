// We agree with immudb: rows and keys as a real server stored them.

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import {
  encodeSqlKeyValue,
  type SqlColumn,
  sqlMappedKey,
  sqlRowKey,
  type SqlStoredValue,
  type SqlTableSchema,
} from '../../src/proof/layout/sql-row.js';
import { parseSqlRow } from '../../src/proof/verify/parse-sql-row.js';
import { encodeSqlKey } from '../../src/proof/verify/verify-sql-row.js';

const hex = (text: string): Uint8Array => fromHex(text)!;

/** `t(id INTEGER AUTO_INCREMENT, name VARCHAR[20], d TIMESTAMP, PRIMARY KEY id)`. */
const T: SqlTableSchema = {
  table: 't',
  tableId: 1,
  columns: [
    { id: 1, name: 'id', type: 'INTEGER', maxLength: 8 },
    { id: 2, name: 'name', type: 'VARCHAR', maxLength: 20 },
    { id: 3, name: 'd', type: 'TIMESTAMP', maxLength: 8 },
  ],
  primaryKey: [1],
};

/** A key of seven columns, one of each type a key can have. */
const K: SqlTableSchema = {
  table: 'k',
  tableId: 2,
  columns: [
    { id: 1, name: 'a', type: 'VARCHAR', maxLength: 5 },
    { id: 2, name: 'b', type: 'UUID', maxLength: 16 },
    { id: 3, name: 'c', type: 'TIMESTAMP', maxLength: 8 },
    { id: 4, name: 'd', type: 'FLOAT', maxLength: 8 },
    { id: 5, name: 'e', type: 'BOOLEAN', maxLength: 1 },
    { id: 6, name: 'f', type: 'BLOB', maxLength: 4 },
    { id: 7, name: 'g', type: 'INTEGER', maxLength: 8 },
    { id: 8, name: 'x', type: 'VARCHAR', maxLength: 0 },
  ],
  primaryKey: [1, 2, 3, 4, 5, 6, 7],
};
const K_VALUES = [
  'é',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  -1795426570388411n,
  -1.5,
  true,
  Uint8Array.of(1, 0),
  -5n,
];
const K_KEY =
  '80c3a900000000000002803f2504e04f8941d39a0c0305e82c33018067155d0bfbb36d88804007ffffffffffff8001800100000000000002807ffffffffffffffb';

describe('rows as immudb stores them', () => {
  it('the key of a row', () => {
    const key = encodeSqlKey(T, [1n]);
    expect(toHex(sqlRowKey(1, key))).toBe('02522e000000010000000100000000808000000000000001');
    expect(toHex(sqlMappedKey(1, key))).toBe('024d2e0000000100000000808000000000000001808000000000000001');
  });

  it('a key of every type', () => {
    const key = encodeSqlKey(K, K_VALUES);
    expect(toHex(key)).toBe(K_KEY);
    expect(toHex(sqlRowKey(2, key))).toBe(`02522e000000010000000200000000${K_KEY}`);
    expect(toHex(sqlMappedKey(2, key))).toBe(`024d2e0000000200000000${K_KEY}${K_KEY}`);
  });

  it('the bytes of a row', () => {
    const row = hex(
      '00000003000000010000000800000000000000010000000200000001610000000300000008000660ee52f2c3ba',
    );
    expect([...parseSqlRow(row, T, 3).values()]).toEqual([1n, 'a', 1795426570388410n]);
  });

  it('a row of every type', () => {
    const row = hex(
      '000000080000000100000002c3a900000002000000103f2504e04f8941d39a0c0305e82c33010000000300000008fff99f11ad0d3c450000000400000008bff8000000000000000000050000000101000000060000000201000000000700000008fffffffffffffffb000000080000000178',
    );
    expect([...parseSqlRow(row, K, 8).values()]).toEqual([...K_VALUES, 'x']);
  });
});

describe('keys sort as their values do', () => {
  const lists: readonly [SqlColumn['type'], readonly SqlStoredValue[]][] = [
    ['INTEGER', [-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n]],
    ['FLOAT', [-Infinity, -1.5, -5e-324, 0, 5e-324, 1.5, Infinity]],
    ['TIMESTAMP', [-9_223_372_036_854_775n, -1n, 0n, 9_223_372_036_854_775n]],
    ['BOOLEAN', [false, true]],
    ['VARCHAR', ['', 'a', 'aa', 'b']],
  ];
  it.each(lists)('%s', (type, values) => {
    const column = { id: 1, name: 'k', type, maxLength: 8 };
    const keys = values.map((value) => toHex(encodeSqlKeyValue(column, value)));
    expect(keys.toSorted()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each<[SqlColumn['type'], SqlStoredValue]>([
    ['INTEGER', 1],
    ['INTEGER', -(2n ** 63n) - 1n],
    ['TIMESTAMP', 9_223_372_036_854_776n],
    ['FLOAT', Number.NaN],
    ['FLOAT', 1n],
    ['BOOLEAN', 1],
    ['UUID', '3f2504e04f8941d39a0c0305e82c3301'],
    ['UUID', `3f2504e0-4f89-41d3-9a0c-0305e82c3301\n`],
    ['VARCHAR', 'ninebytes'],
    ['VARCHAR', Uint8Array.of(1)],
    ['BLOB', 'a'],
    ['BLOB', new Uint8Array(9)],
    ['JSON', '1'],
  ])('%s does not take %s', (type, value) => {
    const column = { id: 1, name: 'k', type, maxLength: 8 };
    expect(() => encodeSqlKeyValue(column, value)).toThrow(TypeError);
  });
});
