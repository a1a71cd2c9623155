// The orders in the file of an embedded ledger, as somebody finds them who has the disk and the documentation of its format, and
// nothing else: no key, no part of the library. src/engine/FORMAT.md and src/codec/FORMAT.md say what stands where.

import { type Database, open } from 'lmdb';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** The newest revision of an order, as it is stored. */
export interface StoredOrder {
  readonly number: string;
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** The row that holds it, with the checksum at its end. */
  readonly row: Buffer;
  /** The key of that row. */
  readonly rowKey: Buffer;
  readonly content: OrderContent;
}

/** Of what is stored, what we look at. */
interface OrderContent {
  readonly status: string;
  readonly lines: readonly {
    readonly product: string;
    readonly quantity: number;
    readonly unitPrice: string;
  }[];
}

type Rows = Database<Buffer, Buffer>;

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;
const CHECKSUM_BYTES = 4;
const VALUE_OF_AN_ENTRY = 2;
/** Before the number of an order in the key of its record: immudb's prefix, then that of a record of this entity. */
const RECORDS = Buffer.concat([Buffer.from('00e10100', 'hex'), Buffer.from('purchase-order\0@')]);

/** @returns the file with the rows; undefined for a folder that is no embedded ledger */
export function dataFileOf(ledgerPath: string): string | undefined {
  const databases = join(ledgerPath, 'databases');
  if (!existsSync(join(ledgerPath, 'ledger.json')) || !existsSync(databases)) return undefined;
  const name = readdirSync(databases).find((one) => !one.startsWith('.') && one !== 'systemdb');
  const file = name === undefined ? undefined : join(databases, name, 'data.mdb');
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** What is stored in a ledger. */
export interface StoredLedger {
  readonly orders: readonly StoredOrder[];
  readonly newestTxId: bigint;
}

/** Reads a ledger, which may be in use. */
export async function storedLedger(dataFile: string): Promise<StoredLedger> {
  const root = open<Buffer, Buffer>(join(dataFile, '..'), {
    ...BINARY,
    readOnly: true,
    useVersions: true,
    noSubdir: false,
    maxDbs: 8,
  });
  try {
    const [keys, log] = ['keys', 'log'].map((name) => root.openDB<Buffer, Buffer>(name, BINARY)) as [
      Rows,
      Rows,
    ];
    const range = { start: RECORDS, end: Buffer.concat([RECORDS, Buffer.of(0xff)]) };
    const orders = [...keys.getRange(range)].flatMap(({ key, value }) => orderAt(log, key, value) ?? []);
    const [newest] = log.getKeys({ reverse: true, limit: 1 });
    return { orders, newestTxId: newest?.readBigUInt64BE() ?? 0n };
  } finally {
    await root.close();
  }
}

/** @param newest what the key's row says of its newest revision */
function orderAt(log: Rows, key: Buffer, newest: Buffer): StoredOrder | undefined {
  const number = key.subarray(RECORDS.length, -1).toString();
  const txId = newest.readBigUInt64BE(8);
  const rowKey = Buffer.alloc(13);
  rowKey.writeBigUInt64BE(txId);
  rowKey[8] = VALUE_OF_AN_ENTRY;
  rowKey.writeUInt32BE(newest.readUInt32BE(16), 9);
  const row = log.get(rowKey);
  const json = row?.indexOf('{"json":') ?? -1;
  if (row === undefined || json < 0) return undefined;
  const { json: content } = JSON.parse(row.toString('utf8', json, row.length - CHECKSUM_BYTES)) as {
    readonly json: OrderContent;
  };
  return { number, txId, row: Buffer.from(row), rowKey, content };
}

/** The row with another text in the place of one of the same length, and with the checksum that belongs to it. */
export function forgedRow({ row, rowKey }: StoredOrder, from: string, to: string): Buffer {
  const forged = Buffer.from(row);
  const at = forged.indexOf(from);
  if (at < 0 || Buffer.byteLength(from) !== Buffer.byteLength(to))
    throw new RangeError(`${from} cannot be replaced by ${to}.`);
  forged.write(to, at);
  // The checksum finds accidents. How it is made is no secret, so an attacker makes it anew.
  const value = forged.subarray(0, -CHECKSUM_BYTES);
  const seed = (crc32('log') ^ rowKey.length) >>> 0;
  forged.writeUInt32BE(crc32(value, crc32(rowKey, seed)), value.length);
  return forged;
}

/** What an order is about in all, as it is stored. */
export function totalOf({ content }: StoredOrder): string {
  const cents = content.lines.reduce(
    (sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice.replace('.', '')),
    0n,
  );
  return `${String(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`;
}
