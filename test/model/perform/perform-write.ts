// Writes of a program, and what it does to instances without writing them.

import type { Evidence, Repository } from 'immurepo';
import type { Action } from '../program/actions.js';
import type { Outcome } from '../program/outcomes.js';
import { type AnyRepository, asId, committedAt, type Instance, shown } from './instance.js';
import type { Performer } from './performer.js';

interface Repositories {
  /** Of the transaction, if there is one. */
  readonly any: AnyRepository;
  readonly ledger: Repository<Instance>;
}

const SKIPPED: Outcome = { skipped: true };

/** @returns undefined for what is no write */
export async function performWrite(
  performer: Performer,
  action: Action,
  { any, ledger }: Repositories,
  isWithin: boolean,
): Promise<Outcome | undefined> {
  const { kind } = action;
  const take = (slot: number, instance: Instance): Outcome => {
    performer.hold(kind, slot, instance);
    return { seen: [shown(kind, instance)], committedAt: committedAt(instance) };
  };
  switch (action.op) {
    case 'create':
      return { seen: take(action.slot, any.create(action.values)).seen! };
    case 'edit':
      return edited(performer.instance(kind, action.slot), action);
    case 'swap':
      return swapped(performer, action);
    case 'load': {
      const found = await any.find(asId(kind, action.id));
      return found === undefined ? { seen: [undefined] } : take(action.slot, found);
    }
    case 'refresh': {
      const instance = performer.instance(kind, action.slot);
      return instance ? take(action.slot, await ledger.refresh(instance)) : SKIPPED;
    }
    case 'save':
    case 'insert':
    case 'plan':
      return saved(performer, action, { any, ledger });
    case 'update':
      return take(action.slot, await any.update(asId(kind, action.id), action.patch, action.options));
    case 'delete':
      return deleted(await any.delete(asId(kind, action.id), action.options), isWithin);
    case 'delete-loaded': {
      const instance = performer.instance(kind, action.slot);
      return instance ? deleted(await any.delete(instance, action.options), isWithin) : SKIPPED;
    }
    case 'upsert': {
      const by = action.through && { by: action.through.on as never };
      return take(action.slot, await ledger.upsert(action.values, { ...action.options, ...by }));
    }
    case 'restore': {
      const { id, revision, options } = action;
      return take(action.slot, await ledger.restore(asId(kind, id), revision, options));
    }
    case 'reindex': {
      const { by: _, check } = action;
      const {
        faultCount,
        written,
        deleted: cleared,
        ready,
      } = await performer.ledger(action).reindex(kind.entity, { check });
      return { forecast: { faultCount, written, cleared, ready } };
    }
    default:
      return undefined;
  }
}

function edited(
  instance: Instance | undefined,
  { patch }: Extract<Action, { readonly op: 'edit' }>,
): Outcome {
  if (instance === undefined) return SKIPPED;
  Object.assign(instance, patch);
  return {};
}

function swapped(
  performer: Performer,
  { kind, slots, property }: Extract<Action, { readonly op: 'swap' }>,
): Outcome {
  const [a, b] = slots.map((slot) => performer.instance(kind, slot));
  if (a === undefined || b === undefined) return SKIPPED;
  [a[property], b[property]] = [b[property], a[property]];
  return {};
}

async function saved(
  performer: Performer,
  { op, kind, slots, options }: Extract<Action, { readonly op: 'save' | 'insert' | 'plan' }>,
  { any, ledger }: Repositories,
): Promise<Outcome> {
  const instances = slots
    .map((slot) => performer.instance(kind, slot))
    .filter((instance) => instance !== undefined);
  const [first] = instances;
  if (first === undefined) return SKIPPED;
  if (op === 'plan') {
    const { limits: _, bytes: _1, ...forecast } = await ledger.plan(instances, options);
    return { forecast };
  }
  const one = op === 'save' ? any.save.bind(any) : any.insert.bind(any);
  const many = op === 'save' ? any.saveMany.bind(any) : any.insertMany.bind(any);
  if (slots.length === 1) await one(first, options);
  else await many(instances, options);
  const times = instances.flatMap((instance) => committedAt(instance)?.getTime() ?? []);
  return {
    seen: instances.map((instance) => shown(kind, instance)),
    committedAt: times.length === 0 ? undefined : new Date(Math.max(...times)),
  };
}

/** A ledger gives evidence, a transaction whether there is something to delete. */
function deleted(given: unknown, isWithin: boolean): Outcome {
  if (isWithin) return { isThere: given as boolean };
  if (given === undefined) return { proof: undefined };
  const { revision, txId, committedAt: at } = given as Evidence;
  return { proof: { revision, txId }, committedAt: at };
}
