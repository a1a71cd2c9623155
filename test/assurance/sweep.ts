// Random changes of the bytes of honest answers: each is refused, cannot be read, or means exactly what it meant.

import { ImmuError, VerificationError } from '../../src/errors.js';
import { messageIn, bodyWith } from '../support/lying-wire.js';
import type { UnaryName } from '../support/lying-proxy.js';
import { meaningOf } from './attempt.js';
import { SHAPES } from './forgeries/all.js';
import { isSigned, type TrustMode } from './modes.js';
import type { Outcome, Report } from './outcome.js';
import { randomFrom } from './random.js';
import type { Prepared, Shape } from './shapes/shape.js';
import { Subject } from './subject.js';
import type { World } from './world.js';

export interface SweepOptions {
  readonly seed: number;
  /** Mutants of each answer. */
  readonly mutants: number;
  readonly modes: readonly TrustMode[];
}

/** Lists may be shorter than they are, of which no server can prove the contrary. */
const MAY_BE_SHORTER: ReadonlySet<UnaryName> = new Set(['GetAll', 'History', 'Scan']);

/** Changes the answers of each operation that reads. Row 34 of the table, and 35 where nothing changes by it. */
export async function sweep(
  world: World,
  { seed, mutants, modes }: SweepOptions,
  report: Report,
): Promise<void> {
  await Promise.all(
    modes.map(async (mode, n) => {
      const random = randomFrom(seed + n);
      for (const shape of SHAPES.filter((one) => one.writes !== true && one.inSteps !== true))
        for (const rpc of shape.rpcs) await sweepOne(world, { mode, shape, rpc, mutants }, random, report);
    }),
  );
}

interface Swept {
  readonly mode: TrustMode;
  readonly shape: Shape;
  readonly rpc: UnaryName;
  readonly mutants: number;
}

async function sweepOne(
  world: World,
  swept: Swept,
  random: (limit: number) => number,
  report: Report,
): Promise<void> {
  const { shape, mode, mutants } = swept;
  let subject: Subject | undefined;
  let ready: Prepared | undefined;
  try {
    for (let n = 0; n < mutants; n++) {
      subject ??= await Subject.open(world, mode, { warm: shape.warm === true });
      ready ??= await settled(subject, shape);
      const outcome = await mutated(subject, ready, swept, random);
      if (outcome === 'not asked') return;
      report(outcome);
      if (subject.latched.length === 0 && outcome.problem === undefined) continue;
      await subject[Symbol.asyncDispose]();
      [subject, ready] = [undefined, undefined];
    }
  } finally {
    await subject?.[Symbol.asyncDispose]();
  }
}

/** Prepared, with the honest result raised to what is trusted. */
async function settled(subject: Subject, shape: Shape): Promise<Prepared> {
  const prepared = await shape.prepare(subject);
  await prepared.run();
  await subject.client.verifiedState();
  return prepared;
}

async function mutated(
  subject: Subject,
  { run }: Prepared,
  { mode, shape, rpc }: Swept,
  random: (limit: number) => number,
): Promise<Outcome | 'not asked'> {
  const honest = meaningOf(await run());
  const before = await subject.trusted();
  subject.proxy.clear();
  const changes: string[] = [];
  subject.proxy.rewrite(rpc, (answer) => {
    const message = messageIn(answer.body);
    if (message === undefined || message.length === 0) return answer;
    const { bytes, change } = changedAtRandom(message, random);
    changes.push(change);
    return { ...answer, body: bodyWith(bytes) };
  });
  const [result] = await Promise.allSettled([run()]);
  const made = subject.proxy.deeds.some(({ changed }) => changed);
  subject.proxy.clear();
  if (changes.length === 0) return 'not asked';
  const after = await subject.trusted();
  const problem =
    (made ? undefined : 'the mutation changed nothing') ??
    (result.status === 'fulfilled'
      ? acceptedProblem(result.value, honest, rpc)
      : rejectedProblem(result.reason)) ??
    (subject.latched.length > 0 || (after.inMemory === before.inMemory && after.stored === before.stored)
      ? undefined
      : 'the trusted state moved');
  const outcome =
    result.status === 'fulfilled'
      ? 'same'
      : result.reason instanceof VerificationError
        ? 'refused'
        : 'failed';
  return {
    row: 34,
    attack: `mutation: ${changes.join(', ')}`,
    on: `${shape.name} (${rpc})`,
    mode,
    outcome,
    ...(result.status === 'rejected' ? { code: codeOf(result.reason) } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

function codeOf(error: unknown): string {
  return error instanceof VerificationError || error instanceof ImmuError ? error.code : String(error);
}

function rejectedProblem(error: unknown): string | undefined {
  return error instanceof VerificationError || error instanceof ImmuError
    ? undefined
    : `not an error of ours: ${String(error)}`;
}

function acceptedProblem(result: unknown, honest: string, rpc: UnaryName): string | undefined {
  const meaning = meaningOf(result);
  if (meaning === honest) return undefined;
  if (MAY_BE_SHORTER.has(rpc) && meaning.length < honest.length) return undefined;
  return `ACCEPTED with another meaning: ${meaning.slice(0, 200)}`;
}

function changedAtRandom(message: Uint8Array, random: (limit: number) => number) {
  const bytes = Uint8Array.from(message);
  const at = random(bytes.length);
  const kind = random(4);
  if (kind <= 1) {
    const bit = random(8);
    bytes[at]! ^= 1 << bit;
    return { bytes, change: `bit ${bit} of byte ${at} turned` };
  }
  if (kind === 2) {
    const value = (bytes[at]! + 1 + random(255)) & 0xff;
    bytes[at] = value;
    return { bytes, change: `byte ${at} set to ${value}` };
  }
  const dropped = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
  return { bytes: dropped, change: `byte ${at} dropped` };
}

/** Sweeps are of use where signatures are checked and where they are not. */
export const sweepModes = (modes: readonly TrustMode[]): readonly TrustMode[] => [
  modes.find(isSigned)!,
  modes.find((mode) => !isSigned(mode))!,
];
