// What a call threw, as tests want to name it.
import { ImmuError } from '../../src/errors.js';

/** The code of the ImmuError thrown, the name of any other error, or `nothing`. */
export function codeOf(call: () => unknown): string {
  return codeOfError(thrownBy(call));
}

/** The message thrown, or `nothing`. */
export function messageOf(call: () => unknown): string {
  const error = thrownBy(call);
  return error instanceof Error ? error.message : 'nothing';
}

/** What a call threw, or undefined. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The code of an ImmuError, the name of any other error, or `nothing`. */
export function codeOfError(error: unknown): string {
  if (error instanceof ImmuError) return error.code;
  return error instanceof Error ? error.name : 'nothing';
}
