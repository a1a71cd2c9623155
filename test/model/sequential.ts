// Runs one program of one actor, step by step, beside the model.

import type { Ledger } from 'immurepo';
import type { KeyPart } from '../../src/codec/key-parts.js';
import { type Action, describeAction } from './program/actions.js';
import { checkLedger } from './check-ledger.js';
import { ModelMismatch } from './expect/equal-or-throw.js';
import { idPartsOf, type Kind, KINDS } from './expect/kinds.js';
import { ModelLedger } from './expect/model-ledger.js';
import { ModelRun } from './expect/model-run.js';
import type { Outcome } from './program/outcomes.js';
import { Performer } from './perform/performer.js';
import { resolve } from './program/resolve.js';
import type { Program } from './program/steps.js';
import { nameOfParts } from './expect/values.js';

/** Ledgers in a namespace of this program's own. */
export interface Stage {
  readonly ledgers: readonly Ledger[];
  readonly namespace: string;
}

/** What was done. */
export interface Tally {
  readonly steps: number;
  readonly refused: number;
}

/** What may be done again. */
export const WRITING: ReadonlySet<string> = new Set([
  'save',
  'insert',
  'update',
  'delete',
  'delete-loaded',
  'upsert',
  'restore',
]);

/** @throws Error with all that was done up to what does not hold */
export async function runSequential(stage: Stage, { rotation, steps }: Program): Promise<Tally> {
  const [first] = stage.ledgers;
  if (first === undefined) throw new TypeError('a program needs a ledger');
  const head = (await first.verifyState())?.txId ?? 0n;
  const performer = new Performer(stage.ledgers);
  const run = new ModelRun(new ModelLedger(head));
  const known = new KnownIds();
  const trace: string[] = [];
  const times: Date[] = [];
  let written: readonly Action[] = [];
  let refused = 0;
  try {
    for (const step of steps) {
      const actions = resolve(step, {
        rotation,
        written,
        head: run.ledger.head,
        times,
        ids: (kind) => known.of(kind),
        stored: (kind) => run.ledger.timeline.all(kind).map(({ id }) => id),
      });
      for (const action of actions) {
        trace.push(describeAction(action));
        const outcome = await performer.perform(action);
        run.check(action, outcome);
        known.learn(action, outcome);
        if (outcome.committedAt !== undefined) times.push(outcome.committedAt);
        if (outcome.failure !== undefined) refused++;
      }
      if (actions.some(({ op }) => WRITING.has(op))) written = actions;
    }
    const kinds = KINDS.filter((_, at) => at === rotation || at === (rotation + 1) % KINDS.length);
    await checkLedger(stage.ledgers.at(-1)!, stage.namespace, kinds, run.ledger.timeline);
    const now = (await first.verifyState())?.txId;
    if (now !== run.ledger.head)
      throw new ModelMismatch(`the newest transaction is ${now}, expected ${run.ledger.head}`);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nafter\n  ${trace.join('\n  ')}`, { cause: error });
  }
  return { steps: steps.length, refused };
}

/** Ids that may be there. */
export class KnownIds {
  readonly #generated = new Map<string, readonly KeyPart[]>();

  /** Those of a kind. */
  of(kind: Kind): readonly (readonly KeyPart[])[] {
    return kind.generated ? [...this.#generated.values(), ...kind.ids] : kind.ids;
  }

  /** Takes down what was generated. */
  learn({ kind, op }: Action, { seen }: Outcome): void {
    if (!kind.generated || (op !== 'create' && op !== 'upsert')) return;
    for (const shown of seen ?? []) {
      if (shown === undefined) continue;
      const id = idPartsOf(kind, shown.values);
      if (nameOfParts(id) !== '"nobody"') this.#generated.set(nameOfParts(id), id);
    }
  }
}
