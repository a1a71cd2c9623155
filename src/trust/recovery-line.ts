// The line a recovery leaves in the log beside the records. The record tells the same, as long as it is readable.

import type { TrustRecord } from './record.js';
import { stateJson } from './record-text.js';

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
    abandoned: abandoned && stateJson(abandoned),
    head: stateJson(head),
  });
}
