// What writers said of their writes, and what must be there therefore.

/** What became of a write, as its writer was told. `open`: nothing yet, or that it is unknown. */
export type Outcome = 'done' | 'refused' | 'open';

/** A write: all of its entities or none. */
export interface Claim {
  readonly ids: readonly string[];
  readonly outcome: Outcome;
  /** The code of the error. */
  readonly code?: string;
}

/** What is known of the writes of a process, from its lines `try ids ;`, `done ids ;` and `fail CODE ids ;`. */
export function claimsOf(lines: readonly string[]): Claim[] {
  const claims = new Map<string, Claim>();
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    // A line that a kill cut short counts for nothing.
    if (rest.pop() !== ';') continue;
    const code = word === 'fail' ? rest.shift() : undefined;
    const name = rest.join(' ');
    if (word === 'try') claims.set(name, { ids: rest, outcome: 'open' });
    else if (word === 'done') claims.set(name, { ids: rest, outcome: 'done' });
    else if (code !== undefined)
      claims.set(name, { ids: rest, outcome: code === 'UNKNOWN_OUTCOME' ? 'open' : 'refused', code });
  }
  return [...claims.values()];
}

/** @returns what does not hold; undefined if all does */
export function problemOf(claims: readonly Claim[], isThere: (id: string) => boolean): string | undefined {
  for (const { ids, outcome, code } of claims) {
    const there = ids.filter(isThere).length;
    const name = ids.join(', ');
    if (outcome === 'done' && there < ids.length) return `${name} was acknowledged and is gone`;
    if (outcome === 'refused' && there > 0) return `${name} was refused (${String(code)}) and is there`;
    if (there > 0 && there < ids.length) return `of ${name} only ${there} are there`;
  }
  return undefined;
}

/** How many writes had each outcome. */
export function countsOf(claims: readonly Claim[]): Record<Outcome, number> {
  const count = (wanted: Outcome) => claims.filter(({ outcome }) => outcome === wanted).length;
  return { done: count('done'), refused: count('refused'), open: count('open') };
}
