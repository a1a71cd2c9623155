// Whether the tests that claims name are there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim } from './claims.js';

const tests = join(import.meta.dirname, '..');

/** A test as a claim names it, and whether it is there. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
  readonly problem: string | undefined;
}

/** Looks for every test of a claim. */
export function testsOf(
  { tests: named }: Claim,
  read: (file: string) => string | undefined = textOf,
): NamedTest[] {
  return named.map(([file, title]) => ({ file, title, problem: problemOf(read(file), title) }));
}

function textOf(file: string): string | undefined {
  const path = join(tests, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function problemOf(text: string | undefined, title: string): string | undefined {
  if (text === undefined) return 'there is no such file';
  const quoted = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // The beginning of a title will do: the rest may be made up of the test's cases.
  const call = new RegExp(
    String.raw`\b(?:it|describe|test)(\.\w+)?(?:\([^;]*?\))?\(\s*(?:async )?['"\`]${quoted}`,
  );
  const found = call.exec(text);
  if (found === null) return 'there is no test of that title in it';
  return found[1] === '.skip' || found[1] === '.todo' ? 'it is left out' : undefined;
}
