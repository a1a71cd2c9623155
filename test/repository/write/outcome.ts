// How an operation that must fail has failed.

import { ImmuError, VerificationError } from 'immurepo';

/** The error an operation rejects with, of this library. */
export async function failureOf(operation: Promise<unknown>): Promise<ImmuError | VerificationError> {
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof ImmuError || failure instanceof VerificationError) return failure;
  throw new Error(failure === undefined ? 'It did not fail' : 'It failed otherwise', { cause: failure });
}

/** Its code, or `ok`. */
export async function outcomeOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'ok';
  } catch (error) {
    if (error instanceof ImmuError || error instanceof VerificationError) return error.code;
    throw error;
  }
}
