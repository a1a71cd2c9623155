// From the numbers of a step to an action.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Action, Deed, PastDeed } from './actions.js';
import { Dice } from './dice.js';
import { type Kind, KINDS } from '../expect/kinds.js';
import type { Step } from './steps.js';
import type { Values } from '../expect/values.js';

/** What a program knows when it decides. */
export interface Circumstances {
  readonly rotation: number;
  /** Ids of a kind that may be there. */
  readonly ids: (kind: Kind) => readonly (readonly KeyPart[])[];
  /** Ids of a kind that were stored. */
  readonly stored: (kind: Kind) => readonly (readonly KeyPart[])[];
  /** The newest transaction that is known. */
  readonly head: bigint;
  /** Times at which something was committed. */
  readonly times: readonly Date[];
  /** Who acts, where that is not for the dice to decide. */
  readonly by?: number;
  /** What was written last. */
  readonly written: readonly Action[];
  /** Whether one of several acts at once: then each write says which it is. */
  readonly tag?: () => Provenance;
}

const SLOTS = 2;

/**
 * Decides a step.
 *
 * @returns several where something is to be there first, so that little is done in vain; none if there is nothing to do again
 */
export function resolve(step: Step, circumstances: Circumstances): readonly Action[] {
  if (step.op === 'again') return circumstances.written.map((action) => tagged(action, circumstances));
  const { op } = step;
  const dice = new Dice(step.dice);
  const kind = KINDS[(circumstances.rotation + (dice.rarely(5) ? 1 : 0)) % KINDS.length]!;
  const by = circumstances.by ?? (dice.rarely(3) ? 1 : 0);
  const said = dice.provenance();
  const named = () => circumstances.tag?.() ?? said;
  const deed = deedOf({ ...step, op }, kind, dice, circumstances);
  return [...preparedBy(deed, kind, dice, circumstances), deed, ...afterwards(deed, dice)].map((one) => ({
    kind,
    by,
    provenance: named(),
    ...one,
  }));
}

/** Who exchange values are saved together. */
function afterwards(deed: Deed, dice: Dice): readonly Deed[] {
  return deed.op === 'swap' ? [{ op: 'save', slots: deed.slots, options: dice.options() }] : [];
}

/** What is done again is done under a name of its own. */
function tagged(action: Action, { tag }: Circumstances): Action {
  return tag === undefined ? action : { ...action, provenance: tag() };
}

/** An instance to save: a new one, or a loaded one that was changed, or whatever there is. */
function preparedBy(deed: Deed, kind: Kind, dice: Dice, circumstances: Circumstances): readonly Deed[] {
  const id = () => idOf(kind, dice, circumstances);
  if (deed.op === 'swap') return deed.slots.map((slot): Deed => ({ op: 'load', slot, id: id() }));
  if (deed.op !== 'save' && deed.op !== 'insert') return [];
  const how = dice.pick(['create', 'load', 'edit', 'none'] as const);
  const isInsert = deed.op === 'insert';
  return deed.slots.flatMap((slot): Deed[] => {
    if (how === 'create' || (isInsert && how !== 'none'))
      return [{ op: 'create', slot, values: created(kind, dice, circumstances) }];
    if (how === 'none') return [];
    const edit = { op: 'edit', slot, patch: dice.patch(kind) } as const;
    return how === 'edit' ? [edit] : [{ op: 'load', slot, id: id() }, edit];
  });
}

function deedOf(
  step: Step & { readonly op: Deed['op'] },
  kind: Kind,
  dice: Dice,
  circumstances: Circumstances,
): Deed {
  const { op } = step;
  const id = () => idOf(kind, dice, circumstances);
  const slot = dice.die(SLOTS);
  switch (op) {
    case 'create':
      return { op, slot, values: created(kind, dice, circumstances) };
    case 'edit':
      return { op, slot, patch: dice.patch(kind) };
    case 'swap':
      return { op, slots: [0, 1], property: dice.pick(kind.properties)[0] };
    case 'load':
      return { op, slot, id: id() };
    case 'refresh':
      return { op, slot };
    case 'save':
    case 'insert':
    case 'plan': {
      const others = Array.from({ length: SLOTS - 1 }, (_, at) => (slot + at + 1) % SLOTS);
      return { op, options: writeOptions(op, dice), slots: [slot, ...others.filter(() => dice.rarely(4))] };
    }
    case 'update':
      return { op, slot, id: id(), options: dice.options(), patch: dice.patch(kind) };
    case 'delete':
      return { op, id: id(), options: dice.options() };
    case 'delete-loaded':
      return { op, slot, options: dice.options() };
    case 'upsert': {
      const { force: _, ...options } = dice.options();
      const given = { ...idValues(kind, dice.pick(circumstances.ids(kind))), ...dice.values(kind) };
      const through = dice.uniqueIndex(kind, given);
      const values = through !== undefined && kind.generated ? withoutId(kind, given) : given;
      return { op, slot, options, values, through };
    }
    case 'restore':
      return { op, slot, id: id(), options: dice.options(), revision: BigInt(1 + dice.die(3)) };
    case 'reindex':
      return { op, check: dice.die(2) === 0 };
    case 'transaction':
      return {
        op,
        swallows: dice.die(2) === 1,
        fails: dice.rarely(6),
        meanwhile: meanwhileOf(step, dice, circumstances),
        inner: step.inner.flatMap((inner) => resolve(inner, circumstances)).map(plain),
      };
    case 'pages': {
      const query = dice.die(2) === 1 ? dice.query(kind) : undefined;
      return {
        op,
        query,
        orderBy: query === undefined && dice.die(2) === 1 ? dice.pick(kind.indexes).on[0] : undefined,
        desc: dice.die(2) === 1,
        size: 1 + dice.die(3),
        between: step.inner.flatMap((inner) => resolve(inner, circumstances)),
      };
    }
    default:
      return readOf(op, kind, dice, id, circumstances);
  }
}

