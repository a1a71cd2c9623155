// What a write must have given, and what is there after it.

import type { Action } from '../program/actions.js';
import type { Kind } from './kinds.js';
import {
  changesNothing,
  type Handle,
  type ModelWriteOptions,
  Refused,
  refuseDoubles,
} from './model-ledger.js';
import type { ModelRun, Around } from './model-run.js';
import { idOfHandle, seenAs, seenIn } from './model-transaction.js';
import { type ModelRecords, ModelWriter } from './model-writer.js';
import type { Given, Outcome, Shown } from '../program/outcomes.js';
import { foundBy } from './queries.js';
import { entriesOfRevision } from './timeline.js';
import { type Values, withoutUndefined } from './values.js';

const SKIPPED: Given = { skipped: true };

/** @returns undefined for what is no write @throws Refused */
export function expectedWrite(
  run: ModelRun,
  action: Action,
  outcome: Outcome,
  { tx, provenance = {} }: Around,
): Given | undefined {
  const { kind } = action;
  const { ledger } = run;
  const records: ModelRecords = tx ?? {
    get: (of, id) => seenIn(ledger, of, id),
    write: (writes, options) => {
      ledger.commit(writes, [], options, outcome.committedAt);
    },
  };
  const writer = new ModelWriter(records, provenance);
  const take = (slot: number, handle: Handle): Given => {
    run.hold(kind, slot, handle);
    return { seen: [shownHandle(handle)] };
  };
  switch (action.op) {
    case 'create':
      return take(action.slot, made(kind, action.values, outcome));
    case 'edit': {
      const handle = run.handle(kind, action.slot);
      if (handle === undefined) return SKIPPED;
      handle.values = withoutUndefined({ ...handle.values, ...action.patch });
      return {};
    }
    case 'swap': {
      const [a, b] = action.slots.map((slot) => run.handle(kind, slot));
      if (a === undefined || b === undefined) return SKIPPED;
      const { property } = action;
      const [one, other] = [a.values[property], b.values[property]];
      a.values = withoutUndefined({ ...a.values, [property]: other });
      b.values = withoutUndefined({ ...b.values, [property]: one });
      return {};
    }
    case 'load': {
      const { handle } = records.get(kind, action.id);
      return handle === undefined ? { seen: [undefined] } : take(action.slot, handle);
    }
    case 'refresh': {
      const handle = run.handle(kind, action.slot);
      return handle === undefined ? SKIPPED : refreshed(run, handle);
    }
    case 'save':
    case 'insert':
    case 'plan': {
      const handles = action.slots.flatMap((slot) => run.handle(kind, slot) ?? []);
      if (handles.length === 0) return SKIPPED;
      if (action.op === 'plan') return { forecast: forecastOf(writer, handles, action.options) };
      writer[action.op](handles, action.options);
      return { seen: handles.map(shownHandle) };
    }
    case 'update':
      return take(action.slot, writer.update(kind, action.id, action.patch, action.options));
    case 'delete':
      return deleted(run, writer, action, outcome, undefined, { tx });
    case 'delete-loaded': {
      const handle = run.handle(kind, action.slot);
      if (handle === undefined) return SKIPPED;
      return deleted(run, writer, { ...action, id: idOfHandle(handle) }, outcome, handle, { tx });
    }
    case 'upsert': {
      const handle = made(kind, action.values, outcome);
      const patch = Object.entries(action.values).filter(([name]) => !kind.idProperties.includes(name));
      const other = holderOf(run, action);
      return take(action.slot, writer.upsert(handle, Object.fromEntries(patch), other, action.options));
    }
    case 'restore': {
      const { id, revision, options } = action;
      const restored = ledger.timeline.history(kind, id)[Number(revision) - 1];
      if (restored === undefined) throw new Refused({ code: 'NOT_FOUND' });
      if (restored.values === undefined) throw new Refused({ code: 'TypeError' });
      const handle: Handle = { kind, values: restored.values, base: undefined, isFresh: false };
      writer.replace(handle, options);
      return take(action.slot, handle);
    }
    case 'reindex':
      return { forecast: { faultCount: 0, written: 0, cleared: 0, ready: true } };
    default:
      return undefined;
  }
}

