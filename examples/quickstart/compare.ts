// What was added, changed and removed between what the ledger knows and what a lock file says.
import type { LockedFacts } from './lock-file.js';

/** A package that is locked as before, but not the same. */
export interface Change<Known extends LockedFacts> {
  readonly known: Known;
  /** What was known, kept aside: `known` itself will be changed. */
  readonly before: LockedFacts;
  readonly after: LockedFacts;
  /** What differs: `version`, `integrity` … */
  readonly fields: readonly string[];
}

/** Everything that differs, and nothing else. */
export interface Difference<Known extends LockedFacts> {
  readonly added: readonly LockedFacts[];
  readonly changed: readonly Change<Known>[];
  readonly removed: readonly Known[];
}

const FIELDS = ['name', 'version', 'integrity', 'license', 'flags'] as const;

/** The names of the fields in which two descriptions of a package differ. */
export function differingFields(before: LockedFacts, after: LockedFacts): string[] {
  return FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** Compares by path. @param known what was locked before @param locked what is locked now */
export function compare<Known extends LockedFacts>(
  known: readonly Known[],
  locked: readonly LockedFacts[],
): Difference<Known> {
  const knownAt = new Map(known.map((facts) => [facts.path, facts]));
  const lockedPaths = new Set(locked.map(({ path }) => path));
  const changed = locked.flatMap((after) => {
    const former = knownAt.get(after.path);
    const fields = former === undefined ? [] : differingFields(former, after);
    return former === undefined || fields.length === 0
      ? []
      : [{ known: former, before: { ...former }, after, fields }];
  });
  return {
    added: locked.filter(({ path }) => !knownAt.has(path)),
    changed,
    removed: known.filter(({ path }) => !lockedPaths.has(path)),
  };
}
