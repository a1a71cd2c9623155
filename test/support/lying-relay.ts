// Carries calls over HTTP/2 as they are, headers and trailers included, so that what arrives is what the server sent
// unless a rule says otherwise.
import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { statusAnswer, type Answer } from './lying-wire.js';

const UNAVAILABLE = 14;
/** Large answers must not crawl through the default window of 64 KiB. */
export const WINDOW_BYTES = 8 * 1024 * 1024;

/** A call as it came from the client. */
export interface Call {
  /** `/service/Method`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The way to the real server; connects when first needed, and again after the server went away. */
export class Upstream {
  #address: string;
  #session: ClientHttp2Session | undefined;

  /** @param address `host:port` */
  constructor(address: string) {
    this.#address = address;
  }

  /** Forwards a call. A server that cannot be reached answers UNAVAILABLE. @param signal the client went away */
  ask({ headers, body }: Call, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      const unreachable = (error: Error) => {
        resolve(statusAnswer(UNAVAILABLE, `lying proxy: ${error.message}`));
      };
      const stream = this.#connection().request({
        ...headers,
        ':authority': this.#address,
      });
      const cancel = () => {
        stream.close(constants.NGHTTP2_CANCEL);
      };
      signal.addEventListener('abort', cancel, { once: true });
      const chunks: Buffer[] = [];
      let response: IncomingHttpHeaders | undefined;
      let trailers: IncomingHttpHeaders | undefined;
      stream.on('error', unreachable);
      stream.on('response', (received) => (response = received));
      stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('close', () => {
        signal.removeEventListener('abort', cancel);
        if (response) resolve({ headers: response, body: Buffer.concat(chunks), trailers });
        else unreachable(new Error(`no answer from ${this.#address}`));
      });
      stream.end(body);
    });
  }

  /** Leads elsewhere from the next call on. */
  retarget(address: string): void {
    this.close();
    this.#address = address;
  }

  /** Ends the connection; calls under way are answered UNAVAILABLE. */
  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #connection(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      const session = connect(`http://${this.#address}`, { settings: { initialWindowSize: WINDOW_BYTES } });
      session.once('connect', () => {
        session.setLocalWindowSize(WINDOW_BYTES);
      });
      // A failed connection fails its streams, which report it.
      session.on('error', () => undefined);
      this.#session = session;
    }
    return this.#session;
  }
}

/** Everything a client sends in one call. */
export async function bodyFrom(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Gives an answer to a client, unless it went away meanwhile. */
export function send(stream: ServerHttp2Stream, { headers, body, trailers }: Answer): void {
  if (stream.destroyed || stream.closed) return;
  if (trailers === undefined) {
    stream.respond(headers, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  stream.end(body);
}
