// Whether a transaction is a write of operations.

import type { ProvenEntries } from '../../proof/index.js';
import { expectedOperations } from '../../proof/verify/verify-exec-all.js';
import { holdsExpected } from '../../proof/verify/write.js';
import type { OperationsRequest } from './operations-request.js';

/** Whether a transaction is made of exactly these operations: a proven one, or what a server says of one. */
export function isMadeOf(
  { operations }: OperationsRequest,
  txId: bigint,
  transaction: Pick<ProvenEntries, 'entries'>,
): boolean {
  if (transaction.entries.length !== operations.length) return false;
  return holdsExpected(transaction, expectedOperations(operations, txId));
}
