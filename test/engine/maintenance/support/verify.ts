// Runs a check to its end at once.
import type { LedgerStore } from '../../../../src/engine/storage/ledger-store.js';
import {
  type VerifyOptions,
  type VerifyReport,
  verifyRows,
} from '../../../../src/engine/maintenance/verify-rows.js';

export function verify(store: LedgerStore, options: VerifyOptions = {}): VerifyReport {
  const check = verifyRows(store, options);
  for (;;) {
    const step = check.next();
    if (step.done === true) return step.value;
  }
}

/** The faults as a person reads them. */
export function faultTexts(store: LedgerStore, options: VerifyOptions = {}): string[] {
  return verify(store, options).faults.map(({ txId, message }) =>
    txId === undefined ? message : `${String(txId)} ${message}`,
  );
}
