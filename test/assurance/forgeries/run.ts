// Runs forged answers: one honest preparation serves many attacks, as a refused answer leaves everything as it was.

import { judge, meaningOf, type Verdict } from '../attempt.js';
import type { Outcome, Report } from '../outcome.js';
import { Subject } from '../subject.js';
import { writeThree } from '../shapes/client.js';
import type { Prepared } from '../shapes/shape.js';
import type { World } from '../world.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import type { ForgeryCase } from './all.js';
import type { Forgery, Scene } from './forgery.js';

/** Cases of one operation, trust mode and variant, in the order they are best run in. */
type Group = readonly ForgeryCase[];

/** Runs the cases of one trust mode. @returns nothing; `report` is told of each */
export async function runForgeries(
  world: World,
  cases: readonly ForgeryCase[],
  report: Report,
): Promise<void> {
  const stage = new Stage(world);
  try {
    for (const group of groupsOf(cases)) await runGroup(stage, group, report);
  } finally {
    await stage.close();
  }
}

function groupsOf(cases: readonly ForgeryCase[]): Group[] {
  const groups = new Map<string, ForgeryCase[]>();
  for (const one of cases) {
    const name = `${one.mode} ${one.shape.name} ${one.variant}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  // Accepted answers raise floors, which the honest run does as well.
  const rank = (one: ForgeryCase) =>
    ['refused', 'failed', 'found later', 'unprovable', 'same'].indexOf(one.forgery.expect(one)!.kind);
  return [...groups.values()].map((group) => group.toSorted((a, b) => rank(a) - rank(b)));
}

/** The subjects of a run, opened when needed and again after one was latched. */
class Stage {
  readonly #subjects = new Map<string, Subject>();

  constructor(readonly world: World) {}

  async subject({ mode, shape }: ForgeryCase): Promise<Subject> {
    const name = `${mode} ${shape.warm === true}`;
    const known = this.#subjects.get(name);
    if (known !== undefined) return known;
    const opened = await Subject.open(this.world, mode, { warm: shape.warm === true });
    this.#subjects.set(name, opened);
    return opened;
  }

  async drop({ mode, shape }: ForgeryCase): Promise<void> {
    const name = `${mode} ${shape.warm === true}`;
    await this.#subjects.get(name)?.[Symbol.asyncDispose]();
    this.#subjects.delete(name);
  }

  async close(): Promise<void> {
    for (const subject of this.#subjects.values()) await subject[Symbol.asyncDispose]();
  }
}

async function runGroup(stage: Stage, group: Group, report: Report): Promise<void> {
  const [one] = group;
  const honest = await honestRun(stage, one!, report);
  if (honest === undefined) return;
  let ready: { readonly subject: Subject; readonly prepared: Prepared } | undefined;
  for (const of of group) {
    // What the honest operation does not ask in this variant cannot be lied about.
    if (!honest.rpcs.has(of.rpc)) continue;
    ready ??= await prepare(stage, of);
    const { subject, prepared } = ready;
    const expectation = of.forgery.expect(of)!;
    const isCompared = expectation.kind === 'same' && of.shape.writes !== true;
    const result = isCompared ? meaningOf(await prepared.run()) : undefined;
    subject.proxy.clear();
    install(subject, of, { ...prepared, world: stage.world, place: subject.place });
    const verdict = await judge(subject, {
      run: prepared.run,
      expectation,
      honest: result,
      honestCalls: honest.calls,
    });
    report(outcomeOf(of, verdict));
    const isLost = verdict.outcome === 'found later' || subject.latched.length > 0;
    if (isLost) await stage.drop(of);
    const isUsedUp = of.shape.writes === true || (verdict.code === undefined && verdict.outcome !== 'same');
    if (isLost || isUsedUp || verdict.problem !== undefined) ready = undefined;
  }
  if (ready !== undefined) await worksHonestly(one!, ready.subject, ready.prepared, report);
}

/** Honest answers are taken, whatever was refused before. */
async function worksHonestly(
  of: ForgeryCase,
  subject: Subject,
  { run }: Prepared,
  report: Report,
): Promise<void> {
  try {
    await run();
    await subject.client.verifiedState();
  } catch (error) {
    const attack = 'the honest answer after all of these';
    report({ ...outcomeOf(of, { outcome: 'same', problem: String(error) }), attack, row: 0 });
  }
}

/** What an operation asks where nobody lies, which is the base line of every attack on it. */
async function honestRun(stage: Stage, of: ForgeryCase, report: Report) {
  const told = {
    row: 0,
    attack: 'none: honest answers pass',
    on: `${of.shape.name}, ${of.variant}`,
    mode: of.mode,
  };
  try {
    const { subject, prepared } = await prepare(stage, of);
    const { proxy } = subject;
    proxy.clear();
    await prepared.run();
    const rpcs = new Set<UnaryName>(of.shape.rpcs.filter((rpc) => proxy.calls(rpc) > 0));
    report({
      ...told,
      outcome: 'same',
      ...(rpcs.size > 0 ? {} : { problem: 'it asks for nothing it is said to ask' }),
    });
    return { rpcs, calls: proxy.callsInAll };
  } catch (error) {
    report({ ...told, outcome: 'same', problem: String(error) });
    return undefined;
  }
}

async function prepare(stage: Stage, of: ForgeryCase) {
  const subject = await stage.subject(of);
  const prepared = await of.shape.prepare(subject);
  if (of.variant === 'settled') {
    // What is asked for is not to be the very transaction that is trusted: then half of the proof is empty.
    await writeThree(subject);
    await subject.client.verifiedState();
  }
  return { subject, prepared };
}

type Rules = Record<string, ((...given: never[]) => never) | undefined>;

/** Tells the lies of a forgery about one method. */
function install(
  { proxy }: Subject,
  { forgery, rpc }: { forgery: Forgery; rpc: UnaryName },
  scene: Scene,
): void {
  // Of each method by its own types, which a table of all of them cannot say.
  const lie = (forgery.lies as Rules | undefined)?.[rpc] as
    ((exchange: unknown, scene: Scene) => never) | undefined;
  if (lie !== undefined) proxy.lie(rpc, (exchange) => lie(exchange, scene));
  const swap = (forgery.swaps as Rules | undefined)?.[rpc] as
    ((request: unknown, scene: Scene) => never) | undefined;
  if (swap !== undefined)
    proxy.swap(rpc, (request) => swap(request, scene), { compare: rpc !== 'VerifiableSet' });
  if (forgery.rewrite?.rpcs.includes(rpc) === true) proxy.rewrite(rpc, forgery.rewrite.change);
}

function outcomeOf({ forgery, shape, mode, variant, rpc }: ForgeryCase, verdict: Verdict): Outcome {
  const on = shape.rpcs.length === 1 ? shape.name : `${shape.name} (${rpc})`;
  return { row: forgery.row, attack: forgery.name, on: `${on}, ${variant}`, mode, ...verdict };
}
