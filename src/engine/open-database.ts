// A database while it is in use: calls go through here, so that it is closed only when none is under way.

import type { Database } from './database/database.js';
import { refused } from './service-failure.js';

/** What 1.11.1 says of a database that was unloaded. */
export const alreadyClosed = () => refused('already closed');

/** Work on one database. */
export class OpenDatabase {
  readonly database: Database;
  readonly #waiting = new Set<() => void>();
  #running = 0;
  #lastCompletedMs: number | undefined;
  #becameIdle: (() => void) | undefined;
  #end: Promise<void> | undefined;

  /** @param database closed at the end */
  constructor(database: Database) {
    this.database = database;
  }

  /** How many calls are under way. */
  get running(): number {
    return this.#running;
  }

  /** When a call last ended, in milliseconds since 1970; `undefined` where none has. */
  get lastCompletedMs(): number | undefined {
    return this.#lastCompletedMs;
  }

  /** Does some work, before which the database is not closed. @throws ServiceFailure once it is to be closed */
  async run<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#end !== undefined) throw alreadyClosed();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#lastCompletedMs = Date.now();
      if (this.#running === 0) this.#becameIdle?.();
    }
  }

  /**
   * The same for work that yields. Between two messages the database may be closed, so that nobody can keep it open by
   * not reading on, or by not sending: the iteration then fails.
   */
  async *stream(
    work: (requests: AsyncIterable<unknown>) => AsyncIterable<unknown>,
    requests: AsyncIterable<unknown>,
  ): AsyncGenerator<unknown, void, undefined> {
    const iterator = work(this.#whileOpen(requests))[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.run(() => iterator.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** Takes no more work, waits for that under way and closes the database. May be called again. */
  end(): Promise<void> {
    return (this.#end ??= this.#finish());
  }

  async #finish(): Promise<void> {
    for (const giveUp of this.#waiting) giveUp();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#becameIdle = resolve;
      });
    }
    await this.database.close();
  }

  async *#whileOpen(requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    const iterator = requests[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#unlessEnded(iterator.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      // Not awaited: it waits for the request that may never come.
      iterator.return?.().catch(() => undefined);
    }
  }

  /** Not Promise.race with one promise of the end: that would remember every request until then. */
  #unlessEnded<T>(next: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        reject(alreadyClosed());
      };
      if (this.#end !== undefined) giveUp();
      this.#waiting.add(giveUp);
      next.then(resolve, reject).finally(() => this.#waiting.delete(giveUp));
    });
  }
}
