// The line a recovery leaves in the log beside the records. The record tells the same, as long as it is readable.

import { toHex } from '../bytes.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import type { TrustRecord } from './record.js';

/**
 * One line of JSON for the newest recovery of a record.
 *
 * @param record as `recoveredRecord` made it
 */
export function recoveryLine(record: TrustRecord): string {
  const { ledgerId, database, epoch, head } = record;
  const { at, reason, abandoned, lifted } = record.recovered?.at(-1) ?? {};
  return JSON.stringify({
    ...{ at, reason, ledgerId, database, epoch, lifted },
    abandoned: abandoned && stateOf(abandoned),
    head: stateOf(head),
  });
}

function stateOf({ txId, alh }: LedgerState): object {
  return { txId: String(txId), alh: toHex(alh) };
}
