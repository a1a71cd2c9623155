// Lies about the record of one entity, wherever an answer holds it: read by key, among others, or in a history.

import { equalBytes } from '../bytes.js';
import { keyNotFound, pageLimit } from '../engine/database/refusals.js';
import { refused } from '../engine/service-failure.js';
import { type Entry, type HistoryRequest, KeyRequest } from '../wire/immudb/schema/kv.js';
import type { Ask, Lie } from './lie.js';

/** Changes an entry; `undefined` leaves it out. */
type Rewrite = (entry: Entry, ask: Ask) => Promise<Entry | undefined>;

/** Another value in place of the one a record has, in each of its revisions. Keys and transactions are as they were. */
export function otherValue(
  key: Uint8Array,
  change: (value: Uint8Array, ask: Ask) => Uint8Array | Promise<Uint8Array>,
): Lie {
  const rewrite: Rewrite = async (entry, ask) => ({ ...entry, value: await change(entry.value, ask) });
  return {
    ...inReads(key, rewrite),
    history: async (request, ask) => ({
      entries: await rewritten(key, await ask('history', request), rewrite, ask),
    }),
  };
}

/** The value of another record in place of a record's own. */
export function valueOfAnother(key: Uint8Array, other: Uint8Array): Lie {
  return otherValue(key, async (_, ask) => (await ask('get', KeyRequest.create({ key: other }))).value);
}

/** A record that is not there. */
export function absence(key: Uint8Array): Lie {
  return { ...inReads(key, () => Promise.resolve(undefined)), history: revisionsWhere(key, () => false) };
}

/** An older revision, genuine with its proof, in place of the newest; what came after it never was. */
export function olderRevision(key: Uint8Array, revision: bigint): Lie {
  const older = (request: KeyRequest): KeyRequest =>
    equalBytes(request.key, key) && request.atTx === 0n ? { ...request, atRevision: revision } : request;
  const { getAll, scan } = inReads(key, (_, ask) => ask('get', older(KeyRequest.create({ key }))));
  return {
    get: (request, ask) => ask('get', older(request)),
    verifiableGet: (request, ask) =>
      ask('verifiableGet', { ...request, keyRequest: request.keyRequest && older(request.keyRequest) }),
    getAll,
    scan,
    history: revisionsWhere(key, (entry) => entry.revision <= revision),
  };
}

/** A history without one of its revisions. Reads of the record itself are honest. */
export function missingRevision(key: Uint8Array, revision: bigint): Lie {
  return { history: revisionsWhere(key, (entry) => entry.revision !== revision) };
}

/** The reads that hold newest revisions. */
function inReads(
  key: Uint8Array,
  rewrite: Rewrite,
): Required<Pick<Lie, 'get' | 'verifiableGet' | 'getAll' | 'scan'>> {
  const one = async (entry: Entry, ask: Ask): Promise<Entry> => {
    const [found] = await rewritten(key, { entries: [entry] }, rewrite, ask);
    if (found === undefined) throw keyNotFound();
    return found;
  };
  return {
    get: async (request, ask) => one(await ask('get', request), ask),
    verifiableGet: async (request, ask) => {
      const answer = await ask('verifiableGet', request);
      return { ...answer, entry: answer.entry && (await one(answer.entry, ask)) };
    },
    getAll: async (request, ask) => ({
      entries: await rewritten(key, await ask('getAll', request), rewrite, ask),
    }),
    scan: async (request, ask) => ({
      entries: await rewritten(key, await ask('scan', request), rewrite, ask),
    }),
  };
}

async function rewritten(
  key: Uint8Array,
  { entries }: { readonly entries: readonly Entry[] },
  rewrite: Rewrite,
  ask: Ask,
): Promise<Entry[]> {
  const shown: Entry[] = [];
  for (const entry of entries) {
    const found = equalBytes(entry.key, key) ? await rewrite(entry, ask) : entry;
    if (found !== undefined) shown.push(found);
  }
  return shown;
}

/** A history of which only some revisions are shown, page by page as if there were no others. */
function revisionsWhere(key: Uint8Array, isShown: (entry: Entry) => boolean): Required<Lie>['history'] {
  return async (request, ask) => {
    if (!equalBytes(request.key, key)) return ask('history', request);
    return { entries: page((await allRevisions(request, ask)).filter(isShown), request) };
  };
}

const PAGE = 1_000;

async function allRevisions(request: HistoryRequest, ask: Ask): Promise<Entry[]> {
  const { entries } = await ask('history', { ...request, offset: 0n, limit: 1, desc: true });
  const count = entries[0]?.revision ?? 0n;
  const revisions: Entry[] = [];
  while (revisions.length < count) {
    const offset = BigInt(revisions.length);
    const next = await ask('history', { ...request, offset, limit: PAGE, desc: false });
    revisions.push(...next.entries);
  }
  return revisions;
}

/** @throws ServiceFailure where there is no revision, and exactly at the end, as immudb does */
function page(revisions: readonly Entry[], { offset, limit, desc }: HistoryRequest): Entry[] {
  if (revisions.length === 0) throw keyNotFound();
  if (offset === BigInt(revisions.length)) throw refused('tbtree: no more entries');
  const ordered = desc ? revisions.toReversed() : revisions;
  return ordered.slice(Number(offset), Number(offset) + pageLimit(limit));
}
