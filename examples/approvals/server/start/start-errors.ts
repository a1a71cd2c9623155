// Why the service could not start, for whoever started it.

import { ImmuError, VerificationError } from 'immurepo';

/** A sentence or two, and never a secret. */
export function adviceOn(error: unknown): string {
  if (isSystemError(error) && error.code === 'EADDRINUSE')
    return 'The port is taken by another program. Name a free one by PORT, or PORT=0 for any.';
  if (error instanceof VerificationError)
    return `The ledger contradicts what was proven before (${error.code}). ${error.message}`;
  if (error instanceof ImmuError && error.code === 'CLOSED')
    return 'The start was broken off. The next one goes on where it was.';
  if (error instanceof ImmuError) return `The ledger cannot be opened (${error.code}). ${error.message}`;
  return error instanceof Error ? `The service cannot start. ${error.message}` : String(error);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
