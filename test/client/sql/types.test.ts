// What must and must not compile.

import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  ReadProof,
  SqlClient,
  SqlParameters,
  SqlTableSchema,
  SqlTransaction,
  UnverifiedRows,
  VerifiedRow,
} from '../../../src/client/index.js';
import type { VerifiableSQLEntry } from '../../../src/wire/immudb/schema/sql.js';
import type { RawVerifiableSqlEntry } from '../../../src/proof/index.js';

interface Item {
  readonly id: bigint;
  readonly name: string | null;
}

describe('types', () => {
  it('rows are what the caller says', () => {
    const use = async (sql: SqlClient, tx: SqlTransaction) => {
      expectTypeOf(sql.query<Item>('')).toEqualTypeOf<UnverifiedRows<Item>>();
      expectTypeOf(await sql.query<Item>('').all()).toEqualTypeOf<Item[]>();
      expectTypeOf(await tx.query<Item>('').first()).toEqualTypeOf<Item | undefined>();
      expectTypeOf(await sql.query('').first()).toEqualTypeOf<Record<string, unknown> | undefined>();
      for await (const { id } of sql.query<Item>('')) expectTypeOf(id).toEqualTypeOf<bigint>();
      const found = await sql.verifiedRow<Item>('', 1n);
      expectTypeOf(found).toEqualTypeOf<VerifiedRow<Item> | undefined>();
      // @ts-expect-error: a row may be absent
      expectTypeOf(found.row).toEqualTypeOf<Item>();
      expectTypeOf<VerifiedRow<Item>>().toHaveProperty('proof').toEqualTypeOf<ReadProof>();
      const { value } = await sql.transaction(() => Promise.resolve(7));
      expectTypeOf(value).toEqualTypeOf<number>();
      // @ts-expect-error: a query is no promise of rows
      const rows: Item[] = sql.query<Item>('');
      // @ts-expect-error: a function that returns no promise would be committed before it is done
      await sql.transaction(() => 7);
      // The outcome of a statement inside is told by the commit.
      expectTypeOf(tx.exec('')).toEqualTypeOf<Promise<void>>();
      return rows;
    };
    expect(use).toBeTypeOf('function');
  });

  it('parameters are values of SQL', () => {
    expectTypeOf<{ id: bigint; at: Date; name: null }>().toExtend<SqlParameters>();
    expectTypeOf<[number, Uint8Array, boolean]>().toExtend<SqlParameters>();
    expectTypeOf<{ id: undefined }>().not.toExtend<SqlParameters>();
    expectTypeOf<[{ a: number }]>().not.toExtend<SqlParameters>();
  });

  it('a schema is plain data, and a generated message a raw answer', () => {
    expectTypeOf<SqlTableSchema>().toHaveProperty('primaryKey').toEqualTypeOf<readonly number[]>();
    expectTypeOf<VerifiableSQLEntry>().toExtend<RawVerifiableSqlEntry>();
    expectTypeOf<RawVerifiableSqlEntry>().not.toExtend<VerifiedRow<Item>>();
  });
});
