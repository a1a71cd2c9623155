// A failing program is made as small as its failure allows.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Parts, shrink } from './program/shrink.js';
import { concurrentProgram, type Step } from './program/steps.js';

const isCulprit = ({ op, dice }: Step) => op === 'delete' && (dice[3] ?? 0) > 10;
const hasCulprit = (steps: readonly Step[]): boolean =>
  steps.some((step) => isCulprit(step) || hasCulprit(step.inner));

it('leaves the steps and the dice that matter', async () => {
  const programs = fc.sample(concurrentProgram, { seed: 7, numRuns: 200 });
  const parts = programs.map(({ beginning, actors }): Parts => [beginning, ...actors]);
  const failing = parts.filter((all) => all.some(hasCulprit));
  expect(failing.length).toBeGreaterThan(20);
  for (const all of failing) {
    const smallest = await shrink(all, (candidate) => Promise.resolve(candidate.some(hasCulprit)), 10_000);
    expect(smallest).toHaveLength(all.length);
    const [step, ...others] = smallest.flat();
    expect(others).toEqual([]);
    const culprit = isCulprit(step!) ? step! : step!.inner.find((inner) => hasCulprit([inner]))!;
    expect(culprit.dice.filter((die) => die !== 0).length).toBeLessThanOrEqual(1);
  }
});

it('gives back what it cannot make smaller, and what it has no time for', async () => {
  const [program] = fc.sample(concurrentProgram, { seed: 8, numRuns: 1 });
  const parts: Parts = [program!.beginning, ...program!.actors];
  expect(await shrink(parts, () => Promise.resolve(false), 10_000)).toEqual(parts);
  expect(await shrink(parts, () => Promise.resolve(true), -1)).toEqual(parts);
});