/** Within a transaction all is written at once: only the expiry can be said, and whole entities are found. */
function plain(action: Action): Action {
  if ('query' in action && action.query !== undefined)
    return { ...action, query: { ...action.query, select: undefined } };
  // Who is within a transaction is not disturbed once more.
  if (action.op === 'transaction') return { ...action, meanwhile: undefined };
  if (!('options' in action)) return action;
  const { expiresAt } = action.options;
  return { ...action, options: expiresAt === undefined ? {} : { expiresAt } };
}

type Write =
  'create' | 'edit' | 'swap' | 'load' | 'refresh' | 'save' | 'insert' | 'plan' | 'update' | 'delete';
type ReadOp = Exclude<
  Deed['op'],
  Write | 'delete-loaded' | 'upsert' | 'restore' | 'reindex' | 'transaction' | 'pages'
>;

function readOf(
  op: ReadOp,
  kind: Kind,
  dice: Dice,
  id: () => readonly KeyPart[],
  circumstances: Circumstances,
): Deed {
  switch (op) {
    case 'find':
    case 'find-or-fail':
    case 'exists':
    case 'history':
    case 'revisions':
      return { op, id: id() };
    case 'find-many':
      return { op, ids: Array.from({ length: dice.die(6) }, id) };
    case 'find-by':
    case 'find-one-by':
    case 'stream-by':
    case 'count-by':
      return { op, query: dice.query(kind) };
    case 'stream':
      return { op, desc: dice.die(2) === 1 };
    case 'count':
      return { op };
    case 'diff': {
      const to = dice.die(5);
      return { op, id: id(), from: BigInt(dice.die(4)), to: to === 0 ? undefined : BigInt(to) };
    }
    case 'past':
      return { op, when: whenOf(dice, circumstances), read: pastRead(kind, dice, id) };
  }
}

function whenOf(dice: Dice, { head, times }: Circumstances) {
  if (times.length > 0 && dice.rarely(4)) {
    const time = dice.pick(times).getTime();
    return { date: new Date(time + dice.pick([0, 999, -1, -3000, 3_600_000, -time])) };
  }
  // Rarely one that is not there.
  if (dice.rarely(8)) return { tx: head + 1_000_000n };
  const tx = head - BigInt(dice.die(20));
  return { tx: tx < 0n ? 0n : tx };
}

function pastRead(kind: Kind, dice: Dice, id: () => readonly KeyPart[]): PastDeed {
  const op = dice.pick(['find', 'find-many', 'find-by', 'list', 'stream', 'count'] as const);
  switch (op) {
    case 'find':
      return { op, id: id() };
    case 'find-many':
      return { op, ids: Array.from({ length: dice.die(6) }, id) };
    case 'find-by':
      return { op, query: dice.query(kind) };
    case 'list':
      return { op, size: 1 + dice.die(3), desc: dice.die(2) === 1 };
    case 'stream':
      return { op, desc: dice.die(2) === 1 };
    case 'count':
      return { op };
  }
}

function meanwhileOf({ inner }: Step, dice: Dice, circumstances: Circumstances) {
  // Where several act at once, nobody needs to be made to.
  if (circumstances.by !== undefined || inner.length === 0 || dice.die(2) === 0) return undefined;
  const at = dice.die(inner.length);
  const op = dice.pick(['update', 'delete', 'upsert'] as const);
  const rest = Array.from({ length: 18 }, () => dice.die(840));
  const [action] = resolve({ op, dice: rest, inner: [] }, { ...circumstances, by: 1 });
  return action && { at, action };
}

/** The id of an entity: mostly of one that is there, or was. */
function idOf(kind: Kind, dice: Dice, { ids, stored }: Circumstances): readonly KeyPart[] {
  const known = dice.rarely(4) ? [] : stored(kind);
  return dice.pick(known.length === 0 ? ids(kind) : known);
}

function created(kind: Kind, dice: Dice, { ids }: Circumstances): Values {
  // An id that is generated is left out, mostly.
  const isGiven = !kind.generated || dice.rarely(6);
  return { ...(isGiven ? idValues(kind, dice.pick(ids(kind))) : {}), ...dice.values(kind) };
}

function idValues(kind: Kind, parts: readonly KeyPart[]): Values {
  return Object.fromEntries(kind.idProperties.map((name, at) => [name, parts[at]]));
}

function withoutId(kind: Kind, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !kind.idProperties.includes(name)));
}

function writeOptions(op: 'save' | 'insert' | 'plan', dice: Dice) {
  const options = dice.options();
  if (op !== 'insert') return options;
  const { force: _, ...others } = options;
  return others;
}
