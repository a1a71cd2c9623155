// The command without a server: peers are small programs that print what they are told to.
import { expect, it, vi } from 'vitest';
import type { CheckLine } from './check-line.js';
import type { Peer } from './peer.js';
import { run } from './run.js';

/** A peer that prints lines and ends with a code. */
function peerPrinting(name: string, lines: readonly unknown[], code: number): Peer {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const source = `process.stdout.write(${JSON.stringify(text)}); process.stderr.write('oh\\n'); process.exitCode = ${code};`;
  // What follows -- is the program's own, as the options of a check are.
  const prepare = () => Promise.resolve([process.execPath, '-e', source, '--'] as const);
  return { name, about: `client ${name}`, prepare };
}

const passed: CheckLine = { check: 'set', outcome: 'passed', ms: 12 };
const failed: CheckLine = { check: 'get', outcome: 'failed', ms: 3, why: 'it was not so' };
const skipped: CheckLine = { check: 'sign', outcome: 'skipped', ms: 0, why: 'no key' };

async function ran(words: readonly string[], ...peers: readonly Peer[]) {
  const printed: string[] = [];
  const code = await run(words, peers, (line) => printed.push(line));
  return { code, printed };
}

const ANYWHERE = ['--address', 'localhost:9'];

it('prints a line per check, and what it cannot check of a server that is not ours', async () => {
  const { code, printed } = await ran(ANYWHERE, peerPrinting('go', [passed, skipped], 0));
  expect(printed).toEqual([
    'client go, against the server at localhost:9',
    '  passed  set (12 ms)',
    '  skipped sign (0 ms): no key',
    '  skipped trust continues after a restart (0 ms): the server at localhost:9 is not ours to start again',
    'client go: 1 passed, 0 failed, 2 skipped (0.0 s)',
  ]);
  expect(code).toBe(0);
});

it('fails when a check does, with the reason, and still runs the next client', async () => {
  const { code, printed } = await ran(
    ANYWHERE,
    peerPrinting('go', [failed], 1),
    peerPrinting('python', [passed], 0),
  );
  expect(printed).toContain('  failed  get (3 ms): it was not so');
  expect(printed).toContain('client python: 1 passed, 0 failed, 1 skipped (0.0 s)');
  expect(code).toBe(1);
});

it('names a client that is missing, and does not count it as failed', async () => {
  const missing: Peer = {
    name: 'python',
    about: 'immudb-py',
    prepare: () => Promise.resolve('python3 not found'),
  };
  const { code, printed } = await ran(ANYWHERE, missing);
  expect(printed).toEqual(['SKIPPED immudb-py (python3 not found)']);
  expect(code).toBe(0);
});

it.each([
  ['broke off', [passed], 3, /^FAILED client go: ended with 3 after 1 checks: oh$/],
  ['checked nothing', [], 0, /^FAILED client go: ended with 0 after 0 checks: oh$/],
  ['failed, and says it did not', [failed], 0, /^FAILED client go: ended with 0 after 1 checks: oh$/],
  ['printed something else', ['warning'], 0, /^FAILED client go: not the line of a check: warning$/],
  [
    'printed an unknown outcome',
    [{ ...passed, outcome: 'fine' }],
    0,
    /^FAILED client go: not the line of a check/,
  ],
])('fails for a client that %s', async (_what, lines, exitCode, message) => {
  const { code, printed } = await ran(ANYWHERE, peerPrinting('go', lines, exitCode));
  expect(printed.at(-1)).toMatch(message);
  expect(code).toBe(1);
});

it('fails for a client that cannot be started', async () => {
  const peer: Peer = { name: 'go', about: 'client go', prepare: () => Promise.resolve(['/nowhere/client']) };
  const { code, printed } = await ran(ANYWHERE, peer);
  expect(printed.at(-1)).toMatch(/^FAILED client go: .*ENOENT/);
  expect(code).toBe(1);
});

it('fails where there is no server to be had', async () => {
  vi.stubEnv('TMPDIR', '/nowhere');
  const { code, printed } = await ran(['--real'], peerPrinting('go', [passed], 0));
  vi.unstubAllEnvs();
  expect(printed).toEqual([expect.stringMatching(/^FAILED to have a server: ENOENT/)]);
  expect(code).toBe(1);
});

it('runs the one client that was chosen', async () => {
  const peers = [peerPrinting('go', [passed], 0), peerPrinting('python', [passed], 0)];
  const { printed } = await ran([...ANYWHERE, '--client', 'python', '--only', 'set'], ...peers);
  expect(printed).toEqual([
    'client python, against the server at localhost:9',
    '  passed  set (12 ms)',
    'client python: 1 passed, 0 failed, 0 skipped (0.0 s)',
  ]);
});

it('hands its options on', async () => {
  const source = `
    const given = process.argv.slice(1).join(' ');
    console.log(JSON.stringify({ check: given, outcome: 'passed', ms: 0 }));`;
  const peer: Peer = {
    name: 'go',
    about: 'client go',
    prepare: () => Promise.resolve([process.execPath, '-e', source, '--']),
  };
  const words = ['--user', 'u', '--password', 'p', '--public-key', 'k.pem', '--only', 'a, b', '--only', 'c'];
  const { printed } = await ran([...ANYWHERE, ...words, '--without', 'c'], peer);
  expect(printed[1]).toBe(
    '  passed  --address localhost:9 --user u --password p --public-key k.pem --only a, b;c --without c (0 ms)',
  );
});

it.each([
  [['--address', 'localhost'], '--address must be HOST:PORT'],
  [['--public-key', 'k.pem'], '--public-key needs --address'],
  [['--real', '--address', 'localhost:9'], '--real and --address exclude each other'],
  [['--client', 'rust'], '--client must be one of: go'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('explains itself for %j', async (words, message) => {
  const { code, printed } = await ran(words, peerPrinting('go', [], 0));
  expect(printed.join('\n')).toContain(message);
  expect(printed.join('\n')).toContain('Usage: npm run test:peers');
  expect(code).toBe(2);
});
