// A value that comes as a stream.

import { ReadableStream } from 'node:stream/web';

/** Where a value comes from. */
interface Origin {
  readonly length: number;
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  cancel(): Promise<void>;
}

/**
 * A value on its way: read it once, by `for await`, `bytes()` or `toReadableStream()`, or `cancel()` it. Until then it keeps its
 * call open. A value that does not come in full fails with STREAM_TRUNCATED: never take what came for a value before the
 * iteration has ended.
 */
export class StreamedValue implements AsyncIterable<Uint8Array>, AsyncDisposable {
  /** How many bytes it has, as announced. */
  readonly length: number;
  readonly #origin: Origin;
  #taken = false;

  /** @param origin where it comes from */
  constructor(origin: Origin) {
    this.length = origin.length;
    this.#origin = origin;
  }

  /** The bytes as they come. @throws TypeError if it was read before · ImmuError STREAM_TRUNCATED */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#taken) throw new TypeError('a streamed value can be read once: keep what you need of it');
    this.#taken = true;
    return this.#origin.chunks();
  }

  /** All bytes together. @throws as the iteration */
  async bytes(): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.length);
    let filled = 0;
    for await (const piece of this) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  /** The bytes as a web stream, which fails as the iteration does. */
  toReadableStream(): ReadableStream<Uint8Array> {
    return ReadableStream.from<Uint8Array>(this);
  }

  /** Gives it up. */
  async cancel(): Promise<void> {
    this.#taken = true;
    await this.#origin.cancel();
  }

  /** Gives it up, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.cancel();
  }
}
