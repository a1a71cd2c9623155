// What holds for a piece of work and for all it awaits. One AsyncLocalStorage serves the whole process: Node 20 and 22 ask
// every storage that was ever used at every promise, so one for each ledger would make all of them slow.

import { AsyncLocalStorage } from 'node:async_hooks';

const held = new AsyncLocalStorage<ReadonlyMap<WorkScope<unknown>, unknown>>();

/** One value of the work under way, such as its transaction in one ledger. */
export class WorkScope<Value> {
  /** The value of the work under way; undefined outside of any `run`. */
  get current(): Value | undefined {
    // What is kept under a scope is of that scope's type.
    return held.getStore()?.get(this) as Value | undefined;
  }

  /** Does work for which `current` is `value`, across awaits. Work inside of it may have another. */
  run<Result>(value: Value, work: () => Result): Result {
    return held.run(new Map(held.getStore()).set(this, value), work);
  }
}
