// Measuring several things against each other in one session: in turn, round by round, so that what the machine does
// meanwhile meets them all. An absolute time says little; a ratio in one run does.

/** Something that is measured. */
export interface Contender {
  readonly name: string;
  /** Does the work once; `index` counts from 0 over all rounds. */
  readonly op: (index: number) => Promise<unknown>;
  /** How many at once. Default 1. */
  readonly inFlight?: number;
  /** How many in a round. */
  readonly perRound: number;
  /** Done before each round, and not measured. @param first the index the round begins with */
  readonly prepare?: (first: number) => Promise<void>;
}

/** What came of a contender: operations per second, by round. */
export interface Measured {
  readonly name: string;
  readonly rates: readonly number[];
  readonly median: number;
  /** Half of the distance between the slowest and the fastest round, as a part of the median. */
  readonly spread: number;
}

/** Runs contenders in turn. @param rounds ≥ 1, after one that does not count */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Measured[]> {
  const rates = contenders.map((): number[] => []);
  const done = contenders.map(() => 0);
  for (let round = 0; round <= rounds; round++) {
    for (const [which, contender] of contenders.entries()) {
      const rate = await once(contender, done[which] ?? 0);
      done[which] = (done[which] ?? 0) + contender.perRound;
      if (round > 0) rates[which]?.push(rate);
    }
  }
  return contenders.map(({ name }, which) => summary(name, rates[which] ?? []));
}

/** The middle of some figures. */
export function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function summary(name: string, rates: readonly number[]): Measured {
  const median = medianOf(rates);
  return { name, rates, median, spread: (Math.max(...rates) - Math.min(...rates)) / 2 / median };
}

async function once({ op, inFlight = 1, perRound, prepare }: Contender, first: number): Promise<number> {
  await prepare?.(first);
  let next = first;
  const end = first + perRound;
  const worker = async () => {
    while (next < end) await op(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (perRound / (performance.now() - started)) * 1000;
}
