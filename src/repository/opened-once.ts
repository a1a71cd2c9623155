// What is opened by the first who asks for it, and shared by all who ask after that.

import type { CallScope } from '../client/call-scope.js';

/** Things by name, each opened once for as long as it is of use. */
export class OpenedOnce<Value> {
  readonly #opened = new Map<string, Promise<Value>>();
  readonly #isOver: (value: Value) => boolean;

  /** @param isOver whether one is of no use any more: it is opened anew when it is asked for */
  constructor(isOver: (value: Value) => boolean) {
    this.#isOver = isOver;
  }

  /**
   * The one of that name. Where somebody opens it already, that is waited for; if it fails, this caller tries in turn, as
   * the other may have had less time, or fewer rights.
   *
   * @param scope how long to wait for somebody else
   */
  async get(name: string, scope: CallScope, open: () => Promise<Value>): Promise<Value> {
    for (let known = this.#opened.get(name); known !== undefined; known = this.#opened.get(name)) {
      const value = await scope.wait(known.catch(() => undefined));
      if (value !== undefined && !this.#isOver(value)) return value;
      if (this.#opened.get(name) === known) this.#opened.delete(name);
    }
    const opening = open();
    this.#opened.set(name, opening);
    return opening;
  }

  /** All that are open, once those that are being opened are. */
  async all(): Promise<Value[]> {
    const opened = await Promise.allSettled(this.#opened.values());
    return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }
}
