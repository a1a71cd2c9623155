// Lines that are out at once: what was told must be known even if the process is killed right after.
import { writeSync } from 'node:fs';
import { ImmuError, VerificationError } from '../../../src/errors.js';

/** Tells a line. */
export function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

/** An error as a line tells it: what is no error of ours is told as such. */
export function codeOf(error: unknown): string {
  if (error instanceof ImmuError || error instanceof VerificationError) return error.code;
  return `UNNAMED:${String(error).replaceAll(/\s+/g, '_')}`;
}

/** Code and text of an error, on one line. */
export function described(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${codeOf(error)} ${text.replaceAll('\n', ' ')}`;
}
