// Lists that go on by themselves, page after page. Each page is a view of its own moment: what is written meanwhile may or may
// not be among what follows.

import { compareBytes } from '../../bytes.js';
import type { Connection } from '../connection.js';
import { MAX_PAGE_SIZE } from '../limits.js';
import { history, scan, scanKey, type PageOptions, type ScanOptions } from '../listing.js';
import type { UnverifiedTx } from '../transactions.js';
import type { UnverifiedEntry } from '../unverified.js';
import { compareMembers } from './member-order.js';
import { notForward, type Page, pagesOf } from './paging.js';
import { type MemberCursor, type UnverifiedMember, zScan, type ZScanOptions } from './sorted-sets.js';
import { txScan, type TxScanOptions, TXS_PER_PAGE } from './tx-scan.js';

/** Of a list that goes on by itself: `limit` is the size of a page, `timeoutMs` the time of one. */
export type AllOptions<Options extends PageOptions> = Omit<Options, 'offset'>;

/** Every live key in byte order. @throws ImmuError SERVER_ERROR where the server does not come forward */
export async function* scanAll(
  connection: Connection,
  options: AllOptions<ScanOptions> = {},
): AsyncGenerator<UnverifiedEntry, void, undefined> {
  const pages = pagesOf(async (limit, after: Uint8Array | undefined, offset) => {
    const from = after === undefined ? {} : { seekKey: after, inclusiveSeek: false };
    const page = await scan(connection, { ...options, ...from, limit, offset });
    return behind('Scan', page, scanKey, after, options.desc === true, compareBytes);
  }, options.limit);
  for await (const page of pages) yield* page;
}

/** Every member of a sorted set, in order. */
export async function* zScanAll(
  connection: Connection,
  set: Uint8Array,
  options: AllOptions<ZScanOptions> = {},
): AsyncGenerator<UnverifiedMember, void, undefined> {
  const name = new Uint8Array(set);
  const pages = pagesOf(async (limit, after: MemberCursor | undefined, offset) => {
    const from = after === undefined ? {} : { after };
    const page = await zScan(connection, name, { ...options, ...from, limit, offset });
    return behind('ZScan', page, (member) => member, after, options.desc === true, compareMembers);
  }, options.limit);
  for await (const page of pages) yield* page;
}

/** A page that begins behind the one before. @throws ImmuError SERVER_ERROR */
function behind<Item, Cursor>(
  rpc: string,
  items: readonly Item[],
  cursorOf: (item: Item) => Cursor,
  after: Cursor | undefined,
  desc: boolean,
  compare: (a: Cursor, b: Cursor) => number,
): Page<Item, Cursor> {
  const [first, last] = [items[0], items[items.length - 1]];
  if (first === undefined || last === undefined) return { items, last: undefined };
  const order = after === undefined ? 1 : compare(cursorOf(first), after);
  if (desc && after !== undefined ? order >= 0 : order <= 0) throw notForward(rpc);
  return { items, last: cursorOf(last) };
}

/** Every revision of a key, deletions included. */
export async function* historyAll(
  connection: Connection,
  key: Uint8Array,
  options: AllOptions<PageOptions> = {},
): AsyncGenerator<UnverifiedEntry, void, undefined> {
  const copy = new Uint8Array(key);
  const { limit = MAX_PAGE_SIZE, desc = false } = options;
  // Revisions are counted, and every one is shown: an empty page is the end.
  const pages = pagesOf(async (size, after: bigint | undefined) => {
    const offset = after ?? 0n;
    const items = await history(connection, copy, { ...options, limit: size, offset });
    return { items, last: items.length === 0 ? undefined : offset + BigInt(items.length) };
  }, limit);
  let before: bigint | undefined;
  for await (const page of pages) {
    for (const revision of page) {
      // Writes meanwhile shift what is counted from the newest: what was shown already is passed over.
      if (desc && before !== undefined && revision.txId >= before) continue;
      before = revision.txId;
      yield revision;
    }
  }
}

/** Every transaction, by its number. */
export async function* txScanAll(
  connection: Connection,
  options: TxScanOptions = {},
): AsyncGenerator<UnverifiedTx, void, undefined> {
  const { desc = false, limit = TXS_PER_PAGE } = options;
  const pages = pagesOf(async (size, after: bigint | undefined) => {
    if (desc && after === 1n) return { items: [], last: undefined };
    const next = after === undefined ? options.initialTx : desc ? after - 1n : after + 1n;
    const page = await txScan(connection, {
      ...options,
      limit: size,
      ...(next === undefined ? {} : { initialTx: next }),
    });
    const [first] = page;
    if (after !== undefined && first !== undefined && first.header.txId !== next) throw notForward('TxScan');
    return { items: page, last: page[page.length - 1]?.header.txId };
  }, limit);
  for await (const page of pages) yield* page;
}
