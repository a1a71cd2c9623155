// A proxy that knows nothing but connections, and breaks them when it is told to. Where it leads to can change.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Clients on one side, a server on the other. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  #target: number;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => {
      this.#join(client);
    });
  }

  /** Starts on a free loopback port. @param target the port of the server, on loopback */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where clients connect to: `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Leads new connections to another port. */
  retarget(port: number): void {
    this.#target = port;
  }

  /** Breaks connections now, each with this chance: what is under way on them is lost, either way. @returns how many */
  cut(chance: number): number {
    const chosen = [...this.#pairs].filter(() => Math.random() < chance);
    for (const pair of chosen) this.#break(pair);
    return chosen.length;
  }

  /** Breaks all connections and stops listening. */
  async close(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    this.cut(1);
    await closed;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #join(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#break(pair);
      });
    }
    client.pipe(upstream).pipe(client);
  }

  #break(pair: readonly [Socket, Socket]): void {
    this.#pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
