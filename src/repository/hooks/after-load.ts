// Hooks on instances that were proven, before anybody else sees them.

import type { EntitySchema } from '../../entity/entity-schema.js';
import { isPromise } from '../../entity/promise.js';
import { describeHook, type OwnedHook } from './applicable.js';

/** Runs them. @throws what a hook throws · TypeError for one that is asynchronous: nobody waits for it */
export function runAfterLoad<T extends object>(
  { className }: EntitySchema<T>,
  entity: T,
  hooks: readonly OwnedHook<'afterLoad'>[],
): void {
  for (const { call, plugin } of hooks) {
    const answer = (call as (entity: T) => unknown)(entity);
    if (!isPromise(answer)) continue;
    // Nobody will hear how it ends.
    answer.then(undefined, () => undefined);
    throw new TypeError(
      `${describeHook('afterLoad', className, plugin)} is asynchronous, and nobody waits for it: make it a function that is done when ` +
        'it returns.',
    );
  }
}
