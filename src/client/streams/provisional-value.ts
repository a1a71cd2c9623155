// A value that may be used as it comes, and is proven only when it has come in full.

import { ReadableStream } from 'node:stream/web';
import type { KeyMetadata } from '../../proof/index.js';
import type { PendingValue, VerifiedStream } from './verified-get.js';

/**
 * A value on its way whose bytes are **not proven until the iteration has ended**: an iteration that fails gave bytes that must
 * not be used, and one that is broken off proved nothing. Where that is too early, use `verifiedGet`, which holds the value back
 * until it is proven.
 *
 * Read it once, or `cancel()` it; until then it keeps its call open.
 */
export class ProvisionalValue implements AsyncIterable<Uint8Array>, AsyncDisposable {
  /** How many bytes it is announced to have. */
  readonly length: number;
  /** Metadata as written, proven; undefined if there is none. */
  readonly metadata: KeyMetadata | undefined;
  readonly #pending: PendingValue;
  #taken = false;
  #verified: VerifiedStream | undefined;

  /** @param pending what was begun */
  constructor(pending: PendingValue) {
    this.length = pending.length;
    this.metadata = pending.metadata;
    this.#pending = pending;
  }

  /**
   * What is proven of the value.
   *
   * @returns undefined until the iteration has ended without an error
   */
  get verified(): VerifiedStream | undefined {
    return this.#verified;
  }

  /**
   * The bytes as they come, unproven until the end.
   *
   * @throws VerificationError at the end, in place of ending, where the value is not the proven one · ImmuError STREAM_TRUNCATED
   * @throws TypeError if it was read before
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#taken) throw new TypeError('a streamed value can be read once: keep what you need of it');
    this.#taken = true;
    this.#verified = yield* this.#pending.chunks();
  }

  /** The bytes as a web stream, which fails as the iteration does. */
  toReadableStream(): ReadableStream<Uint8Array> {
    return ReadableStream.from<Uint8Array>(this);
  }

  /** Gives it up: nothing was proven. */
  async cancel(): Promise<void> {
    this.#taken = true;
    await this.#pending.close();
  }

  /** Gives it up, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.cancel();
  }
}
