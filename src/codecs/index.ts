// `immurepo/codec`: how properties become bytes. What a codec of your own has to be, and a check of it.

export { canonicalSuperjson } from '../codec/canonical-superjson.js';
export type { Codec, PlainRecord } from '../codec/codec.js';
export { codecConformance } from '../codec/codec-conformance.js';
export { equalValues } from '../codec/equal-values.js';
export { MAX_DEPTH, MAX_PAYLOAD_BYTES } from '../codec/payload-limits.js';
