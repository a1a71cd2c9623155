// What codecs allow, for writing and for reading alike (FORMAT.md, "Limits and refusals").

/** The most bytes a payload may have: 4 MiB. */
export const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

/** The most values one entity may hold, nested ones included: the shortest takes a byte of JSON, its separator another. */
export const MAX_VALUES = MAX_PAYLOAD_BYTES / 2;

/** The deepest nesting of a payload. The properties are level 1; a Map takes two levels, all else one. */
export const MAX_DEPTH = 64;

/** Property names that reach into prototypes where code copies properties carelessly. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
