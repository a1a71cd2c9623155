// How tests say that something is refused.

import { expect } from 'vitest';
import { VerificationError, type VerificationErrorCode } from '../../src/errors.js';

/** Runs `check`, which must throw a VerificationError with that code, and gives the error. */
export function expectRefused(
  check: () => unknown,
  code: VerificationErrorCode,
  message?: RegExp,
): VerificationError {
  const error = refusalOf(check);
  expect(error, 'it was accepted').toBeDefined();
  expect({ code: error?.code, message: error?.message }).toMatchObject({ code });
  if (message !== undefined) expect(error?.message).toMatch(message);
  return error!;
}

/** The VerificationError that `check` throws; undefined if it throws nothing. Any other error is thrown on. */
export function refusalOf(check: () => unknown): VerificationError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof VerificationError) return error;
    throw error;
  }
}
