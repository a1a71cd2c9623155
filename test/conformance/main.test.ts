// The command as it is run.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fixturePath, readProofFixtures } from '../support/proof-fixtures.js';
import { run } from './run.js';

vi.setConfig({ testTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function inFile(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function conformance(...args: readonly string[]): Promise<Outcome> {
  const out = new PassThrough();
  const printed = text(out);
  let stderr = '';
  const code = await run(args, out, (complaint) => (stderr += `${complaint}\n`));
  out.end();
  return { code, stdout: await printed, stderr };
}

/** Runs the command in a process of its own; with `firstCharacters`, its reader goes away after that many. */
function conformanceProcess(path: string, firstCharacters = Infinity): Promise<Outcome> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, path]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
    if (stdout.length >= firstCharacters) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

function linesOf(stdout: string): readonly { name: string | null; verdict: string }[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; verdict: string });
}

describe('the conformance command', () => {
  it('prints one line per fixture, in order', async () => {
    const { code, stdout, stderr } = await conformanceProcess(fixturePath('proof-v1.json'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = linesOf(stdout);
    expect(lines.map(({ name }) => name)).toEqual(
      readProofFixtures('proof-v1').fixtures.map(({ name }) => name),
    );
    expect(new Set(lines.map(({ verdict }) => verdict))).toEqual(new Set(['accepted']));
  });

  it('ends quietly when its reader has seen enough', async () => {
    const content = readProofFixtures('proof-v1');
    const fixtures = Array.from({ length: 60 }, () => content.fixtures).flat();
    const path = inFile('long.json', JSON.stringify({ ...content, fixtures }));
    const { code, stderr } = await conformanceProcess(path, 100);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('has a line for every one of thousands, also of one name, of none, and of none at all', async () => {
    const content = readProofFixtures('proof-v1');
    const fixture = content.fixtures[0]!;
    const kinds = [fixture, { ...fixture, name: undefined }, null, { ...fixture, response: '' }];
    const fixtures = Array.from({ length: 3000 }, (_, i) => kinds[i % kinds.length]);
    const { code, stdout } = await conformance(inFile('many.json', JSON.stringify({ ...content, fixtures })));
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(3000);
    expect(lines.filter(({ verdict }) => verdict === 'accepted')).toHaveLength(750);
    expect(lines.filter(({ name }) => name === null)).toHaveLength(1500);
  });

  it('prints nothing for no fixtures', async () => {
    expect(await conformance(inFile('zero.json', '{"fixtures": []}'))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it.each([
    ['a file that is not there', () => join(directory, 'missing.json')],
    ['a directory', () => directory],
    ['a file that is no JSON', () => inFile('text.json', '{"fixtures": [')],
    ['an empty file', () => inFile('empty.json', '')],
    ['JSON without fixtures', () => inFile('none.json', '{"database": "defaultdb"}')],
    ['a list', () => inFile('list.json', '[]')],
  ])('says what is wrong with %s', async (_, path) => {
    const { code, stdout, stderr } = await conformance(path());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Cannot read the fixtures of ".*": .+/);
  });

  it('says how it is used', async () => {
    for (const args of [[], ['a', 'b']]) {
      const { code, stdout, stderr } = await conformance(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^Usage: /);
    }
  });
});
