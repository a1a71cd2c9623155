// A real server behind a proxy of bytes, to be killed and to come back.
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type RealServer } from '../support/real-server.js';
import { TcpProxy } from './tcp-proxy.js';

/** A server, and the proxy that leads to it. */
export class Stand implements AsyncDisposable {
  readonly proxy: TcpProxy;
  readonly #first: RealServer;
  readonly #port: number;
  #server: RealServer;
  #restarting: Promise<void> | undefined;

  private constructor(server: RealServer, proxy: TcpProxy, port: number) {
    this.#first = server;
    this.#server = server;
    this.proxy = proxy;
    this.#port = port;
  }

  /** Starts both. */
  static async start(): Promise<Stand> {
    const server = await startServer();
    const port = Number(server.address.split(':')[1]);
    return new Stand(server, await TcpProxy.start(port), port);
  }

  /** The server itself, past the proxy. */
  get address(): string {
    return this.#server.address;
  }

  /** Kills the server (SIGKILL), and starts it again on the same folder and port. */
  async killAndRestart(downMs: number): Promise<void> {
    this.#restarting ??= this.#restart(downMs).finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  /** Ends both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.#restarting;
    if (this.#server !== this.#first) await this.#server.stop();
    await this.#first.stop();
  }

  async #restart(downMs: number): Promise<void> {
    await this.#server.kill();
    await sleep(downMs);
    const before = this.#server;
    this.#server = await startServer({ dir: this.#first.dir, port: this.#port });
    if (before !== this.#first) await before.stop();
  }
}
