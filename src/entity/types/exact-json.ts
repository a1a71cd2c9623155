// What JavaScript would lose of a JSON text without a word: digits of numbers, and all but the last of a name's values.

/** Only a text with such a part can lose digits. */
const SUSPECT = /\d{16}|\d[eE]\+?\d/;

/** Where a string begins, which is passed over, and numbers. */
const TOKEN = /"|-?\d[\d.eE+-]*/g;

const DECIMAL = /^-?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

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
  const token = new RegExp(TOKEN);
  for (let found = token.exec(json); found !== null; found = token.exec(json)) {
    const [literal] = found;
    if (literal === '"') {
      token.lastIndex = stringEnd(json, found.index);
      continue;
    }
    const rounded = Number(literal);
    if (isLossy(literal, rounded)) return { literal, rounded };
  }
  return undefined;
}

/**
 * Whether a number in decimals is another as a JavaScript number, however it is spelled. Of fractions only the whole part is
 * held to that: whoever writes them rounds them, too.
 *
 * @param rounded what JavaScript makes of it
 */
export function isLossy(literal: string, rounded: number): boolean {
  if (!Number.isFinite(rounded)) return true;
  if (Math.abs(rounded) <= Number.MAX_SAFE_INTEGER) return false;
  const { digits, exponent } = decimalOf(literal);
  if (exponent < 0) return true;
  // As JavaScript itself writes it, such as 1e+23, it comes back as the number it was.
  const own = decimalOf(String(rounded));
  if (digits === own.digits && exponent === own.exponent) return false;
  const exact = BigInt(digits) * 10n ** BigInt(exponent);
  return exact !== BigInt(Math.abs(rounded));
}

/** Without its sign: digits that neither begin nor end with a zero, times a power of ten. */
function decimalOf(literal: string): { readonly digits: string; readonly exponent: number } {
  const [, whole = '', fraction = '', power = '0'] = DECIMAL.exec(literal) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  let end = all.length;
  while (end > 0 && all[end - 1] === '0') end--;
  return { digits: all.slice(0, end), exponent: Number(power) - fraction.length + all.length - end };
}

/**
 * The first name that an object has twice, at any depth.
 *
 * @param json what `JSON.parse` accepts
 */
export function doubledName(json: string): string | undefined {
  // An object's names so far; an array has none.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = stringEnd(json, at);
      const names = isName(json, end) ? open.at(-1) : undefined;
      if (names !== undefined) {
        const name = JSON.parse(json.slice(at, end)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Where a string ends, its quote included. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether a colon follows. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (at < json.length && ' \t\r\n'.includes(json[at] ?? '')) at++;
  return json[at] === ':';
}
