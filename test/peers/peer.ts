// A peer is a client that others published, in a process of its own that says how each check ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type CheckLine, parseCheckLine } from './check-line.js';

/** How long a peer may take for all its checks. */
const LIMIT_MS = 180_000;

/** What starts a peer: a program with its first arguments. */
export type Command = readonly [program: string, ...words: readonly string[]];

/** A published client, and how to come by it. */
export interface Peer {
  /** As it is chosen on the command line. */
  readonly name: string;
  /** Which release of which client. */
  readonly about: string;
  /** Builds or installs it unless that was done before. @returns what is missing on this machine, as a text */
  readonly prepare: () => Promise<Command | string>;
}

/** What a peer is to do. */
export interface PeerOptions {
  /** `host:port` of the server. */
  readonly address: string;
  /** Credentials of the administrator. Default: immudb's own. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** PEM file of the key the server signs with. Without, signatures are not checked. */
  readonly publicKeyFile?: string | undefined;
  /** Folder for a trusted state that outlives the peer. Without, that is not checked. */
  readonly stateFolder?: string | undefined;
  /** Check only that what was left in `stateFolder` holds. */
  readonly resume?: boolean;
  /** Names of the only checks to make. */
  readonly only?: readonly string[] | undefined;
  /** Names of checks to leave out. */
  readonly without?: readonly string[] | undefined;
  /** Further arguments, of this peer alone. */
  readonly more?: readonly string[];
}

function argumentsFor(options: PeerOptions): readonly string[] {
  const values = {
    '--address': options.address,
    '--user': options.user,
    '--password': options.password,
    '--public-key': options.publicKeyFile,
    '--state-dir': options.stateFolder,
    '--only': options.only?.join(';'),
    '--without': options.without?.join(';'),
  };
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return [...given, ...(options.resume ? ['--resume'] : []), ...(options.more ?? [])];
}

/**
 * Runs a peer to its end.
 *
 * @param onLine gets each line as it comes
 * @returns all lines; at least one
 * @throws Error where the peer could not begin, broke off or was too slow
 */
export async function runPeer(
  [program, ...words]: Command,
  options: PeerOptions,
  onLine: (line: CheckLine) => void = () => undefined,
): Promise<readonly CheckLine[]> {
  const child = spawn(program, [...words, ...argumentsFor(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = endOf(child);
  // Whoever awaits it is told; until then nobody is.
  ended.catch(() => undefined);
  const complained = text(child.stderr);
  const lines = await readLines(child, onLine).catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await ended;
    throw error;
  });
  const [complaints, end] = await Promise.all([complained, ended]);
  const expected = lines.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  if (lines.length === 0 || end !== expected) {
    throw new Error(`ended with ${end} after ${lines.length} checks: ${complaints.trim()}`);
  }
  return lines;
}

async function readLines(child: ChildProcess, onLine: (line: CheckLine) => void): Promise<CheckLine[]> {
  const lines: CheckLine[] = [];
  for await (const text of createInterface({ input: child.stdout! })) {
    const line = parseCheckLine(text);
    lines.push(line);
    onLine(line);
  }
  return lines;
}

/** The exit code, or the signal that ended it. */
async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return code ?? signal ?? 'nothing';
}
