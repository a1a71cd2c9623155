// Exported transactions on their way: `u64 length ‖ transaction`, cut into chunks anywhere.

import { concatBytes, u64be } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import type { Chunk } from '../../wire/immudb/schema/stream.js';
import { MAX_EMPTY_CHUNKS } from '../streams/frames.js';

/** Bytes sent in one chunk. */
const CHUNK_BYTES = 64 * 1024;

const LENGTH_BYTES = 8;
const NO_METADATA = new Map<string, Uint8Array>();

/** A message as it arrived. */
export interface ExportMessage {
  readonly content: Uint8Array;
  /** Of its first chunk. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

/**
 * The messages in a stream of chunks.
 *
 * @param maxBytes of one message, checked against its declared length before anything is set aside for it
 * @throws ImmuError MESSAGE_TOO_LARGE; SERVER_ERROR for a stream that ends within a message, or goes on with nothing in it
 */
export async function* messagesOf(
  chunks: AsyncIterable<Chunk>,
  maxBytes: number,
): AsyncGenerator<ExportMessage, void, undefined> {
  let message: IncomingMessage | undefined;
  let empty = 0;
  for await (const { content, metadata } of chunks) {
    empty = content.length === 0 ? empty + 1 : 0;
    if (empty > MAX_EMPTY_CHUNKS) throw nothingInThem();
    for (let rest = content; rest.length > 0;) {
      message ??= new IncomingMessage(metadata, maxBytes);
      rest = message.take(rest);
      if (!message.isWhole) continue;
      yield message;
      message = undefined;
    }
  }
  if (message !== undefined)
    throw new ImmuError(
      'SERVER_ERROR',
      'The server ended the export within a transaction. Export it again.',
      {
        retryable: true,
      },
    );
}

/** A message under way: its length first, then as much as that says. */
class IncomingMessage implements ExportMessage {
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly #maxBytes: number;
  /** What is being filled: the length, then the content. */
  #part: Uint8Array = new Uint8Array(LENGTH_BYTES);
  #filled = 0;
  #hasLength = false;

  constructor(metadata: ReadonlyMap<string, Uint8Array>, maxBytes: number) {
    this.metadata = metadata;
    this.#maxBytes = maxBytes;
  }

  get content(): Uint8Array {
    return this.#part;
  }

  get isWhole(): boolean {
    return this.#hasLength && this.#filled === this.#part.length;
  }

  /** Takes what belongs to this message. @returns what does not, or is for its next part */
  take(bytes: Uint8Array): Uint8Array {
    const piece = bytes.subarray(0, this.#part.length - this.#filled);
    this.#part.set(piece, this.#filled);
    this.#filled += piece.length;
    if (!this.#hasLength && this.#filled === LENGTH_BYTES) {
      this.#part = new Uint8Array(lengthOf(this.#part, this.#maxBytes));
      this.#filled = 0;
      this.#hasLength = true;
    }
    return bytes.subarray(piece.length);
  }
}

function nothingInThem(): ImmuError {
  return new ImmuError('SERVER_ERROR', 'The server sends an export in chunks with nothing in them.');
}

function lengthOf(bytes: Uint8Array, maxBytes: number): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0);
  if (length <= BigInt(maxBytes)) return Number(length);
  throw new ImmuError(
    'MESSAGE_TOO_LARGE',
    `The server announces an exported transaction of ${String(length)} bytes; ${maxBytes} are taken: give a larger maxTxBytes.`,
    { details: { bytes: length, maxBytes } },
  );
}

/** A message in chunks. */
export function* chunksOf(content: Uint8Array): Generator<Chunk, void, undefined> {
  const bytes = concatBytes(u64be(BigInt(content.length)), content);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    yield { content: bytes.subarray(at, at + CHUNK_BYTES), metadata: NO_METADATA };
}
