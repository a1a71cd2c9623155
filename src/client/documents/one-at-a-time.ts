// One search at a time per session: of two that overlap the server ends one with "index already closed" (seen on 1.11.1:
// 318 of 360), kept open or not, as a session has room for one reader.

import type { CallScope } from '../call-scope.js';

/** Runs tasks one after another, in the order they come. */
export class OneAtATime {
  #last: Promise<void> = Promise.resolve();

  /**
   * Runs a task when all before it are over.
   *
   * @param scope bounds the wait
   * @throws what `task` throws · ImmuError ABORTED, CLOSED, DEADLINE_EXCEEDED while it waits
   */
  async run<T>(scope: CallScope, task: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    // Who gives up waiting does not let the next one past those before it.
    this.#last = before.then(() => ended);
    try {
      await scope.wait(before);
      return await task();
    } finally {
      end();
    }
  }
}
