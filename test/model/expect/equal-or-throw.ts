// Holds what an action gave against what it must have given.

import { type Action, describeAction } from '../program/actions.js';
import type { Failure } from './model-ledger.js';
import type { Given } from '../program/outcomes.js';
import { show } from './values.js';

/** Something is not as it must be. */
export class ModelMismatch extends Error {
  override readonly name = 'ModelMismatch';
}

/** @throws ModelMismatch with both in words */
export function equalOrThrow(action: Action, given: Given, expected: Given): void {
  if (given.failure !== undefined && expected.failure !== undefined) {
    if (isSameFailure(given.failure, expected.failure)) return;
  } else if (show(given) === show(expected)) return;
  throw new ModelMismatch(
    `${describeAction(action)}\n  gave      ${show(given)}\n  expected  ${show(expected)}`,
  );
}

/** Of several unique values that are taken, any may be told. Of a conflict, everything that changed is. */
function isSameFailure(given: Failure, expected: Failure): boolean {
  if (given.code !== expected.code) return false;
  if (expected.violations !== undefined)
    return given.violations?.every((one) => expected.violations?.includes(one)) === true;
  return show(given.changed) === show(expected.changed);
}

/** @throws ModelMismatch */
export function holdsOrThrow(action: Action, holds: boolean, problem: () => string): void {
  if (!holds) throw new ModelMismatch(`${describeAction(action)}\n  ${problem()}`);
}
