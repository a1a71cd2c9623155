// Transaction ids as text: decimal and nothing else, because a JSON number loses digits above 2^53.

import { MAX_U64 } from '../bytes.js';

/** The number that a text means, or undefined unless it is the one decimal form of a number below 2^64. */
export function parseU64(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return undefined;
  const number = BigInt(text);
  return number <= MAX_U64 ? number : undefined;
}
