// The service as a process of its own: started, killed without warning, and started again on the same ledger and port.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'server', 'main.js');
const START_MS = 60_000;

export class Service {
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(private readonly ledgerPath: string) {}

  get port(): number {
    return this.#port;
  }

  /** @throws Error with what the service said, if it does not come up */
  async start(): Promise<void> {
    const env = {
      ...process.env,
      PORT: String(this.#port),
      LEDGER_PATH: this.ledgerPath,
      LOG_LEVEL: 'error',
      ORDERS_CSV: '',
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'inherit', 'pipe'] });
    this.#child = child;
    this.#port = await portOf(child);
  }

  /** As a crash, or the system when it runs out of memory. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Lets it finish. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The service did not come up in ${String(START_MS / 1000)} s. It said: ${said}`));
    }, START_MS);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const port = /http:\/\/localhost:(\d+)\//.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The service ended with ${String(code)} instead of coming up. It said: ${said}`));
    });
  });
}
