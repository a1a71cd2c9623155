// Queries by an index beside writers: each entity as it was at some time while the query was under way, none twice, and
// none missing that matched all the while.

import type { Action, Query } from '../program/actions.js';
import { type Explained, type Hindsight, unexplained } from './states.js';
import { inOrder, type QueryOp, selected, shownRevision } from '../expect/expected-read.js';
import { foundBy, indexFor } from '../expect/queries.js';
import { isLive, nameOf, type Revision } from '../expect/timeline.js';
import { show } from '../expect/values.js';

type QueryEvent = Explained & {
  readonly action: Extract<Action, { readonly query: Query; readonly op: QueryOp }>;
};

/** @throws ModelMismatch */
export function explainQuery(event: QueryEvent, { timeline }: Hindsight): void {
  const { action, outcome, window } = event;
  const { kind, query } = action;
  if (outcome.failure !== undefined) throw unexplained(action, show(outcome.failure));
  const possible = timeline.histories.flatMap((history) =>
    history.filter(
      (revision, at) =>
        isLive(revision) &&
        revision.txId <= window.high &&
        (history[at + 1] === undefined || history[at + 1]!.txId > window.low),
    ),
  );
  const index = indexFor(kind, query.where);
  const matching = inOrder(foundBy(kind, index, query.where, possible), query.desc);
  const lasting = matching.filter(
    ({ kind: of, id, txId }) => txId <= window.low && timeline.latest(of, id, window.high)?.txId === txId,
  );
  if (action.op === 'count-by') {
    const most = new Set(matching.map(({ kind: of, id }) => nameOf(of, id))).size;
    const { count = -1 } = outcome;
    if (count < lasting.length || count > most)
      throw unexplained(action, `${count} is not from ${lasting.length} to ${most}`);
    return;
  }
  const seen = (outcome.seen ?? []).filter((shown) => shown !== undefined);
  const places = seen.map((shown) =>
    matching.findIndex((revision) => show(selected(shownRevision(revision), query.select)) === show(shown)),
  );
  const found = places.map((place) => matching[place]);
  const isInOrder = places.every((place, at) => place >= 0 && (at === 0 || place > places[at - 1]!));
  const names = found.map((revision) => revision && nameOf(revision.kind, revision.id));
  if (!isInOrder || new Set(names).size < names.length)
    throw unexplained(action, `${show(seen)} is not, in order, of ${show(matching.map(shownRevision))}`);
  const limit = action.op === 'find-one-by' ? 1 : (query.limit ?? Infinity);
  const isFull = seen.length >= limit;
  const last = places.at(-1) ?? -1;
  const isMissing = (revision: Revision) =>
    !found.includes(revision) && !(isFull && matching.indexOf(revision) > last);
  const missing = lasting.filter(isMissing);
  if (seen.length > limit || missing.length > 0)
    throw unexplained(action, `of ${limit} at most it misses ${show(missing.map(shownRevision))}`);
}
