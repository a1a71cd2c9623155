// `npm run --silent conformance -- FILE`: one JSON line per fixture of FILE, whatever the fixtures hold.
// Exit code 0 if the file could be read as JSON with a list of fixtures, 1 if not, 2 for wrong usage.

import { readFileSync } from 'node:fs';
import { type FixtureFile, parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';
import { writeLines } from './write-lines.js';

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

const [path, ...rest] = process.argv.slice(2);
if (path === undefined || rest.length > 0) {
  console.error('Usage: npm run --silent conformance -- FILE');
  process.exitCode = 2;
} else {
  const file = readFixtureFile(path);
  if (typeof file === 'string') {
    console.error(`Cannot read the fixtures of ${JSON.stringify(path)}: ${file}`);
    process.exitCode = 1;
  } else {
    await writeLines(verdicts(file), process.stdout);
  }
}
