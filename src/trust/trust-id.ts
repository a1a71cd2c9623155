// The name of a trust record: what the application configured, never what a server says of itself.

/** Which trust record: one ledger under the name this side gave it, and one of its databases. */
export interface TrustId {
  /** The name from configuration. Any text; it never becomes part of a file name. */
  readonly ledgerId: string;
  /** The database, as configured. */
  readonly database: string;
}

/** The longest name, in UTF-16 units: room for any URL, none for a record that cannot be read back. */
const MAX_NAME_LENGTH = 65_536;

/**
 * Whether a text can name a record: not empty, not huge, and without lone surrogates, which UTF-8 cannot tell apart.
 *
 * @param name any text
 */
export function isTrustName(name: unknown): name is string {
  return (
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= MAX_NAME_LENGTH &&
    !/\p{Surrogate}/u.test(name)
  );
}

/**
 * Refuses what cannot name a record.
 *
 * @param id from the application
 * @throws TypeError if either part is empty, too long or not well-formed Unicode
 */
export function checkTrustId(id: TrustId): void {
  for (const part of ['ledgerId', 'database'] as const) {
    if (isTrustName(id[part])) continue;
    throw new TypeError(
      `TrustId.${part} must be a well-formed text of 1 to ${MAX_NAME_LENGTH} characters that names the ledger in ` +
        'your configuration.',
    );
  }
}

/** The order in which names are listed. */
export function compareTrustIds(a: TrustId, b: TrustId): number {
  return compareText(a.ledgerId, b.ledgerId) || compareText(a.database, b.database);
}

/** Both parts for an error message: quoted, control characters escaped, cut where they are long. */
export function describeTrustId(id: TrustId): string {
  return `ledger ${quote(id.ledgerId)}, database ${quote(id.database)}`;
}

function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
