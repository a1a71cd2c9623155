// Lists that go on by themselves. What a page holds depends on what is gone: immudb lets references and members whose target is
// gone count for a page without showing them, so that a page can be empty although more follow (seen on 1.11.1).

import { ImmuError } from '../../errors.js';
import { MAX_PAGE_SIZE } from '../limits.js';

/** One page, and where the next begins. */
export interface Page<Item, Cursor> {
  readonly items: readonly Item[];
  /** The place of the last entry the server showed; undefined where it showed none. */
  readonly last: Cursor | undefined;
}

/**
 * Reads one page.
 *
 * @param limit the most entries
 * @param after the place of the last entry seen; undefined for the first page
 * @param offset how many to skip behind it
 */
export type ReadPage<Item, Cursor> = (
  limit: number,
  after: Cursor | undefined,
  offset: bigint,
) => Promise<Page<Item, Cursor>>;

/** By how much a page shrinks that does not fit a message. */
const SHRINK = 8;

/**
 * Reads page after page up to the end. Pages that do not fit a message are made smaller. Behind an empty page a page of the
 * largest size is tried: more entries in a row than that whose target is gone are taken for the end.
 *
 * @param limit of a page, 1 to 2500
 */
export async function* pagesOf<Item, Cursor>(
  read: ReadPage<Item, Cursor>,
  limit: number = MAX_PAGE_SIZE,
): AsyncGenerator<readonly Item[], void, undefined> {
  let after: Cursor | undefined;
  for (let size = limit; ;) {
    let page = await orTooLarge(read(size, after, 0n));
    if (page === 'too large') {
      if (size === 1) await read(size, after, 0n);
      size = Math.ceil(size / SHRINK);
      continue;
    }
    if (page.last === undefined) page = await behindGone(read, size, after);
    if (page.last === undefined) return;
    yield page.items;
    after = page.last;
  }
}

async function behindGone<Item, Cursor>(
  read: ReadPage<Item, Cursor>,
  size: number,
  after: Cursor | undefined,
): Promise<Page<Item, Cursor>> {
  const nothing = { items: [], last: undefined };
  if (size === MAX_PAGE_SIZE) return nothing;
  const whole = await orTooLarge(read(MAX_PAGE_SIZE, after, 0n));
  if (whole !== 'too large') return whole;
  for (let offset = size; offset < MAX_PAGE_SIZE; offset += size) {
    const page = await read(size, after, BigInt(offset));
    if (page.last !== undefined) return page;
  }
  return nothing;
}

/** @throws what `page` fails with, but for its size */
async function orTooLarge<T>(page: Promise<T>): Promise<T | 'too large'> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'MESSAGE_TOO_LARGE') return 'too large';
    throw error;
  }
}

/** The error for a page that does not begin behind the one before: a list without end, if it were followed. */
export function notForward(rpc: string): ImmuError {
  return new ImmuError(
    'SERVER_ERROR',
    `${rpc}: the server answered a page that does not begin behind the one before. The list is given up.`,
    { details: { rpc } },
  );
}
