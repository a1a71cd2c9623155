// Reads of a program.

import type { Repository } from 'immurepo';
import type { PastRepository } from 'immurepo/extend';
import type { Action, PagesDeed, PastDeed, Query } from '../program/actions.js';
import type { Kind } from '../expect/kinds.js';
import type { HistoryLine, Outcome, PageOutcome, Shown } from '../program/outcomes.js';
import { type AnyRepository, asId, type Instance, shown } from './instance.js';
import type { Performer } from './performer.js';

/** @param within the same of a transaction, for what it can do */
export async function performRead(
  performer: Performer,
  action: Action,
  ledger: Repository<Instance>,
  within: AnyRepository | undefined,
): Promise<Outcome> {
  const { kind } = action;
  const any = within ?? ledger;
  const asShown = (found: object | undefined) => shown(kind, found);
  switch (action.op) {
    case 'find':
      return { seen: [asShown(await any.find(asId(kind, action.id)))] };
    case 'find-or-fail':
      return { seen: [asShown(await any.findOrFail(asId(kind, action.id)))] };
    case 'exists':
      return { isThere: await any.exists(asId(kind, action.id)) };
    case 'find-many': {
      const found = await any.findMany(action.ids.map((id) => asId(kind, id)));
      return { seen: found.map(asShown) };
    }
    case 'find-by':
      return { seen: (await any.findBy(whereOf(action.query), findOptions(action.query))).map(asShown) };
    case 'find-one-by': {
      const { limit: _, ...options } = findOptions(action.query);
      return { seen: [asShown(await any.findOneBy(whereOf(action.query), options))] };
    }
    case 'stream-by': {
      const { limit: _, ...options } = findOptions(action.query);
      return { seen: await shownOf(kind, ledger.streamBy(whereOf(action.query), options)) };
    }
    case 'count-by':
      return { count: await ledger.count({ where: whereOf(action.query) }) };
    case 'stream':
      return { seen: await shownOf(kind, ledger.stream({ orderBy: directionOf(action.desc) })) };
    case 'count':
      return { count: await ledger.count() };
    case 'history':
    case 'revisions':
      return { history: await historyOf(action, ledger) };
    case 'diff': {
      const { id, from, to } = action;
      const changes = await ledger.diff(asId(kind, id), from, to);
      return {
        changes: changes.map(({ property, kind: how, before, after }) => ({
          property,
          kind: how,
          before,
          after,
        })),
      };
    }
    case 'pages':
      return { pages: await pagesOf(performer, action, kind, ledger) };
    case 'past':
      return pastRead(action, ledger);
    default:
      throw new Error(`no program does ${action.op} like this`);
  }
}

/** What the types of one class would say of another cannot be said here. */
function whereOf({ where }: Query): never {
  return where as never;
}

function findOptions({ desc, limit, select }: Query) {
  return {
    desc,
    ...(limit === undefined ? {} : { limit }),
    ...(select === undefined ? {} : { select: [select] }),
  } as { readonly desc: boolean; readonly limit?: number };
}

function directionOf(desc: boolean): 'asc' | 'desc' {
  return desc ? 'desc' : 'asc';
}

async function shownOf(kind: Kind, all: AsyncIterable<object>): Promise<(Shown | undefined)[]> {
  const seen: (Shown | undefined)[] = [];
  for await (const found of all) seen.push(shown(kind, found));
  return seen;
}

async function historyOf(
  { op, kind, id }: Extract<Action, { readonly op: 'history' | 'revisions' }>,
  ledger: Repository<Instance>,
): Promise<HistoryLine[]> {
  const revisions = [];
  if (op === 'history') revisions.push(...(await ledger.history(asId(kind, id))));
  else for await (const revision of ledger.revisions(asId(kind, id))) revisions.unshift(revision);
  return revisions.map(({ revision, txId, deleted, entity, actor, reason, correlationId, expiresAt }) => ({
    values: shown(kind, entity)?.values ?? {},
    revision,
    txId,
    deleted,
    actor,
    reason,
    correlationId,
    expiresAt: expiresAt?.getTime(),
  }));
}

/** More pages than any program has entities: a list that does not end is an error. */
const MOST_PAGES = 100;

async function pagesOf(
  performer: Performer,
  { query, orderBy, desc, size, between }: PagesDeed,
  kind: Kind,
  ledger: Repository<Instance>,
): Promise<PageOutcome[]> {
  const direction = directionOf(desc);
  const pages: PageOutcome[] = [];
  let next: string | undefined;
  do {
    const {
      items,
      next: cursor,
      asOf,
    } = await ledger.page({
      limit: size,
      after: next,
      orderBy: orderBy === undefined ? direction : { [orderBy]: direction },
      ...(query === undefined ? {} : { where: whereOf(query) }),
    });
    next = cursor;
    const action = next === undefined ? undefined : between[pages.length];
    pages.push({
      items: items.map((item) => shown(kind, item)),
      asOf,
      hasNext: next !== undefined,
      after: action && (await performer.perform(action)),
    });
  } while (next !== undefined && pages.length < MOST_PAGES);
  return pages;
}

async function pastRead(
  { kind, when, read }: Extract<Action, { readonly op: 'past' }>,
  ledger: Repository<Instance>,
): Promise<Outcome> {
  const past = ledger.at('date' in when ? when.date : when.tx);
  const given = await readOf(kind, read, past);
  return { ...given, asOf: (await past.moment()).txId };
}

async function readOf(kind: Kind, read: PastDeed, past: PastRepository<Instance>): Promise<Outcome> {
  const asShown = (found: object | undefined) => shown(kind, found);
  switch (read.op) {
    case 'find':
      return { seen: [asShown(await past.find(asId(kind, read.id)))] };
    case 'find-many':
      return { seen: (await past.findMany(read.ids.map((id) => asId(kind, id)))).map(asShown) };
    case 'count':
      return { count: await past.count() };
    case 'stream':
      return { seen: await shownOf(kind, past.stream({ orderBy: directionOf(read.desc) })) };
    case 'find-by':
      return { seen: (await past.findBy(whereOf(read.query), findOptions(read.query))).map(asShown) };
    case 'list': {
      const seen: (Shown | undefined)[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await past.page({ limit: read.size, after, orderBy: directionOf(read.desc) });
        seen.push(...items.map(asShown));
        after = next;
      } while (after !== undefined);
      return { seen };
    }
  }
}
