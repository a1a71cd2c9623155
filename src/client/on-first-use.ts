// Topics that most programs never use: what does their work is loaded by the first call that needs it.

/** What does the work of one topic. All of it is loaded at once, so that no call of a topic overtakes another. */
export class OnFirstUse<Work> {
  readonly #load: () => Promise<Work>;
  #loading: Promise<Work> | undefined;
  #work: Work | undefined;
  /** Calls that wait for the topic, or for their turn once it is loaded. */
  #waiting = 0;

  /** @param load called once, unless it fails */
  constructor(load: () => Promise<Work>) {
    this.#load = load;
  }

  /**
   * Has something done: at once where the topic is loaded, else as soon as it is, in the order of the calls.
   *
   * @param use may run later: what it uses of a caller's must be a copy
   */
  async run<Result>(use: (work: Work) => Promise<Result>): Promise<Result> {
    if (this.#work === undefined || this.#waiting > 0) return this.#inTurn(use);
    return use(this.#work);
  }

  /** Gives what a list gives. @param use as of {@link run}; called when the first item is asked for */
  async *each<Item>(use: (work: Work) => AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
    yield* use(await this.run((work) => Promise.resolve(work)));
  }

  /** What waits for the same promise goes on in the order in which it began to; nobody else goes on while it does. */
  async #inTurn<Result>(use: (work: Work) => Promise<Result>): Promise<Result> {
    this.#loading ??= this.#load();
    this.#waiting++;
    try {
      this.#work = await this.#loading;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    } finally {
      this.#waiting--;
    }
    return use(this.#work);
  }
}
