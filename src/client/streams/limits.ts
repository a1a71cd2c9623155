// How much may pass in a stream. The first two are 1.11.1's own and cannot be configured.

/** The most bytes of one value that is written: its stored form has one byte more. */
export const MAX_VALUE_BYTES = 2 ** 25 - 1;
/** The most bytes of all values of one call. */
export const MAX_VALUES_BYTES = 2 ** 25;
/** The most bytes of a value that is read, unless told otherwise. */
export const DEFAULT_MAX_BYTES = 2 ** 25;
/** The most bytes of a key, of a set's name, and of anything else that is small. */
export const MAX_SMALL_BYTES = 64 * 1024;
/** How much a chunk holds. */
export const CHUNK_BYTES = 64 * 1024;
