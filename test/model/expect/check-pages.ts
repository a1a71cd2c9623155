// Pages: as of one transaction, whatever is done between them.

import type { Action } from '../program/actions.js';
import { equalOrThrow, holdsOrThrow } from './equal-or-throw.js';
import { inOrder, shownRevision } from './expected-read.js';
import type { Around, ModelRun } from './model-run.js';
import type { PageOutcome } from '../program/outcomes.js';
import { foundBy, indexFor, indexInOrderOf } from './queries.js';
import type { Revision, Timeline } from './timeline.js';
import { show } from './values.js';

type PagesAction = Extract<Action, { readonly op: 'pages' }>;

/** Holds all pages against the model, and does on it what was done between them. */
export function checkPages(
  run: ModelRun,
  action: PagesAction,
  pages: readonly PageOutcome[],
  { provenance = {} }: Around,
): void {
  const asOf = run.ledger.head;
  for (const [at, page] of pages.entries()) {
    const between = action.between[at];
    // Who is named around the pages is named in what the same ledger does between them.
    const around = between?.by === action.by ? { provenance } : {};
    if (page.after !== undefined && between !== undefined) run.check(between, page.after, around);
  }
  checkListed(action, pages, asOf, run.ledger.timeline);
}

/**
 * By id exactly what was there as of the transaction. By an index, who was re-indexed or deleted since may be missing.
 *
 * @param timeline with everything that was done between the pages
 */
export function checkListed(
  action: PagesAction,
  pages: readonly PageOutcome[],
  asOf: bigint,
  timeline: Timeline,
): void {
  const { size, kind } = action;
  holdsOrThrow(
    action,
    pages.every((page) => page.asOf === asOf),
    () => `pages are as of ${pages.map((page) => page.asOf).join(', ')} and not ${asOf}`,
  );
  holdsOrThrow(
    action,
    pages.every(({ items, hasNext }) => items.length <= size && (items.length === size || !hasNext)),
    () => `pages of ${size} have ${pages.map(({ items }) => items.length).join(', ')} items`,
  );
  const items = pages.flatMap((page) => page.items);
  const listed = new Set(items.map(show));
  const isByIndex = action.query !== undefined || action.orderBy !== undefined;
  const mayBeMissing = ({ id, txId }: Revision) => isByIndex && timeline.latest(kind, id)?.txId !== txId;
  const expected = inOrder(listOf(action, timeline, asOf), action.desc)
    .filter((revision) => listed.has(show(shownRevision(revision))) || !mayBeMissing(revision))
    .map(shownRevision);
  equalOrThrow(action, { seen: items }, { seen: expected });
}

function listOf({ kind, query, orderBy }: PagesAction, timeline: Timeline, asOf: bigint): Revision[] {
  const all = timeline.allLive(kind, asOf);
  if (query !== undefined) return foundBy(kind, indexFor(kind, query.where), query.where, all);
  return orderBy === undefined ? all : foundBy(kind, indexInOrderOf(kind, orderBy), undefined, all);
}
