// Values to write, as programs have them: at hand, or as a stream whose length is known beforehand, as the wire wants it first.

import { ImmuError } from '../../errors.js';
import { assertKey } from '../limits.js';
import { printableKey } from '../printable-key.js';
import { MAX_VALUE_BYTES } from './limits.js';

/** A stream of bytes: a `ReadableStream`, a Node stream, a generator. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A key with its new value. A stream carries no metadata. */
export type StreamEntryToWrite =
  | {
      /** 1 to 1023 bytes, once per write. */
      readonly key: Uint8Array;
      readonly value: Uint8Array;
    }
  | {
      /** 1 to 1023 bytes, once per write. */
      readonly key: Uint8Array;
      /** Read once, while it is sent. Fewer or more bytes than `length` fail the write, and nothing is written. */
      readonly value: ByteSource;
      /** How many bytes `value` gives, at most 2^25 − 1. */
      readonly length: number;
    };

/** A value to write, checked. */
export interface Source {
  readonly key: Uint8Array;
  readonly length: number;
  /** Exactly `length` bytes, or an error. To be read once. */
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Checks an entry as far as it can be without reading it.
 *
 * @throws ImmuError KEY_TOO_LARGE, VALUE_TOO_LARGE, INVALID_ARGUMENT · TypeError for a stream without its length
 */
export function sourceOf(entry: StreamEntryToWrite): Source {
  assertKey(entry.key);
  const key = new Uint8Array(entry.key);
  const { value } = entry;
  const length = value instanceof Uint8Array ? value.length : (entry as { readonly length?: unknown }).length;
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    throw new TypeError(
      `the value of key ${printableKey(key)} is a stream: give its length, a whole number of bytes`,
    );
  if (length > MAX_VALUE_BYTES) {
    throw new ImmuError(
      'VALUE_TOO_LARGE',
      `The value of key ${printableKey(key)} has ${length} bytes; the server takes ${MAX_VALUE_BYTES}. Store it in pieces.`,
      { details: { bytes: length, maxBytes: MAX_VALUE_BYTES } },
    );
  }
  const source: ByteSource = value instanceof Uint8Array ? [new Uint8Array(value)] : value;
  if (!(Symbol.asyncIterator in source) && !(Symbol.iterator in source))
    throw new TypeError(`the value of key ${printableKey(key)} must be a Uint8Array or a stream of them`);
  return { key, length, bytes: () => exactly(key, length, source) };
}

async function* exactly(
  key: Uint8Array,
  length: number,
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const piece of source) {
    if (!(piece instanceof Uint8Array))
      throw new TypeError(`the stream of key ${printableKey(key)} gives something else than a Uint8Array`);
    bytes += piece.length;
    if (bytes > length) throw mismatch(key, length, 'more');
    yield piece;
  }
  if (bytes < length) throw mismatch(key, length, `only ${bytes}`);
}

function mismatch(key: Uint8Array, length: number, found: string): ImmuError {
  return new ImmuError(
    'STREAM_LENGTH_MISMATCH',
    `The value of key ${printableKey(key)} was to have ${length} bytes, and its stream gave ${found}. The write was given up: ` +
      'nothing was written.',
    { details: { key, length } },
  );
}
