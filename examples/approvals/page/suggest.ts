// Suggestions under a field while one types. What is typed is taken all the same.
import { get } from './api.js';
import { fill, h } from './dom.js';

const AFTER_MS = 150;

/** One suggestion: what it writes into the field, and what else is told of it. */
export interface Suggestion {
  readonly value: string;
  readonly note?: string;
}

/** A list of suggestions that fields can name in `list`. */
export class Suggestions<T> {
  /** To be put somewhere near the fields. */
  readonly element: HTMLDataListElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param id its name for fields @param path what is asked for below /api @param tell makes a suggestion of an answer */
  constructor(
    id: string,
    readonly path: string,
    readonly tell: (answer: T) => Suggestion,
  ) {
    this.element = h('datalist', { id });
    void this.#load('');
  }

  /** Asks, when nothing more is typed for a moment. @param text typed @param then called when there are new suggestions */
  typed(text: string, then?: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(text).then(then), AFTER_MS);
  }

  async #load(search: string): Promise<void> {
    try {
      const answers = await get<readonly T[]>(`${this.path}?search=${encodeURIComponent(search)}`);
      const found = answers.map((answer) => this.tell(answer));
      fill(
        this.element,
        found.map(({ value, note = '' }) => h('option', { value }, note)),
      );
    } catch {
      // Then nothing is suggested.
    }
  }
}
