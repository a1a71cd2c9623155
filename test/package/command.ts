// `immurepo serve` for as long as somebody uses it.
import { equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Surroundings } from './process.js';

const READY_TIMEOUT_MS = 60_000;

/**
 * Serves a ledger in the folder `served`, and ends it the way a service manager does.
 *
 * @param command the installed `immurepo`
 * @param use is given `host:port`
 * @throws Error unless it ends with 0
 */
export async function serveFor(
  command: string,
  { cwd, env = {} }: Surroundings,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const words = ['serve', '--path', join(cwd, 'served'), '--port', '0', '--json'];
  const child = spawn(command, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(String(chunk)));
  const ended = once(child, 'close') as Promise<[number | null]>;
  try {
    const line = (await Promise.race([
      once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) }),
      ended.then(([code]) => {
        throw new Error(`immurepo serve: exit code ${code ?? 'unknown'}\n${complaints.join('')}`);
      }),
    ])) as [string];
    await use((JSON.parse(line[0]) as { address: string }).address);
    child.kill('SIGTERM');
    equal((await ended)[0], 0, complaints.join(''));
  } finally {
    child.kill('SIGKILL');
  }
}
