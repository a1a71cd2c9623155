// Starts and stops a real immudb. Knows nothing of the test runner: examples and scripts use it too.
import { spawn, type ChildProcess } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildServer, type ServerRelease } from './server-build.js';

export { buildServer, GO_MISSING, isGoInstalled } from './server-build.js';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

/** How a server speaks TLS. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Authorities one of which must have signed a client's certificate, as PEM. Default: clients need none. */
  readonly clientCa?: string;
}

/** How to start a server. */
export interface ServerOptions {
  /** Which one. Default: the one this project is made for. Of the oldest, only `dir`, `port` and `signingKey` can be said. */
  readonly release?: ServerRelease;
  /** Data folder, kept afterwards. Default: a new temporary one, removed by `stop()`. */
  readonly dir?: string;
  /** Loopback port. Default: a free one. */
  readonly port?: number;
  /** EC P-256 private key to sign states with. Default: states are not signed. */
  readonly signingKey?: KeyObject;
  /** Sessions held at once. Default 100, immudb's own. */
  readonly maxSessions?: number;
  /** Idle time after which a session may be ended. Default 120,000. */
  readonly sessionTimeoutMs?: number;
  /** How often idle sessions are looked for. Default 60,000. */
  readonly sessionGuardIntervalMs?: number;
  /** The certificate to show, and its key, as PEM. Default: the server speaks plaintext. */
  readonly tls?: ServerTls;
  /** Write who called, and from where, into every transaction. Default false. */
  readonly logRequestMetadata?: boolean;
  /** Show the server's errors on standard error. Default: only if IMMUREPO_SERVER_LOG is set. */
  readonly logErrors?: boolean;
}

/** A running server. Credentials are immudb's defaults: user and password `immudb`, database `defaultdb`. */
export interface RealServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** The identity the server announces. */
  readonly uuid: string;
  /** Its process. */
  readonly pid: number;
  /** Its data folder. */
  readonly dir: string;
  /** What it reports as its version. */
  readonly version: string;
  /** Ends it cleanly and removes what was temporary. May be called again. */
  readonly stop: () => Promise<void>;
  /** Ends it as a crash would (SIGKILL). The data folder stays, for another start, until `stop()` or exit. */
  readonly kill: () => Promise<void>;
}

type ReadyLine = Pick<RealServer, 'address' | 'uuid' | 'pid' | 'version'>;

function isReadyLine(value: unknown): value is ReadyLine {
  if (typeof value !== 'object' || value === null) return false;
  const { address, uuid, pid, version } = value as Record<string, unknown>;
  return [address, uuid, version].every((text) => typeof text === 'string') && typeof pid === 'number';
}

/** Temporary folders of servers this process has not stopped yet. */
const leftovers = new Set<string>();
process.once('exit', () => {
  for (const folder of leftovers) rmSync(folder, { recursive: true, force: true });
});

async function commandLine(options: ServerOptions, dir: string, workFolder: string): Promise<string[]> {
  const line = ['--dir', dir, '--port', String(options.port ?? 0)];
  if (options.signingKey) {
    const path = join(workFolder, 'signing-key.pem');
    await writeFile(path, options.signingKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
    line.push('--signing-key', path);
  }
  if (options.tls) line.push(...(await tlsArguments(options.tls, workFolder)));
  if (options.logRequestMetadata) line.push('--log-request-metadata');
  if (options.maxSessions !== undefined) line.push('--max-sessions', String(options.maxSessions));
  if (options.sessionTimeoutMs !== undefined) line.push('--session-timeout', `${options.sessionTimeoutMs}ms`);
  if (options.sessionGuardIntervalMs !== undefined) {
    line.push('--session-guard-interval', `${options.sessionGuardIntervalMs}ms`);
  }
  if (options.logErrors ?? Boolean(process.env.IMMUREPO_SERVER_LOG)) line.push('--log-errors');
  return line;
}

async function tlsArguments(tls: ServerTls, workFolder: string): Promise<string[]> {
  const files = { '--tls-cert': tls.cert, '--tls-key': tls.key, '--tls-client-ca': tls.clientCa };
  const line: string[] = [];
  for (const [flag, pem] of Object.entries(files)) {
    if (pem === undefined) continue;
    const path = join(workFolder, `${flag.slice(2)}.pem`);
    await writeFile(path, pem, { mode: 0o600 });
    line.push(flag, path);
  }
  return line;
}

/** Keeps what the server says on standard error until it is ready, for the reason of a failure; shows it afterwards. */
function errorText(child: ChildProcess): { readonly text: () => string; readonly show: () => void } {
  const parts: Buffer[] = [];
  let shown = false;
  child.stderr?.on('data', (part: Buffer) => {
    if (shown) process.stderr.write(part);
    else parts.push(part);
  });
  const text = () => Buffer.concat(parts).toString().trim();
  const show = () => {
    shown = true;
    process.stderr.write(Buffer.concat(parts.splice(0)));
  };
  return { text, show };
}

/** The first line the server prints, or a rejection if it ends or is silent for too long. */
async function readyLine(child: ChildProcess): Promise<ReadyLine> {
  const errors = errorText(child);
  const stopWaiting = new AbortController();
  const { signal } = stopWaiting;
  try {
    const line: unknown = await Promise.race([
      once(createInterface({ input: child.stdout! }), 'line', { signal }).then(
        ([text]) => JSON.parse(text as string) as unknown,
      ),
      // 'close' comes after the last of standard error, 'exit' may come before.
      once(child, 'close', { signal }).then(([code]) => {
        throw new Error(
          `the real immudb ended before it was ready (exit code ${String(code)}): ${errors.text()}`,
        );
      }),
      once(AbortSignal.timeout(START_LIMIT_MS), 'abort', { signal }).then(() => {
        throw new Error(`the real immudb was not ready after ${START_LIMIT_MS} ms: ${errors.text()}`);
      }),
    ]);
    if (!isReadyLine(line)) throw new Error(`the real immudb announced itself as ${JSON.stringify(line)}`);
    errors.show();
    return line;
  } finally {
    stopWaiting.abort();
  }
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Closing standard input asks for a clean stop; a server that does not heed it is killed. */
async function endCleanly(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited(child);
  clearTimeout(timer);
}

/**
 * Starts a real immudb of its own, building it first where needed.
 *
 * @throws Error where Go is missing, or the server cannot start
 */
export async function startServer(options: ServerOptions = {}): Promise<RealServer> {
  const program = await buildServer(options.release);
  const workFolder = await mkdtemp(join(tmpdir(), 'immurepo-server-'));
  leftovers.add(workFolder);
  const dir = options.dir ?? join(workFolder, 'data');
  const child = spawn(program, await commandLine(options, dir, workFolder), {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Writing to the standard input of a server that crashed is not an error of ours.
  child.stdin.on('error', () => undefined);

  const stop = async () => {
    await endCleanly(child);
    await rm(workFolder, { recursive: true, force: true });
    leftovers.delete(workFolder);
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await exited(child);
  };
  try {
    const { address, uuid, pid, version } = await readyLine(child);
    return { address, uuid, pid, dir, version, stop, kill, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
