// The command as it is run.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath, readProofFixtures } from '../support/proof-fixtures.js';

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function inFile(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; with `firstBytes`, its reader goes away after that many. */
function conformance(args: readonly string[], firstBytes = Infinity): Promise<Run> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: process.cwd() });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.length >= firstBytes) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    }),
  );
}

describe('the conformance command', () => {
  it('prints one line per fixture, in order', async () => {
    const { code, stdout, stderr } = await conformance([fixturePath('proof-v1.json')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; verdict: string });
    expect(lines.map(({ name }) => name)).toEqual(
      readProofFixtures('proof-v1').fixtures.map(({ name }) => name),
    );
    expect(new Set(lines.map(({ verdict }) => verdict))).toEqual(new Set(['accepted']));
  });

  it('has a line for every one of thousands, also of one name, of none, and of none at all', async () => {
    const content = readProofFixtures('proof-v1');
    const [fixture] = content.fixtures;
    const fixtures = Array.from(
      { length: 3000 },
      (_, i) => [fixture, { ...fixture, name: undefined }, null, { ...fixture, response: '' }][i % 4],
    );
    const { code, stdout } = await conformance([
      inFile('many.json', JSON.stringify({ ...content, fixtures })),
    ]);
    expect(code).toBe(0);
    const verdicts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { verdict: string }).verdict);
    expect(verdicts).toHaveLength(3000);
    expect(verdicts.filter((verdict) => verdict === 'accepted')).toHaveLength(750);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const content = readProofFixtures('proof-v1');
    const fixtures = Array.from({ length: 200 }, () => content.fixtures).flat();
    const { code, stderr } = await conformance(
      [inFile('endless.json', JSON.stringify({ ...content, fixtures }))],
      100,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    ['a file that is not there', () => join(directory, 'missing.json')],
    ['a directory', () => directory],
    ['a file that is no JSON', () => inFile('text.json', '{"fixtures": [')],
    ['an empty file', () => inFile('empty.json', '')],
    ['JSON without fixtures', () => inFile('none.json', '{"database": "defaultdb"}')],
    ['a list', () => inFile('list.json', '[]')],
  ])('says what is wrong with %s', async (_, path) => {
    const { code, stdout, stderr } = await conformance([path()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Cannot read the fixtures of ".*": .+/);
  });

  it('says how it is used', async () => {
    for (const args of [[], ['a', 'b']]) {
      expect(await conformance(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^Usage: /) as unknown,
      });
    }
  });
});
