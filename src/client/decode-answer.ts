// A server's bytes as a message. Decoding comes before any check, so what it may cost is limited here: an empty message
// in a list is two bytes on the wire and some 700 in memory, and a few MiB of them would end the process.

import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { MessageType } from './transport.js';

/** The most fields and lengths of an answer: some 130,000 entries of a transaction, at most 350 MB of memory. */
export const MAX_ANSWER_VALUES = 1 << 20;

/** Reads each field's tag, and each length, by `uint32`. */
class LimitedReader extends BinaryReader {
  constructor(bytes: Uint8Array) {
    super(bytes);
    const read = this.uint32.bind(this);
    let left = MAX_ANSWER_VALUES;
    this.uint32 = () => {
      if (left-- > 0) return read();
      throw new Error(`more than ${MAX_ANSWER_VALUES} fields and lengths: ask for less at once`);
    };
  }
}

/**
 * Decodes a message.
 *
 * @param bytes untrusted; byte fields of the message may be views of it
 * @throws Error if they are malformed, hold more than {@link MAX_ANSWER_VALUES}, or go on after the message
 */
export function decodeAnswer<T>(type: Pick<MessageType<T>, 'decode'>, bytes: Uint8Array): T {
  // A field or length is a byte at least: what is short cannot hold too many, and is read faster uncounted.
  const reader = bytes.length > MAX_ANSWER_VALUES ? new LimitedReader(bytes) : new BinaryReader(bytes);
  const message = type.decode(reader);
  // Generated code takes a stray end mark for the end of the message, and would pass over what follows.
  if (reader.pos !== bytes.length) {
    throw new Error(`the message ends at byte ${reader.pos} of ${bytes.length}`);
  }
  return message;
}
