// Rows of an SQL table in a naive ledger: written from the description of their formats, sharing no line with the code
// under test, and to be changed by a test.
import type { RawKeyMetadata, RawVerifiableSqlEntry, SqlTableSchema } from '../../src/proof/index.js';
import { be, bytes, type Mutable, mutable, type NaiveLedger } from './naive-ledger.js';

/** `item(id INTEGER, name VARCHAR[20], at TIMESTAMP)`, of which column 3 was dropped. */
export const ITEM: SqlTableSchema = {
  table: 'item',
  tableId: 7,
  columns: [
    { id: 1, name: 'id', type: 'INTEGER', maxLength: 8 },
    { id: 2, name: 'name', type: 'VARCHAR', maxLength: 20 },
    { id: 4, name: 'at', type: 'TIMESTAMP', maxLength: 8 },
  ],
  primaryKey: [1],
};

/** What the server says of the columns of a table. */
interface Columns {
  ColNamesById: Map<number, string>;
  ColIdsByName: Map<string, number>;
  ColTypesById: Map<number, string>;
  ColLenById: Map<number, number>;
}

/** An answer that a test may change. */
export type MutableRow = Mutable<Omit<RawVerifiableSqlEntry, keyof Columns>> & Columns;

/** A row's bytes. @param values bytes by column id, in order */
export function naiveRow(values: readonly (readonly [id: number, value: Uint8Array])[]): Uint8Array {
  const columns = values.flatMap(([id, value]) => [be(id, 4), be(value.length, 4), value]);
  return new Uint8Array(Buffer.concat([be(values.length, 4), ...columns]));
}

/** An INTEGER of a key. */
export function naiveInteger(value: bigint): Uint8Array {
  const word = be(value, 8);
  word[0]! ^= 0x80;
  return Buffer.concat([be(0x80, 1), word]);
}

/** The key a row of a table is stored under. */
export function naiveRowKey(tableId: number, key: Uint8Array, database = 1): Uint8Array {
  return new Uint8Array(
    Buffer.concat([be(2, 1), bytes('R.'), be(database, 4), be(tableId, 4), be(0, 4), key]),
  );
}

/** The row of `item` with this id. */
export function item(
  id: bigint,
  name: string,
  more: readonly (readonly [number, Uint8Array])[] = [],
): Uint8Array {
  return naiveRow([[1, be(id, 8)], [2, bytes(name)], ...more]);
}

/** Commits a row of `item`. */
export function commitItem(
  ledger: NaiveLedger,
  id: bigint,
  value: Uint8Array,
  metadata?: RawKeyMetadata,
): number {
  const entry = { key: naiveRowKey(ITEM.tableId, naiveInteger(id)), value };
  const other = { key: bytes('\x02M.other'), value: bytes('') };
  return ledger.commit([other, metadata === undefined ? entry : { ...entry, metadata }]);
}

/** The answer to `VerifiableSQLGet` for the row of `item` in transaction `txId`. */
export function itemAnswer(
  ledger: NaiveLedger,
  txId: number,
  id: bigint,
  value: Uint8Array,
  since: number,
  metadata?: RawKeyMetadata,
): MutableRow {
  const { verifiableTx, inclusionProof } = ledger.verifiableEntry(txId, 1, since);
  const key = naiveInteger(id);
  const { columns, tableId } = ITEM;
  return mutable<RawVerifiableSqlEntry>({
    sqlEntry: {
      tx: BigInt(txId),
      key: new Uint8Array(Buffer.concat([be(2, 1), bytes('M.'), be(tableId, 4), be(0, 4), key, key])),
      value,
      metadata,
    },
    verifiableTx,
    inclusionProof,
    DatabaseId: 1,
    TableId: tableId,
    PKIDs: [1],
    ColNamesById: new Map(columns.map((column) => [column.id, column.name])),
    ColIdsByName: new Map(columns.map((column) => [`(item.${column.name})`, column.id])),
    ColTypesById: new Map(columns.map((column) => [column.id, column.type])),
    ColLenById: new Map(columns.map((column) => [column.id, column.maxLength])),
    MaxColId: 4,
  }) as unknown as MutableRow;
}
