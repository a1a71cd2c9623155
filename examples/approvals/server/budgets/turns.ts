// One after another, for each name: what would only get in each other's way.

/** Lets work for the same name wait for its turn. Of this process only: others are dealt with by the ledger's transactions. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** @returns what the work returns, or throws what it throws */
  async take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(work, work);
    this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}
