// Cases that fail today, by name and with the reason. They fail `npm run assurance`; the test suite holds that these fail
// and no others, so that whoever mends one takes it off here.

import type { Outcome } from './outcome.js';

export interface KnownFailing {
  readonly row: number;
  readonly attack: string;
  readonly on: readonly string[];
  /** What is missing. */
  readonly because: string;
}

export const KNOWN_FAILING: readonly KnownFailing[] = [];

/** Whether a case is known to fail. */
export const isKnownFailing = ({ row, attack, on }: Pick<Outcome, 'row' | 'attack' | 'on'>): boolean =>
  KNOWN_FAILING.some((known) => known.row === row && known.attack === attack && known.on.includes(on));
