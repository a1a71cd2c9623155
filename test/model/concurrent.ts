// Runs one program of several actors at once, each with a ledger of its own, and explains afterwards all that came of it.

import type { Ledger } from 'immurepo';
import { scanKey } from 'immurepo/client';
import { parseKey, recordKeys } from '../../src/codec/record-key.js';
import { type Action, describeAction } from './program/actions.js';
import { checkLedger, historyOf } from './check-ledger.js';
import { explain } from './explain/explain.js';
import { type Kind, KINDS } from './expect/kinds.js';
import { type Event, Recorder, RecordingPerformer } from './perform/recorder.js';
import { resolve } from './program/resolve.js';
import { KnownIds, type Stage, type Tally, WRITING } from './sequential.js';
import type { ConcurrentProgram, Step } from './program/steps.js';
import { Timeline } from './expect/timeline.js';
import { show } from './expect/values.js';

/** @throws Error with all that was done, if something of it cannot be explained */
export async function runConcurrent(stage: Stage, program: ConcurrentProgram): Promise<Tally> {
  const { ledgers, namespace } = stage;
  const { rotation, beginning, actors } = program;
  const [first] = ledgers;
  if (first === undefined) throw new TypeError('a program needs a ledger');
  const before = (await first.verifyState())?.txId ?? 0n;
  const recorder = new Recorder();
  const known = new KnownIds();
  const performers = actors.map((_, actor) => new RecordingPerformer([ledgers[actor]!], recorder, actor));
  const act = async (actor: number, steps: readonly Step[]) => {
    let written: readonly Action[] = [];
    for (const step of steps) {
      const head = (await ledgers[actor]!.client.trustedState())?.txId ?? 0n;
      const actions = resolve(step, {
        rotation,
        head,
        by: actor,
        times: [],
        written,
        ids: (kind) => known.of(kind),
        stored: (kind) => known.of(kind),
        tag: () => ({ correlationId: recorder.tag() }),
      });
      for (const action of actions) known.learn(action, await performers[actor]!.perform(action));
      if (actions.some(({ op }) => WRITING.has(op))) written = actions;
    }
  };
  await act(0, beginning);
  await Promise.all(actors.map((steps, actor) => act(actor, steps)));
  const { events } = recorder;
  try {
    const last = ledgers.at(-1)!;
    const after = (await last.verifyState())?.txId ?? 0n;
    const kinds = KINDS.filter((_, at) => at === rotation || at === (rotation + 1) % KINDS.length);
    const timeline = await readTimeline(last, namespace, kinds);
    explain(events, timeline, { low: before, high: after });
    await checkLedger(last, namespace, kinds, timeline);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nafter\n${events.map(describeEvent).join('\n')}`, {
      cause: error,
    });
  }
  return { steps: events.length, refused: events.filter(({ outcome }) => outcome.failure).length };
}

function describeEvent({ actor, action, outcome, start, end }: Event): string {
  const { error: _, ...rest } = outcome;
  return `  ${actor} from ${start} to ${end}, ${describeAction(action)}\n      ${show(rest)}`;
}

/** More than any program makes. */
const LIMIT = 1000;

/** All revisions of all entities, proven and chained. */
async function readTimeline(ledger: Ledger, namespace: string, kinds: readonly Kind[]): Promise<Timeline> {
  const timeline = new Timeline();
  for (const kind of kinds) {
    const { prefix } = recordKeys(kind.name, namespace);
    for (const entry of await ledger.client.scan({ prefix, limit: LIMIT })) {
      const { parts: id } = parseKey(scanKey(entry));
      for (const { deleted, values, revision, txId, ...facts } of await historyOf(ledger, kind, id))
        timeline.add({
          ...facts,
          kind,
          id,
          number: Number(revision),
          txId: txId ?? 0n,
          values: deleted ? undefined : values,
          committedAt: undefined,
        });
    }
  }
  return timeline;
}
