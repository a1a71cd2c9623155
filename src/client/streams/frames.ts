// The framing of streams: messages of `u64 length ‖ payload`, one after another, carried by chunks that may cut them anywhere.
// What is received is the server's to choose: a length is held against a limit before anything is set aside for it, and a message
// that is announced and does not come in full is an error, never a shorter one.

import { u64be } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import type { Chunk } from '../../wire/immudb/schema/stream.js';
import { CHUNK_BYTES } from './limits.js';

const LENGTH_BYTES = 8;

/** Chunks without content, one after another, before they are taken for a server that wastes time. */
export const MAX_EMPTY_CHUNKS = 1_000;

/** One message under way. */
export interface Frame {
  /** Its declared length, within the limit it was asked for with. */
  readonly length: number;
  /** Its bytes as they come, exactly `length` of them, or an error. @throws ImmuError STREAM_TRUNCATED */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  /** All its bytes. @throws ImmuError STREAM_TRUNCATED */
  bytes(): Promise<Uint8Array>;
}

/** Messages out of chunks. */
export class FrameReader {
  readonly #rpc: string;
  readonly #chunks: AsyncIterator<Chunk>;
  #rest: Uint8Array = new Uint8Array(0);
  /** What of the message under way has not been read. */
  #left = 0;
  #current: object | undefined;

  /** @param rpc that answers them, for errors */
  constructor(rpc: string, chunks: AsyncIterable<Chunk>) {
    this.#rpc = rpc;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * The next message; what is left of the one before is passed over.
   *
   * @param name of the message, for errors
   * @param maxBytes the most it may have
   * @returns undefined at the end of the stream
   * @throws ImmuError STREAM_TRUNCATED · VALUE_TOO_LARGE, before any of it is read
   */
  async next(name: string, maxBytes: number): Promise<Frame | undefined> {
    while (this.#left > 0) await this.#piece();
    const length = await this.#length(name);
    if (length === undefined) return undefined;
    if (length > BigInt(maxBytes)) throw this.#tooLarge(name, length, maxBytes);
    this.#left = Number(length);
    return this.#frame(this.#left);
  }

  /** The next message, which must come. @throws as {@link next} */
  async required(name: string, maxBytes: number): Promise<Frame> {
    const frame = await this.next(name, maxBytes);
    if (frame === undefined) throw this.#truncated(`before its ${name}`);
    return frame;
  }

  /** Requires that nothing follows. @throws ImmuError SERVER_ERROR */
  async end(): Promise<void> {
    while (this.#left > 0) await this.#piece();
    if (!(await this.#fill())) return;
    throw new ImmuError('SERVER_ERROR', `${this.#rpc}: the server sent more than was asked for.`, {
      details: { rpc: this.#rpc },
    });
  }

  /** Gives up the stream: the call is cancelled if it is still under way. */
  async close(): Promise<void> {
    this.#current = undefined;
    this.#left = 0;
    await this.#chunks.return?.();
  }

  #frame(length: number): Frame {
    const frame = {
      length,
      chunks: () => this.#read(frame),
      bytes: async () => {
        // Not larger than the limit: the declared length was held against it.
        const bytes = new Uint8Array(length);
        let filled = 0;
        for await (const piece of this.#read(frame)) {
          bytes.set(piece, filled);
          filled += piece.length;
        }
        return bytes;
      },
    };
    this.#current = frame;
    return frame;
  }

  async *#read(frame: object): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#current !== frame)
        throw new TypeError(`${this.#rpc}: this value was passed over: read it before the next is asked for`);
      if (this.#left === 0) return;
      yield await this.#piece();
    }
  }

  /** The next bytes of the message under way. */
  async #piece(): Promise<Uint8Array> {
    if (!(await this.#fill())) throw this.#truncated(`${this.#left} bytes before the end of a message`);
    const piece = this.#rest.subarray(0, this.#left);
    this.#rest = this.#rest.subarray(piece.length);
    this.#left -= piece.length;
    return piece;
  }

  async #length(name: string): Promise<bigint | undefined> {
    const bytes = new Uint8Array(LENGTH_BYTES);
    for (let filled = 0; filled < LENGTH_BYTES;) {
      if (!(await this.#fill())) {
        if (filled === 0) return undefined;
        throw this.#truncated(`within the length of its ${name}`);
      }
      const piece = this.#rest.subarray(0, LENGTH_BYTES - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  /** @returns whether there is at least one byte */
  async #fill(): Promise<boolean> {
    for (let empty = 0; this.#rest.length === 0; empty++) {
      const next: IteratorResult<Chunk, unknown> = await this.#chunks.next();
      if (next.done === true) return false;
      if (empty === MAX_EMPTY_CHUNKS)
        throw new ImmuError('SERVER_ERROR', `${this.#rpc}: the server sends chunks with nothing in them.`);
      this.#rest = next.value.content;
    }
    return true;
  }

  #truncated(where: string): ImmuError {
    return new ImmuError(
      'STREAM_TRUNCATED',
      `${this.#rpc}: the stream ended ${where}. Nothing of it may be taken for the whole: read it again.`,
      { retryable: true, details: { rpc: this.#rpc } },
    );
  }

  #tooLarge(name: string, bytes: bigint, maxBytes: number): ImmuError {
    return new ImmuError(
      'VALUE_TOO_LARGE',
      `${this.#rpc}: the server announces a ${name} of ${String(bytes)} bytes; ${maxBytes} are taken. If it may be so large, say so ` +
        'by maxBytes.',
      { details: { rpc: this.#rpc, bytes, maxBytes } },
    );
  }
}

/** A message to send: its length, and its bytes as they are to be had. */
export interface Payload {
  /** ≥ 0 */
  readonly length: number;
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Messages as chunks, each but the last full. @param payloads each with exactly as many bytes as it announces */
export async function* chunksOf(
  payloads: Iterable<Payload> | AsyncIterable<Payload>,
): AsyncGenerator<Chunk, void, undefined> {
  let filled = 0;
  let content = new Uint8Array(CHUNK_BYTES);
  for await (const { length, bytes } of payloads) {
    for await (const piece of framed(length, bytes)) {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + CHUNK_BYTES - filled);
        content.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < CHUNK_BYTES) continue;
        yield { content, metadata: new Map() };
        // What was given away may still be on its way.
        content = new Uint8Array(CHUNK_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield { content: content.subarray(0, filled), metadata: new Map() };
}

async function* framed(length: number, bytes: Payload['bytes']): AsyncGenerator<Uint8Array, void, undefined> {
  yield u64be(BigInt(length));
  yield* bytes;
}

/** A message that is at hand. */
export function payloadOf(bytes: Uint8Array): Payload {
  return { length: bytes.length, bytes: [bytes] };
}
