// A proxy of bytes between a client and a server: it delays, cuts, resets, stops in the middle, and falls silent.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  silent: boolean;
}

/** Passes bytes on unchanged, until it is told otherwise. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: number;
  #delayMs = 0;
  #refuses = false;
  #silent = false;
  #bytesLeft = Infinity;
  #thenRefuses = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  /** Starts a proxy on a free loopback port. @param target the server's loopback port */
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

  /** Ends every connection, as a peer does that goes away. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** Resets every connection (RST). */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /**
   * Cuts the connection that carries the so-manieth next byte of the server's: in the middle of an answer.
   *
   * @param thenRefuses take no new connections from then on, until {@link restore}
   */
  cutAfter(bytes: number, thenRefuses = false): void {
    this.#bytesLeft = bytes;
    this.#thenRefuses = thenRefuses;
  }

  /** Stops passing anything on over the connections there are, without ending them. They never come back. */
  halfOpen(): void {
    for (const pair of this.#pairs) pair.silent = true;
  }

  /** Falls silent on new connections as well, until {@link restore}: those made meanwhile never come back either. */
  stall(): void {
    this.#silent = true;
    this.halfOpen();
  }

  /** Passes bytes on so much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Cuts every connection and takes no new ones, until {@link restore}. */
  refuse(): void {
    this.#refuses = true;
    this.cut();
  }

  /** Ends all faults, but for connections that have fallen silent. */
  restore(): void {
    this.#refuses = false;
    this.#silent = false;
    this.#delayMs = 0;
    this.#bytesLeft = Infinity;
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const pair = { client, server, silent: this.#silent };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // A connection that is silent is not told that the other side ended it.
        if (!pair.silent) end();
      });
    }
    client.on('data', (bytes) => {
      this.#pass(pair, server, bytes);
    });
    server.on('data', (bytes) => {
      this.#pass(pair, client, this.#counted(bytes, end));
    });
  }

  #counted(bytes: Buffer, end: () => void): Buffer {
    if (bytes.length < this.#bytesLeft) {
      this.#bytesLeft -= bytes.length;
      return bytes;
    }
    const kept = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft = Infinity;
    if (this.#thenRefuses) this.#refuses = true;
    setImmediate(end);
    return kept;
  }

  #pass(pair: Pair, to: Socket, bytes: Buffer): void {
    const write = () => {
      if (!pair.silent && !to.destroyed) to.write(bytes);
    };
    if (this.#delayMs === 0) write();
    else setTimeout(write, this.#delayMs);
  }
}
