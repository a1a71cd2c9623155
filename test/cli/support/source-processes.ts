// Lets the processes that a command starts run from source, as tests do.
import { afterAll, beforeAll } from 'vitest';

/** To be called at the top of a test file. */
export function processesFromSource(): void {
  const before = process.env.NODE_OPTIONS;
  beforeAll(() => {
    process.env.NODE_OPTIONS = `${before ?? ''} --import tsx`;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  });
}
