// The buffers LMDB answers with, made safe. It reuses one buffer for all answers, and lays another `length` over the
// true one: methods of that object would read on beyond the answer.

import type { Database } from 'lmdb';
import { MAX_VALUE_BYTES } from './row-rules.js';
import { SEAL_BYTES } from './seal.js';

/**
 * The sealed value of a row where LMDB has it, valid until the next read.
 *
 * @throws RangeError for a length that no value has
 */
export function peek(tree: Database<Uint8Array, Uint8Array>, key: Uint8Array): Buffer | undefined {
  const found = tree.getBinaryFast(key);
  return found && asBuffer(found);
}

/** A true Buffer over the bytes of one of LMDB's. @throws RangeError for a length that no value has */
export function asBuffer(found: Uint8Array): Buffer {
  const { length } = found;
  // Where LMDB says a value is longer, it would be read from beyond the file.
  if (length > MAX_VALUE_BYTES + SEAL_BYTES) throw new RangeError(`No value has ${length} bytes.`);
  return Buffer.from(found.buffer, found.byteOffset, length);
}
