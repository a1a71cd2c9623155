// Verified lists that go on by themselves, page after page: nothing of a page is given out before all of it is proven.

import type { AllOptions } from '../key-value/iterate.js';
import { pagesOf } from '../key-value/paging.js';
import type { MemberCursor } from '../key-value/sorted-sets.js';
import type { ScanOptions } from '../listing.js';
import type { VerifiedValue } from './evidence.js';
import type { BeginVerified } from './operation.js';
import { verifiedScanPage } from './scan.js';
import { type VerifiedMember, verifiedZScanPage, type VerifiedZScanOptions } from './z-scan.js';

/** Entries of a page unless told otherwise: a page is held in memory. */
const PAGE = 500;

/**
 * Every live key in byte order, each entry proven.
 *
 * @param begin begins the operation of each page: its time is that of one page
 */
export async function* verifiedScanAll(
  begin: BeginVerified,
  { limit: size = PAGE, ...options }: AllOptions<ScanOptions> = {},
): AsyncGenerator<VerifiedValue, void, undefined> {
  const pages = pagesOf(async (limit, after: Uint8Array | undefined, offset) => {
    const { context, scope } = await begin('verifiedScan', options);
    const from = after === undefined ? {} : { seekKey: after, inclusiveSeek: false };
    return verifiedScanPage(context, { ...options, ...from, limit, offset }, scope);
  }, size);
  for await (const page of pages) yield* page;
}

/**
 * Every member of a sorted set in order, each proven to be added, and its value proven.
 *
 * @param begin begins the operation of each page: its time is that of one page
 */
export async function* verifiedZScanAll(
  begin: BeginVerified,
  set: Uint8Array,
  { limit: size = PAGE, ...options }: AllOptions<VerifiedZScanOptions> = {},
): AsyncGenerator<VerifiedMember, void, undefined> {
  const name = new Uint8Array(set);
  const pages = pagesOf(async (limit, after: MemberCursor | undefined, offset) => {
    const { context, scope } = await begin('verifiedZScan', options);
    const from = after === undefined ? {} : { after };
    return verifiedZScanPage(context, name, { ...options, ...from, limit, offset }, scope);
  }, size);
  for await (const page of pages) yield* page;
}
