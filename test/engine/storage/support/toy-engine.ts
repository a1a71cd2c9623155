// What an engine keeps in a store, in small: each commit has one row of the log, and for each key it writes the newest
// row of that key and where its revision is. Every row follows from the number of the commit, so that a reader knows
// what must be there; and it notices what an engine would, which knows as much.
import { concatBytes, equalBytes, toHex, u32be, u64be, utf8 } from '../../../../src/bytes.js';
import type { LedgerStore, Put, Row, Table } from '../../../../src/engine/storage/ledger-store.js';
import { headAt } from './heads.js';

/** Keys that are written, and keys that never are. */
const KEYS = 200;
const NEVER = 10;

/** What a reader found. */
export interface Finding {
  /**
   * `right`: all is as it was committed; `noticed`: something is missing of which the engine knows that it must be
   * there; `wrong`: something is other than it was committed, and nothing says so.
   */
  readonly outcome: 'right' | 'noticed' | 'wrong';
  readonly what: string;
}

const RIGHT: Finding = { outcome: 'right', what: '' };

/** The rows of a commit. @param txId ≥ 1 */
export function putsOf(txId: number): Put[] {
  const puts: Put[] = [{ table: 'log', key: u64be(BigInt(txId)), value: logValue(txId) }];
  for (const key of keysOf(txId)) {
    puts.push({ table: 'keys', key: nameOf(key), value: keyValue(key, txId) });
    puts.push({ table: 'revisions', key: revisionName(key, txId), value: u64be(BigInt(txId)) });
  }
  return puts;
}

/** Commits transactions one after another. @param told is called for each that was acknowledged */
export async function commitUpTo(
  store: LedgerStore,
  from: number,
  to: number,
  told: (txId: number) => void = () => undefined,
): Promise<void> {
  for (let txId = from; txId <= to; txId++) {
    await store.commit(putsOf(txId), headAt(txId));
    told(txId);
  }
}

/** The newest transaction by the rows. */
export function newestOf(store: LedgerStore): number {
  for (const [key] of store.range('log', { reverse: true }))
    return Number(Buffer.from(key).readBigUInt64BE());
  return 0;
}

/** Reads everything, in every way. @param acknowledged how many transactions there must be at least */
export function readAll(store: LedgerStore, acknowledged: number): Finding {
  const newest = newestOf(store);
  const { head } = store;
  if (head && head.txId > BigInt(newest))
    return { outcome: 'noticed', what: 'the head is newer than the rows' };
  if (head && !equalBytes(head.alh, headAt(Number(head.txId)).alh)) return wrong('the head');
  if (newest < acknowledged)
    return wrong(`transaction ${acknowledged} is gone, and the head is ${head?.txId}`);
  for (let key = KEYS; key < KEYS + NEVER; key++)
    if (store.get('keys', nameOf(key))) return wrong('a key that was never written');
  const expected = rowsUpTo(newest);
  return (
    unlessRight(readTable(store, 'log', expected.log, 'noticed')) ??
    unlessRight(readTable(store, 'revisions', expected.revisions, 'noticed')) ??
    readTable(store, 'keys', expected.keys, 'wrong')
  );
}

/** Reads a table, row by row and in ranges. @param missing what it is when a row is not there */
function readTable(
  store: LedgerStore,
  table: Table,
  rows: readonly Row[],
  missing: 'noticed' | 'wrong',
): Finding {
  const absent: Finding = { outcome: missing, what: `a row of ${table} is missing` };
  for (const [key, value] of rows) {
    const found = store.get(table, key);
    if (!found) return absent;
    if (!equalBytes(found, value)) return wrong(`a row of ${table}`);
  }
  for (const reverse of [false, true]) {
    const found = [...store.range(table, { reverse })];
    if (reverse) found.reverse();
    if (!isPartOf(found, rows)) return wrong(`a range of ${table}`);
    if (found.length < rows.length) return absent;
  }
  return RIGHT;
}

let cached: { readonly newest: number; readonly rows: Readonly<Record<Table, readonly Row[]>> } | undefined;

function rowsUpTo(newest: number): Readonly<Record<Table, readonly Row[]>> {
  if (cached?.newest === newest) return cached.rows;
  const tables = {
    log: new Map<string, Row>(),
    keys: new Map<string, Row>(),
    revisions: new Map<string, Row>(),
  };
  for (let txId = 1; txId <= newest; txId++)
    for (const { table, key, value } of putsOf(txId)) tables[table].set(toHex(key), [key, value]);
  const sorted = (rows: Map<string, Row>) =>
    [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const rows = { log: sorted(tables.log), keys: sorted(tables.keys), revisions: sorted(tables.revisions) };
  cached = { newest, rows };
  return rows;
}

/** Whether rows are other ones with nothing added or changed, only left out. */
function isPartOf(part: readonly Row[], whole: readonly Row[]): boolean {
  let at = 0;
  for (const row of part) {
    while (at < whole.length && !sameRow(row, whole[at]!)) at++;
    if (at++ === whole.length) return false;
  }
  return true;
}

const sameRow = ([keyA, valueA]: Row, [keyB, valueB]: Row) =>
  equalBytes(keyA, keyB) && equalBytes(valueA, valueB);

const wrong = (what: string): Finding => ({ outcome: 'wrong', what });

const unlessRight = (finding: Finding) => (finding.outcome === 'right' ? undefined : finding);

/** From a few bytes to several pages. */
function logValue(txId: number): Uint8Array {
  const bytes = txId % 25 === 0 ? 9_000 : 40 + ((txId * 37) % 400);
  return new Uint8Array(bytes).fill(txId % 256).fill(txId >>> 8, 0, 1);
}

function keysOf(txId: number): number[] {
  const count = 1 + (txId % 4);
  return Array.from({ length: count }, (_, at) => (txId * 7 + at * 13) % KEYS);
}

/** Every other key is a long one. */
const nameOf = (key: number) => utf8(`account ${key}${key % 2 ? ' of a customer'.repeat(key % 5) : ''}`);

const keyValue = (key: number, txId: number) => concatBytes(u64be(BigInt(txId)), utf8(`of ${key}`));

const revisionName = (key: number, txId: number) => concatBytes(u32be(key), u64be(BigInt(txId)));
