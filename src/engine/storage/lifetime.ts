// When a store may be used: one commit at a time, none after one that failed, nothing after it was closed, and no
// closing while something is under way.

import type { ImmuError } from '../../errors.js';
import { isPassing, nothingWritten, storageFailed } from './storage-errors.js';

/** The part of a store that is the same for every kind of storage. */
export class Lifetime {
  readonly #name: string;
  readonly #running = new Set<Promise<unknown>>();
  #committing = false;
  #failure: ImmuError | undefined;
  #closing: Promise<void> | undefined;

  /** @param name of the store, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** @throws TypeError once the store is closed */
  checkOpen(): void {
    if (this.#closing) throw new TypeError(`The store ${this.#name} is closed.`);
  }

  /** Runs a commit. When it fails, it was the last. @throws ImmuError LEDGER_STORAGE_FAILED, TypeError if one is under way */
  async commit(work: () => Promise<void>): Promise<void> {
    this.checkOpen();
    if (this.#committing)
      throw new TypeError(`A commit to the store ${this.#name} is under way: await it first.`);
    if (this.#failure)
      throw isPassing(this.#failure) ? this.#failure : afterFailure(this.#name, this.#failure);
    this.#committing = true;
    try {
      await this.during(work);
    } catch (error) {
      this.#failure = storageFailed('commit to', this.#name, error);
      throw this.#failure;
    } finally {
      this.#committing = false;
    }
  }

  /** Runs something that closing waits for. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.checkOpen();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Waits for what is under way and then closes, once. */
  close(work: () => Promise<void>): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(work);
    return this.#closing;
  }
}

function afterFailure(path: string, cause: ImmuError): ImmuError {
  const unknown = cause.details.written === false ? '' : ', and whether that one was written is unknown';
  return nothingWritten(
    path,
    `An earlier commit failed${unknown}: ${cause.message} Open the ledger again to go on.`,
    { ...cause.details, cause, reopen: true },
  );
}
