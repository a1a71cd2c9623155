// The keys of a query as the server lists them, page by page. Nothing of a list is proven: neither that it is complete nor
// that what it names exists. It is held to what was asked: within the range, in order, no more than the limit.
import { compareBytes } from '../../bytes.js';
import type { ImmuClient } from '../../client/index.js';
import { scanKey } from '../../client/listing.js';
import type { CallScope } from '../../client/call-scope.js';
import { printableKey } from '../../client/printable-key.js';
import { leftOf } from '../../client/verified/bounds.js';
import { ImmuError, VerificationError } from '../../errors.js';
import { isWithin } from './key-range.js';
import type { Query } from './query.js';

/** A key as listed, and the value it is said to have. */
export interface Listed {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A list under way. */
export class Listing {
  readonly #client: ImmuClient;
  readonly #operation: string;
  readonly #query: Query;
  #after: Uint8Array | undefined;
  #ahead: Promise<readonly Listed[]> | undefined;
  /** As many as fit a message, once that is known. */
  #mostAtOnce = Infinity;

  /**
   * @param operation whose list it is, for the alarm
   * @param after the key it goes on after; undefined from the start
   */
  constructor(client: ImmuClient, operation: string, query: Query, after: Uint8Array | undefined) {
    this.#client = client;
    this.#operation = operation;
    this.#query = query;
    this.#after = after;
  }

  /**
   * The next keys: empty after the last, and only then.
   *
   * @param limit 1 to 2500
   * @throws VerificationError BINDING_MISMATCH for a list that is not what was asked for
   */
  async next(limit: number, scope: CallScope): Promise<readonly Listed[]> {
    const coming = this.#ahead ?? this.#page(limit, scope);
    this.#ahead = undefined;
    const listed = await coming;
    this.#after = listed.at(-1)?.key ?? this.#after;
    return listed;
  }

  /** Asks for the next keys already. Its failure is told to who takes them. */
  readAhead(limit: number, scope: CallScope): void {
    this.#ahead = this.#page(limit, scope);
    this.#ahead.catch(() => undefined);
  }

  async #page(limit: number, scope: CallScope): Promise<readonly Listed[]> {
    for (let asked = Math.min(limit, this.#mostAtOnce); ; asked = this.#mostAtOnce) {
      try {
        const entries = await this.#client.scan({
          ...boundsOf(this.#query, this.#after),
          limit: asked,
          ...leftOf(scope),
        });
        const listed = entries.map((entry) => ({ key: scanKey(entry), value: entry.value }));
        this.#verify(listed, asked);
        return listed;
      } catch (error) {
        if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || asked === 1) throw error;
        this.#mostAtOnce = Math.ceil(asked / 4);
      }
    }
  }

  /** A list in strict order cannot go on for ever where there is nothing: each key is another, and in the range. */
  #verify(listed: readonly Listed[], limit: number): void {
    const { range, desc } = this.#query;
    let before = this.#after;
    for (const { key } of listed) {
      const order = before === undefined ? 1 : compareBytes(key, before);
      if (!isWithin(range, key))
        this.#refuse(`key ${printableKey(key)}, which is outside of what was asked for`);
      if (desc && before !== undefined ? order >= 0 : order <= 0)
        this.#refuse(`key ${printableKey(key)} out of order or twice`);
      before = key;
    }
    if (listed.length > limit) this.#refuse(`${listed.length} keys where at most ${limit} were asked for`);
  }

  #refuse(problem: string): never {
    const error = new VerificationError(
      'BINDING_MISMATCH',
      `${this.#operation}: the server listed ${problem}. The answer is refused.`,
    );
    this.#client.report(this.#operation, error);
    throw error;
  }
}

function boundsOf({ range, desc }: Query, after: Uint8Array | undefined) {
  const { prefix, low, high } = range;
  return desc
    ? { prefix, desc, seekKey: after ?? high, endKey: low, inclusiveEnd: true }
    : { prefix, desc, seekKey: after ?? low, inclusiveSeek: after === undefined, endKey: high };
}
