// The command without its process: arguments and streams in, exit code out.

import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type FixtureFile, parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';
import { writeLines } from './write-lines.js';

/**
 * Prints one JSON line per fixture of a file, whatever the fixtures hold.
 *
 * @returns 0 if the file could be read as JSON with a list of fixtures, 1 if not, 2 for wrong usage
 */
export async function run(
  args: readonly string[],
  out: Writable,
  complain: (text: string) => void,
): Promise<0 | 1 | 2> {
  const [path, ...rest] = args;
  if (path === undefined || rest.length > 0) {
    complain('Usage: npm run --silent conformance -- FILE');
    return 2;
  }
  const file = readFixtureFile(path);
  if (typeof file === 'string') {
    complain(`Cannot read the fixtures of ${JSON.stringify(path)}: ${file}`);
    return 1;
  }
  await writeLines(verdicts(file), out);
  return 0;
}

function readFixtureFile(path: string): FixtureFile | string {
  try {
    return parseFixtureFile(readFileSync(path, 'utf8'));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function* verdicts(file: FixtureFile): Generator<string> {
  for (const fixture of file.fixtures) yield JSON.stringify(judge(fixture, file.pinned));
}
