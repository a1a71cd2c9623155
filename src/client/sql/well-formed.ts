// Which texts can be sent: those that survive UTF-8.

/** Whether the text has no lone surrogate, in place of which another character would be sent. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
