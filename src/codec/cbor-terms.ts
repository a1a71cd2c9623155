// The words of CBOR that payloads are written in (RFC 8949; FORMAT.md, "Codec 2").

/** Major types: the upper three bits of the first byte of an item. */
export const MAJOR = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const;

/** First bytes of major type 7. */
export const SIMPLE = {
  false: 0xf4,
  true: 0xf5,
  null: 0xf6,
  half: 0xf9,
  single: 0xfa,
  double: 0xfb,
} as const;

/** Tags, all of them registered with IANA. */
export const TAG = {
  epochTime: 1,
  bignum: 2,
  negativeBignum: 3,
  /** The name of a type and the arguments of its constructor. */
  constructed: 27,
  uri: 32,
  set: 258,
  regExp: 21_066,
} as const;

/** The type that Maps are written as instances of. */
export const MAP_NAME = 'Map';

/** From where on an integer takes another form. */
export const BREAK_EVEN = {
  /** A number of JavaScript does not hold it exactly. */
  safe: 2n ** 53n,
  /** It takes more than 64 bits. */
  bignum: 2n ** 64n,
} as const;
