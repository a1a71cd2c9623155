// What a read must have given.

import type { Action, PastDeed, Query } from '../program/actions.js';
import { holdsOrThrow } from './equal-or-throw.js';
import { shownHandle } from './expected-write.js';
import type { Kind } from './kinds.js';
import { Refused } from './model-ledger.js';
import type { Around, ModelRun } from './model-run.js';
import { seenIn } from './model-transaction.js';
import type { Change, Given, HistoryLine, Outcome, Shown } from '../program/outcomes.js';
import { foundBy, indexFor } from './queries.js';
import type { Revision, Timeline } from './timeline.js';
import { isSame, show, type Values } from './values.js';

/** @throws Refused */
export function expectedRead(run: ModelRun, action: Action, outcome: Outcome, { tx }: Around): Given {
  const { kind } = action;
  const { ledger } = run;
  const { timeline } = ledger;
  const read = (id: Revision['id']) => (tx ?? { get: seenIn.bind(undefined, ledger) }).get(kind, id).handle;
  switch (action.op) {
    case 'find':
    case 'find-or-fail': {
      const handle = read(action.id);
      if (handle === undefined && action.op === 'find-or-fail') throw new Refused({ code: 'NOT_FOUND' });
      return { seen: [handle && shownHandle(handle)] };
    }
    case 'exists':
      return { isThere: read(action.id) !== undefined };
    case 'find-many':
      return { seen: action.ids.map(read).map((handle) => handle && shownHandle(handle)) };
    case 'find-by':
    case 'find-one-by':
    case 'stream-by':
    case 'count-by':
      return queried(run, action, outcome, { tx });
    case 'stream':
      return { seen: inOrder(timeline.allLive(kind), action.desc).map(shownRevision) };
    case 'count':
      return { count: timeline.allLive(kind).length };
    case 'history':
    case 'revisions':
      return { history: timeline.history(kind, action.id).map(historyLine) };
    case 'diff':
      return { changes: changesOf(timeline, action) };
    case 'past':
      return expectedPast(run, action, outcome);
    default:
      throw new Error(`the model does not know ${action.op}`);
  }
}

function queried(
  { ledger }: ModelRun,
  { op, kind, query }: Extract<Action, { readonly op: QueryOp }>,
  outcome: Outcome,
  { tx }: Around,
): Given {
  if (tx?.hasWritesOf(kind) === true) throw new Refused({ code: 'TypeError' });
  const given = new Set(outcome.seen?.map(show));
  const shownAs = (revision: Revision) => selected(shownRevision(revision), query.select);
  const found = foundInOrder(kind, { ...query, limit: undefined }, ledger.timeline.allLive(kind))
    .filter((revision) => given.has(show(shownAs(revision))) || !ledger.mayMiss(revision, op))
    .slice(
      0,
      { 'find-by': query.limit, 'find-one-by': 1, 'stream-by': undefined, 'count-by': undefined }[op],
    );
  for (const { id } of found) tx?.guard(kind, id);
  if (op === 'count-by') return { count: found.length };
  const seen = found.map(shownAs);
  return { seen: op === 'find-one-by' ? [seen[0]] : seen };
}

/** Queries that are not of the past. */
export type QueryOp = 'find-by' | 'find-one-by' | 'stream-by' | 'count-by';

function foundInOrder(kind: Kind, { where, desc, limit }: Query, among: readonly Revision[]): Revision[] {
  return inOrder(foundBy(kind, indexFor(kind, where), where, among), desc).slice(0, limit);
}

/** Only what a query selects. */
export function selected(shown: Shown, name: string | undefined): Shown {
  if (name === undefined) return shown;
  const values: Values = Object.hasOwn(shown.values, name) ? { [name]: shown.values[name] } : {};
  return { ...shown, values };
}

/** The other way round, if asked. */
export function inOrder<T>(all: readonly T[], desc: boolean): T[] {
  return desc ? [...all].reverse() : [...all];
}

/** A revision as an outcome shows it. */
export function shownRevision({ values = {}, number, txId }: Revision): Shown {
  return { values, revision: BigInt(number), txId };
}

/** A revision as history tells it. */
export function historyLine(revision: Revision): HistoryLine {
  const { actor, reason, correlationId, expiresAt, values } = revision;
  const deleted = values === undefined;
  return { ...shownRevision(revision), deleted, actor, reason, correlationId, expiresAt };
}

function changesOf(
  timeline: Timeline,
  { kind, id, from, to }: Extract<Action, { readonly op: 'diff' }>,
): Change[] {
  const history = timeline.history(kind, id);
  const at = (number: bigint) => history[Number(number) - 1];
  const [before, after] = [from === 0n ? undefined : at(from), to === undefined ? history.at(-1) : at(to)];
  if ((from > 0n && before === undefined) || after === undefined) throw new Refused({ code: 'NOT_FOUND' });
  return [...kind.idProperties, ...kind.properties.map(([name]) => name)].flatMap((property): Change[] => {
    const [was, is] = [before?.values?.[property], after.values?.[property]];
    if (isSame(was, is)) return [];
    const how = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ property, kind: how, before: was, after: is }];
  });
}

function expectedPast(
  { ledger }: ModelRun,
  action: Extract<Action, { readonly op: 'past' }>,
  { asOf }: Outcome,
): Given {
  const { kind, when, read } = action;
  if ('tx' in when && when.tx > ledger.head) throw new Refused({ code: 'TX_NOT_FOUND' });
  const txId = 'tx' in when ? when.tx : asOf;
  if (txId === undefined) throw new Error(`${action.op} did not say what it read as of`);
  if ('date' in when) {
    const second = Math.floor(when.date.getTime() / 1000) * 1000;
    const wrong = ledger.timeline.revisions.filter(
      ({ committedAt, txId: of }) =>
        committedAt !== undefined && committedAt.getTime() <= second !== of <= txId,
    );
    holdsOrThrow(action, wrong.length === 0, () => {
      const [first] = wrong;
      return `is as of ${txId}, but ${first?.txId} was committed at ${first?.committedAt?.toISOString()}`;
    });
  }
  return readAt(kind, read, ledger.timeline, txId);
}

/** What a read of the past must give as of a transaction. */
function readAt(kind: Kind, read: PastDeed, timeline: Timeline, asOf: bigint): Given {
  const find = (id: Revision['id']) => {
    const revision = timeline.live(kind, id, asOf);
    return revision && shownRevision(revision);
  };
  const all = timeline.allLive(kind, asOf);
  switch (read.op) {
    case 'find':
      return { seen: [find(read.id)] };
    case 'find-many':
      return { seen: read.ids.map(find) };
    case 'count':
      return { count: all.length };
    case 'find-by':
      return {
        seen: foundInOrder(kind, read.query, all).map((revision) =>
          selected(shownRevision(revision), read.query.select),
        ),
      };
    case 'stream':
    case 'list':
      return { seen: inOrder(all, read.desc).map(shownRevision) };
  }
}
