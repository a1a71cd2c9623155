// What is known of one case, and the order cases are run in.

import type { Verdict } from './attempt.js';
import type { TrustMode } from './modes.js';

/** One attack on one operation by a server trusted in one way, and what came of it. */
export interface Outcome extends Verdict {
  readonly row: number;
  /** What was forged. */
  readonly attack: string;
  /** What was attacked. */
  readonly on: string;
  readonly mode: TrustMode;
}

/** Told of each outcome as it comes. */
export type Report = (outcome: Outcome) => void;

/** The name a case is failing by. */
export const nameOf = ({ row, attack, on, mode }: Outcome): string =>
  `row ${row} · ${attack} · ${on} · ${mode}`;
