// The codecs of this package, told from those of applications: theirs are guarded, ours keep the promises themselves.
import type { Codec } from './codec.js';

/** Registered, so that two copies of immurepo in one process know each other's codecs. */
const OWN = Symbol.for('immurepo.codec');

/** Marks a codec as one of this package. */
export function brandOwn(codec: Codec): Codec {
  Object.defineProperty(codec, OWN, { value: true });
  return Object.freeze(codec);
}

/** Whether a codec is one of this package. */
export function isOwn(codec: object): boolean {
  return Object.hasOwn(codec, OWN);
}
