// The lines a peer prints, one per check.

/** How a check ended. */
export type Outcome = 'passed' | 'failed' | 'skipped';

/** One thing a client was seen to be able to do, or not. */
export interface CheckLine {
  /** What was checked. */
  readonly check: string;
  readonly outcome: Outcome;
  /** How long it took. */
  readonly ms: number;
  /** Why it failed or was skipped. */
  readonly why?: string;
}

const OUTCOMES: readonly unknown[] = ['passed', 'failed', 'skipped'] satisfies readonly Outcome[];

/** @throws Error for a line that is none */
export function parseCheckLine(text: string): CheckLine {
  const line = fieldsOf(text);
  const { check, outcome, ms, why = '' } = line;
  const isLine = typeof check === 'string' && OUTCOMES.includes(outcome) && Number.isSafeInteger(ms);
  if (!isLine || typeof why !== 'string') throw new Error(`not the line of a check: ${text}`);
  return line as unknown as CheckLine;
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, with the line.
  }
  return {};
}
