// How large a value may be that is read as a stream.

import type { StreamOptions } from '../call-stream.js';
import { assertWholeNumber } from '../limits.js';
import { DEFAULT_MAX_BYTES } from './limits.js';

/** What may be read. */
export interface StreamReadOptions extends StreamOptions {
  /** The most bytes a value may have: a larger one is refused before it is read. Default 2^25. */
  readonly maxBytes?: number;
}

/** The most bytes of a value. @throws TypeError */
export function maxBytesOf({ maxBytes = DEFAULT_MAX_BYTES }: StreamReadOptions): number {
  assertWholeNumber('maxBytes', maxBytes, 0, Number.MAX_SAFE_INTEGER);
  return maxBytes;
}
