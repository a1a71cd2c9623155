// What goes wrong in a run, and when: the seed decides.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CircuitOptions } from '../../src/client/servers/circuit.js';
import type { Stand } from './stand.js';

/** A number below `limit`, from a seed. */
export type Random = (limit: number) => number;

/** Something that goes wrong. */
export type FaultKind =
  'cut' | 'reset' | 'cut in an answer' | 'half-open' | 'stall' | 'delay' | 'refuse' | 'kill -9';

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  /** When it begins, after the one before. */
  readonly afterMs: number;
  /** How long it lasts, where it lasts. */
  readonly forMs: number;
  /** Of an answer, how much of it still passes. */
  readonly bytes: number;
}

/** One run: what goes wrong, and how the client is set. */
export interface Plan {
  readonly faults: readonly Fault[];
  readonly circuit: CircuitOptions | false;
}

const KINDS: readonly FaultKind[] = [
  'cut',
  'reset',
  'cut in an answer',
  'half-open',
  'stall',
  'delay',
  'refuse',
  'kill -9',
];
/** Faults that do not last. */
const IN_A_MOMENT: ReadonlySet<FaultKind> = new Set(['cut', 'reset', 'half-open', 'kill -9']);
const CIRCUITS: readonly Plan['circuit'][] = [{}, { failures: 3, afterMs: 200, pauseMs: 50 }, false];

/** What a seed says is to go wrong. */
export function planOf(random: Random): Plan {
  const faults = Array.from({ length: 1 + random(4) }, () => ({
    kind: KINDS[random(KINDS.length)]!,
    afterMs: random(150),
    forMs: 20 + random(400),
    bytes: 1 + random(4_000),
  }));
  return { faults, circuit: CIRCUITS[random(CIRCUITS.length)]! };
}

/** Makes it go wrong. Resolves when all is over and the server is there. */
export async function perform({ faults }: Plan, stand: Stand): Promise<void> {
  for (const fault of faults) {
    await sleep(fault.afterMs);
    await performOne(fault, stand);
  }
}

async function performOne({ kind, forMs, bytes }: Fault, stand: Stand): Promise<void> {
  const { proxy } = stand;
  if (kind === 'kill -9') await stand.killAndRestart(forMs);
  if (kind === 'cut') proxy.cut();
  if (kind === 'reset') proxy.reset();
  if (kind === 'half-open') proxy.halfOpen();
  if (IN_A_MOMENT.has(kind)) return;
  if (kind === 'cut in an answer') proxy.cutAfter(bytes);
  if (kind === 'delay') proxy.delay(1 + (bytes % 80));
  if (kind === 'stall') proxy.stall();
  if (kind === 'refuse') proxy.refuse();
  await sleep(forMs);
  proxy.restore();
}