/** An instance as an outcome shows it. */
export function shownHandle({ values, base }: Handle): Shown {
  const revision = base && BigInt(base.revision.number);
  return { values, revision, txId: base?.revision.txId };
}

/** A new instance. What was generated for it, the outcome tells. */
function made(kind: Kind, given: Values, { seen, failure }: Outcome): Handle {
  const missing = kind.idProperties.filter((name) => given[name] === undefined);
  const [, refused = 'unknown'] = /: \w+ "(\w+)", /.exec(failure?.violations?.[0] ?? '') ?? [];
  const generated = missing.map((name) => [name, seen?.[0]?.values[name] ?? refused] as const);
  const values = { ...given, ...Object.fromEntries(generated) };
  return { kind, values, base: undefined, isFresh: missing.length > 0 };
}

function refreshed(run: ModelRun, handle: Handle): Given {
  const current = seenIn(run.ledger, handle.kind, idOfHandle(handle));
  if (current.handle === undefined) throw new Refused({ code: 'NOT_FOUND' });
  handle.values = current.handle.values;
  handle.base = current.base;
  return { seen: [shownHandle(handle)] };
}

function deleted(
  run: ModelRun,
  writer: ModelWriter,
  { kind, id, options }: Pick<Extract<Action, { readonly op: 'delete' }>, 'kind' | 'id' | 'options'>,
  { proof }: Outcome,
  handle: Handle | undefined,
  { tx }: Around,
): Given {
  const isThere = tx?.get(kind, id).handle !== undefined;
  const before = run.ledger.head;
  const isDeleted = writer.delete(kind, id, handle, options);
  if (tx !== undefined) return { isThere };
  if (!isDeleted) return {};
  // A deletion that was made before under its name is told as it was.
  const isNew = run.ledger.head > before;
  const last = run.ledger.timeline
    .history(kind, id)
    .findLast(({ values, txId }) => values === undefined && (isNew || txId === proof?.txId));
  return last === undefined ? {} : { proof: { revision: BigInt(last.number), txId: last.txId } };
}

/** Whoever has the unique values an upsert goes by. */
function holderOf(
  { ledger }: ModelRun,
  { kind, through, values }: Extract<Action, { readonly op: 'upsert' }>,
): Handle | undefined {
  if (through === undefined) return undefined;
  const where = Object.fromEntries(through.on.map((name) => [name, values[name]]));
  const [found] = foundBy(kind, through, where, ledger.timeline.allLive(kind));
  return seenAs(kind, found).handle;
}

function forecastOf(writer: ModelWriter, handles: readonly Handle[], options: ModelWriteOptions) {
  const all = writer.pending(handles, options);
  const writes = all.filter((write) => !changesNothing(write));
  refuseDoubles(writes);
  const added = new Map<string, boolean>();
  const removed = new Set<string>();
  for (const write of writes) {
    const had = new Set((write.base ? entriesOfRevision(write.base.revision) : []).map(({ name }) => name));
    const has = entriesOfRevision(write);
    for (const { name, unique } of has) if (!had.has(name)) added.set(name, unique);
    for (const name of had) if (!has.some((entry) => entry.name === name)) removed.add(name);
  }
  const indexEntriesDeleted = [...removed].filter((name) => !added.has(name)).length;
  const markers = options.idempotencyKey !== undefined && writes.length > 0 ? 1 : 0;
  return {
    records: writes.length,
    indexEntriesWritten: added.size,
    indexEntriesDeleted,
    entries: writes.length + added.size + indexEntriesDeleted + markers,
    preconditions: writes.length + [...added.values()].filter(Boolean).length + markers,
    unchanged: all.length - writes.length,
    fits: true,
  };
}
