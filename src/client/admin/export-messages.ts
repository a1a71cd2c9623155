// Exported transactions on their way: `u64 length ‖ transaction`, cut into chunks anywhere.

import { concatBytes, u64be } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import type { Chunk } from '../../wire/immudb/schema/stream.js';

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
 * @param maxBytes of one message, checked against its declared length before it is gathered
 * @throws ImmuError MESSAGE_TOO_LARGE; SERVER_ERROR for a stream that ends within a message
 */
export async function* messagesOf(
  chunks: AsyncIterable<Chunk>,
  maxBytes: number,
): AsyncGenerator<ExportMessage, void, undefined> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let metadata: ReadonlyMap<string, Uint8Array> = NO_METADATA;
  let length: number | undefined;
  for await (const chunk of chunks) {
    if (held === 0) ({ metadata } = chunk);
    parts.push(chunk.content);
    held += chunk.content.length;
    while (held >= LENGTH_BYTES) {
      length ??= lengthOf(concatBytes(...parts), maxBytes);
      const end = LENGTH_BYTES + length;
      if (held < end) break;
      const bytes = concatBytes(...parts);
      yield { content: bytes.subarray(LENGTH_BYTES, end), metadata };
      [parts, held, length, metadata] = [[bytes.subarray(end)], held - end, undefined, chunk.metadata];
    }
  }
  if (held > 0)
    throw new ImmuError(
      'SERVER_ERROR',
      'The server ended the export within a transaction. Export it again.',
      {
        retryable: true,
      },
    );
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
