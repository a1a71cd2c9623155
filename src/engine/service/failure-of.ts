// What goes over the wire for whatever was thrown.

import { ImmuError, type ImmuErrorCode } from '../../errors.js';
import { ServiceFailure, Status } from '../service-failure.js';

const DAMAGED = 'the stored data of this embedded ledger is damaged: ';
const FAILED = 'the storage of this embedded ledger failed: ';

const STORAGE: Readonly<Partial<Record<ImmuErrorCode, readonly [status: number, prefix: string]>>> = {
  LEDGER_DAMAGED: [Status.DATA_LOSS, DAMAGED],
  // A database of the catalog whose folder is gone.
  LEDGER_MISSING: [Status.DATA_LOSS, DAMAGED],
  LEDGER_STORAGE_FAILED: [Status.INTERNAL, FAILED],
  LEDGER_LOCKED: [Status.INTERNAL, FAILED],
  UNSUPPORTED_FORMAT: [Status.INTERNAL, FAILED],
};

/** The failure of a call. What was thrown is its `cause`, which stays in this process. */
export function failureOf(error: unknown): ServiceFailure {
  if (error instanceof ServiceFailure) return error;
  const known = error instanceof ImmuError ? STORAGE[error.code] : undefined;
  const failure =
    error instanceof ImmuError && known !== undefined
      ? new ServiceFailure(known[0], known[1] + error.message)
      : new ServiceFailure(Status.INTERNAL, 'internal error of the embedded ledger');
  failure.cause = error;
  return failure;
}
