// The command without its process: every peer against one target, a line per check, an exit code.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckLine } from './check-line.js';
import { engineTarget } from './engine-target.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { type Command, type Peer, runPeer } from './peer.js';
import { realTarget, type Target, targetAt } from './target.js';

/** Where the result goes, line by line. */
export type Print = (line: string) => void;

/** A check only a server can pass that we may stop and start. */
const AFTER_RESTART = 'trust continues after a restart';

/** @returns the exit code, as in the usage */
export async function run(
  words: readonly string[],
  peers: readonly Peer[],
  print: Print,
): Promise<0 | 1 | 2> {
  let options: Options;
  try {
    options = parseOptions(
      words,
      peers.map(({ name }) => name),
    );
  } catch (error) {
    print(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  try {
    await using target = await targetFor(options);
    return (await testPeers(peers, target, options, print)) ? 0 : 1;
  } catch (error) {
    print(`FAILED to have a server: ${messageOf(error)}`);
    return 1;
  }
}

async function targetFor({ address, real, publicKeyFile }: Options): Promise<Target> {
  if (address !== undefined) return targetAt(address, publicKeyFile);
  return real ? realTarget() : engineTarget();
}

/** @returns whether nothing failed */
async function testPeers(
  peers: readonly Peer[],
  target: Target,
  options: Options,
  print: Print,
): Promise<boolean> {
  let passed = true;
  for (const peer of peers) {
    if (options.client !== undefined && options.client !== peer.name) continue;
    if (!(await testPeer(peer, target, options, print))) passed = false;
  }
  return passed;
}

async function testPeer(peer: Peer, target: Target, options: Options, print: Print): Promise<boolean> {
  try {
    const command = await peer.prepare();
    if (typeof command === 'string') {
      print(`SKIPPED ${peer.about} (${command})`);
      return true;
    }
    print(`${peer.about}, against ${target.about}`);
    const lines = await allChecks(command, target, options, (line) => {
      print(inWords(line));
    });
    print(summary(peer, lines));
    return lines.every(({ outcome }) => outcome !== 'failed');
  } catch (error) {
    print(`FAILED ${peer.about}: ${messageOf(error)}`);
    return false;
  }
}

/** Everything on one run of the server, and what must still hold on the next. */
async function allChecks(
  command: Command,
  target: Target,
  { user, password, only, without }: Options,
  onLine: (line: CheckLine) => void,
): Promise<readonly CheckLine[]> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'immurepo-peers-state-'));
  const { address, publicKeyFile, restart } = target;
  const common = { address, publicKeyFile, user, password, without };
  try {
    if (restart === undefined) {
      const lines = await runPeer(command, { ...common, only }, onLine);
      if (only !== undefined) return lines;
      const why = `${target.about} is not ours to start again`;
      const skipped: CheckLine = { check: AFTER_RESTART, outcome: 'skipped', ms: 0, why };
      onLine(skipped);
      return [...lines, skipped];
    }
    const before = await runPeer(command, { ...common, only, stateFolder }, onLine);
    if (only !== undefined) return before;
    await restart();
    return [...before, ...(await runPeer(command, { ...common, stateFolder, resume: true }, onLine))];
  } finally {
    await rm(stateFolder, { recursive: true, force: true });
  }
}

function inWords({ check, outcome, ms, why }: CheckLine): string {
  return `  ${outcome.padEnd(8)}${check} (${ms} ms)${why === undefined ? '' : `: ${why}`}`;
}

function summary(peer: Peer, lines: readonly CheckLine[]): string {
  const count = (wanted: string) => lines.filter(({ outcome }) => outcome === wanted).length;
  const ms = lines.reduce((sum, line) => sum + line.ms, 0);
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  return `${peer.about}: ${counts} (${(ms / 1000).toFixed(1)} s)`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
