// Makes a failing program smaller: without steps that do not matter, and with every die that does not matter at 0. Done
// here and not by fast-check, which takes the dice for numbers that each matter, and so takes an hour.

import type { Step } from './steps.js';

/** A program in parts: lists of steps, of which some may be empty. */
export type Parts = readonly (readonly Step[])[];

/**
 * The smallest program found that still fails.
 *
 * @param fails whether a program fails
 * @param budgetMs how long to look
 */
export async function shrink(
  parts: Parts,
  fails: (parts: Parts) => Promise<boolean>,
  budgetMs: number,
): Promise<Parts> {
  const endsAt = performance.now() + budgetMs;
  let smallest = parts;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const candidate of candidatesOf(smallest)) {
      if (performance.now() > endsAt) return smallest;
      const made = candidate(smallest);
      if (made === undefined || !(await fails(made))) continue;
      smallest = made;
      isSmaller = true;
    }
  }
  return smallest;
}

type Change = (parts: Parts) => Parts | undefined;

/** Changes to try one after another, each on what the ones before it have left. From the end, so that places stay. */
function* candidatesOf(parts: Parts): Generator<Change> {
  for (let part = parts.length - 1; part >= 0; part--) {
    const steps = parts[part]!;
    for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2))
      for (let at = steps.length - size; at >= 0; at -= size)
        yield (now) => inPart(now, part, (all) => without(all, at, size));
    for (let at = steps.length - 1; at >= 0; at--)
      for (const change of changesOfStep(steps[at]!))
        yield (now) => inPart(now, part, (all) => replaced(all, at, change));
  }
}

function* changesOfStep({ dice, inner }: Step): Generator<(step: Step) => Step | undefined> {
  for (let at = inner.length - 1; at >= 0; at--) yield (step) => innerOf(step, (all) => without(all, at, 1));
  for (let size = dice.length; size >= 1; size = Math.floor(size / 2))
    for (let at = dice.length - size; at >= 0; at -= size) yield (step) => zeroed(step, at, size);
  for (let at = inner.length - 1; at >= 0; at--)
    for (const change of changesOfStep(inner[at]!))
      yield (step) => innerOf(step, (all) => replaced(all, at, change));
}

function inPart(
  parts: Parts,
  part: number,
  change: (steps: readonly Step[]) => readonly Step[] | undefined,
): Parts | undefined {
  const made = change(parts[part]!);
  return made && parts.with(part, made);
}

function innerOf(
  step: Step,
  change: (steps: readonly Step[]) => readonly Step[] | undefined,
): Step | undefined {
  const inner = change(step.inner);
  return inner && { ...step, inner };
}

function without(steps: readonly Step[], at: number, count: number): readonly Step[] | undefined {
  return at < steps.length ? steps.toSpliced(at, count) : undefined;
}

function replaced(
  steps: readonly Step[],
  at: number,
  change: (step: Step) => Step | undefined,
): readonly Step[] | undefined {
  const step = steps[at];
  const made = step && change(step);
  return made && steps.with(at, made);
}

function zeroed(step: Step, at: number, count: number): Step | undefined {
  const isIn = (index: number) => index >= at && index < at + count;
  if (!step.dice.some((die, index) => die !== 0 && isIn(index))) return undefined;
  return { ...step, dice: step.dice.map((die, index) => (isIn(index) ? 0 : die)) };
}
