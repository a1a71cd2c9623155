// The framing of streams: messages of `u64 length ‖ payload`, one after another, cut into chunks at any place.
// A message that is announced and does not come is refused, never taken for a shorter one.

import { concatBytes, u64be } from '../../../bytes.js';
import type { Chunk } from '../../../wire/immudb/schema/stream.js';
import { ServiceFailure, Status } from '../../service-failure.js';

/** The most bytes of one message, and of all values of one call. */
export const MAX_STREAM_BYTES = 2 ** 25;

/** How much a chunk holds. */
const CHUNK_BYTES = 64 * 1024;
const LENGTH_BYTES = 8;

/** A limit of streams is exceeded. @param text as 1.11.1 has it */
export const tooLong = (text: string) => new ServiceFailure(Status.FAILED_PRECONDITION, text, '22000');

const cut = () =>
  new ServiceFailure(
    Status.INVALID_ARGUMENT,
    'the stream ended before the message it announced: nothing was written',
  );

/** Messages out of chunks. */
export class FrameReader {
  readonly #chunks: AsyncIterator<Chunk>;
  #rest: Uint8Array = new Uint8Array(0);

  /** @param chunks as they come */
  constructor(chunks: AsyncIterable<Chunk>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * The next message, or `undefined` at the end of the stream.
   *
   * @throws ServiceFailure for one that is cut short or too long, before its bytes are gathered
   */
  async next(): Promise<Uint8Array | undefined> {
    if (!(await this.#fill(LENGTH_BYTES))) {
      if (this.#rest.length > 0) throw cut();
      return undefined;
    }
    const length = new DataView(this.#rest.buffer, this.#rest.byteOffset).getBigUint64(0);
    if (length > MAX_STREAM_BYTES) throw tooLong('internal store max value length exceeded');
    this.#rest = this.#rest.subarray(LENGTH_BYTES);
    return this.#take(Number(length));
  }

  /** The next message, which must come. @throws ServiceFailure */
  async required(): Promise<Uint8Array> {
    const message = await this.next();
    if (message === undefined) throw cut();
    return message;
  }

  /** @returns whether so many bytes are there */
  async #fill(bytes: number): Promise<boolean> {
    while (this.#rest.length < bytes) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return false;
      this.#rest = concatBytes(this.#rest, chunk.value.content);
    }
    return true;
  }

  /** Gathers a message without copying what has been gathered for every chunk. */
  async #take(length: number): Promise<Uint8Array> {
    const message = new Uint8Array(length);
    let filled = 0;
    for (;;) {
      const part = this.#rest.subarray(0, length - filled);
      message.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
      if (filled === length) return message;
      const chunk = await this.#chunks.next();
      if (chunk.done === true) throw cut();
      this.#rest = chunk.value.content;
    }
  }
}

/** A message as chunks. Each begins a chunk of its own. */
export function* chunksOf(message: Uint8Array): Generator<Chunk> {
  let content = concatBytes(u64be(BigInt(message.length)), message.subarray(0, CHUNK_BYTES - LENGTH_BYTES));
  for (let at = CHUNK_BYTES - LENGTH_BYTES; ; at += CHUNK_BYTES) {
    yield { content, metadata: new Map() };
    if (at >= message.length) return;
    content = message.slice(at, at + CHUNK_BYTES);
  }
}
