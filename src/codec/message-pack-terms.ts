// The words of MessagePack that payloads are written in (FORMAT.md, "Codec 3").

/** First bytes, and the lowest of those that hold a length or a number themselves. */
export const FIRST = {
  fixMap: 0x80,
  fixArray: 0x90,
  fixText: 0xa0,
  nil: 0xc0,
  false: 0xc2,
  true: 0xc3,
  bytes8: 0xc4,
  bytes16: 0xc5,
  bytes32: 0xc6,
  extension8: 0xc7,
  extension16: 0xc8,
  extension32: 0xc9,
  float32: 0xca,
  float64: 0xcb,
  unsigned8: 0xcc,
  unsigned16: 0xcd,
  unsigned32: 0xce,
  unsigned64: 0xcf,
  signed8: 0xd0,
  signed16: 0xd1,
  signed32: 0xd2,
  signed64: 0xd3,
  fixExtension1: 0xd4,
  fixExtension16: 0xd8,
  text8: 0xd9,
  text16: 0xda,
  text32: 0xdb,
  array16: 0xdc,
  array32: 0xdd,
  map16: 0xde,
  map32: 0xdf,
  fixNegative: 0xe0,
} as const;

/** Types of extensions. */
export const EXTENSION = {
  bigint: 1,
  regExp: 2,
  url: 3,
  set: 4,
  map: 5,
  /** Of MessagePack itself: −1. */
  timestamp: 0xff,
} as const;

/** The one NaN that is written, in 32 bits. */
export const SINGLE_NAN = 0x7fc00000;

/** Seconds up to which a timestamp takes 32 bits, and 64. */
export const TIMESTAMP_32 = 2 ** 32;
/** {@inheritDoc TIMESTAMP_32} */
export const TIMESTAMP_64 = 2 ** 34;
