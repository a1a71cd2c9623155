// Which of all cases a run tries: each forgery at least once, and so each row, and otherwise a share of them.

import { type ForgeryCase, forgeryCases } from './forgeries/all.js';
import { randomFrom } from './random.js';
import { type ScenarioCase, scenarioCases } from './scenarios/all.js';

export interface Selection {
  readonly seed: number;
  /** Of forged answers, one in so many. */
  readonly every: number;
  /** Not more than so many forged answers and so many scenarios of each row, each in one trust mode. Default: all. */
  readonly perRow?: number;
  readonly row?: number | undefined;
}

export function selectForgeries({ seed, every, row, perRow }: Selection): ForgeryCase[] {
  const random = randomFrom(seed);
  const cases = forgeryCases().filter(({ forgery }) => row === undefined || forgery.row === row);
  if (perRow !== undefined) return some(cases, ({ forgery }) => forgery.row, perRow, random);
  const always = new Set(some(cases, ({ forgery }) => forgery, 1, random));
  return cases.filter((one) => always.has(one) || random(every) === 0);
}

export function selectScenarios({ seed, perRow, row }: Selection): ScenarioCase[] {
  const random = randomFrom(seed + 1);
  const cases = scenarioCases().filter(({ scenario }) => row === undefined || scenario.row === row);
  return perRow === undefined ? cases : some(cases, ({ scenario }) => scenario.row, perRow, random);
}

/** At most so many of each group, any of them. */
function some<One>(
  all: readonly One[],
  groupOf: (one: One) => unknown,
  count: number,
  random: (limit: number) => number,
): One[] {
  return [...groupBy(all, groupOf).values()].flatMap((group) => {
    const left = [...group];
    return Array.from(
      { length: Math.min(count, left.length) },
      () => left.splice(random(left.length), 1)[0]!,
    );
  });
}

function groupBy<One, Key>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}
