// Times as text: the one form that `Date.prototype.toISOString` writes.

/** Whether a text is a time as `Date.prototype.toISOString` writes it. */
export function isIsoTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}
