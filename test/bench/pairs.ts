// What is measured with one operation under way and with many.

import { ratio, type Row } from './report.js';
import { type Contender, measure, type Measured } from './rounds.js';
import type { Size } from './size.js';

/** How many operations are under way where there are many. */
export const IN_FLIGHT = 32;

/** A contender's results with one operation under way, and with many. */
export interface Pair {
  readonly one: Measured;
  readonly many: Measured;
}

/** What is done, and by which part of the usual number in a round. */
export type Work = readonly [name: string, op: (index: number) => Promise<unknown>, part?: number];

/** Measures each with one operation under way and with many, all in turn. */
export async function both(
  works: readonly Work[],
  perRound: number,
  { rounds, scale }: Size,
): Promise<Pair[]> {
  const contenders = works.flatMap(([name, op, part = 1]): Contender[] => [
    { name: `${name}, 1 in flight`, op, perRound: Math.ceil(perRound * scale * part * 0.2) },
    {
      ...{ name: `${name}, ${IN_FLIGHT} in flight`, op, inFlight: IN_FLIGHT },
      perRound: Math.ceil(perRound * scale * part),
    },
  ]);
  const measured = await measure(contenders, rounds);
  return works.map((_, which) => ({ one: measured[2 * which]!, many: measured[2 * which + 1]! }));
}

/** The goal is for many in flight: with one, the time on the way counts most, for both. */
export function against(what: string, ours: Pair, baseline: Pair, atLeast?: number): Row[] {
  return [
    ratio(`${what}, 1 in flight`, ours.one, baseline.one),
    ratio(`${what}, ${IN_FLIGHT} in flight`, ours.many, baseline.many, atLeast),
  ];
}
