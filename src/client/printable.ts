// Text that came from a server or a user, made safe to print: one line, of bounded length, with nothing that moves a cursor.

/** The longest text quoted in an error, in characters. */
const MAX_LENGTH = 300;

/** Control characters (C0, DEL, C1), line separators, and the marks that reverse the direction of text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // eslint-disable-line no-control-regex

/**
 * The text with unprintable characters escaped as `\u{…}` and its end cut off where it is long.
 *
 * @param text untrusted, of any length
 * @param maxLength how many characters of it to keep
 */
export function printable(text: string, maxLength = MAX_LENGTH): string {
  const kept = text.length > maxLength ? text.slice(0, maxLength) : text;
  const escaped = kept.replace(UNPRINTABLE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
  return kept.length < text.length ? `${escaped}… (${text.length - kept.length} more characters)` : escaped;
}
