// Numbers in JSON that JavaScript cannot hold: `JSON.parse` rounds them and says nothing.

/** Only a text with such a part can lose anything. */
const SUSPECT = /\d{16}|\d[eE]\+?\d/;

/** Strings, which are passed over, and numbers. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

const WHOLE = /^-?\d+$/;

/** A number, and what would become of it. */
export interface LossyNumber {
  readonly literal: string;
  readonly rounded: number;
}

/**
 * The first whole number that would lose digits, or the first number that is too large to be one.
 *
 * @param json what `JSON.parse` accepts
 */
export function lossyNumber(json: string): LossyNumber | undefined {
  if (!SUSPECT.test(json)) return undefined;
  for (const [literal] of json.matchAll(TOKEN)) {
    if (literal.startsWith('"')) continue;
    const rounded = Number(literal);
    if (!Number.isFinite(rounded)) return { literal, rounded };
    // Fractions are rounded by whoever writes them, too: only of whole numbers all digits are meant.
    if (WHOLE.test(literal) && BigInt(literal) !== BigInt(rounded)) return { literal, rounded };
  }
  return undefined;
}
