// A state on the command line.

import type { LedgerState } from '../proof/index.js';
import { type Arguments, type Options, UsageError } from './arguments.js';

/** The options that name a state. */
export const PIN_OPTIONS: Options = {
  tx: { value: 'N', about: 'the transaction of a state you noted' },
  alh: { value: 'HEX', about: 'its accumulated hash, 64 hex digits' },
};

/** The state of `--tx` and `--alh`, or undefined if neither was given. */
export function pinOf(given: Arguments): LedgerState | undefined {
  const txId = given.number('tx');
  if (txId === undefined && !given.has('alh')) return undefined;
  if (txId === undefined) throw new UsageError('--alh needs --tx: which transaction it belongs to');
  return { txId, alh: given.hash('alh') };
}
