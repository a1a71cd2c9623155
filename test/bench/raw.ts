// The limit of a client on grpc-js: ready-made request bytes to a real immudb, answers neither decoded nor checked.

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { utf8 } from '../../src/bytes.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';

const { openSession, closeSession } = ImmuServiceDefinition.methods;
/** What a server with 30 transactions in preparation says to the next. */
const TOO_MANY = 'max concurrency limit exceeded';
const PAUSE_MS = 1;

/** The path of a method of the main service. */
export function pathOf({ name }: { readonly name: string }): string {
  return `/${ImmuServiceDefinition.fullName}/${name}`;
}

/** A connection with one session. */
export class RawCaller {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  private constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': 64 * 1024 * 1024,
      'grpc-node.flow_control_window': 8 * 1024 * 1024,
    });
  }

  /** Connects to a server with immudb's own credentials. */
  static async open(address: string, database: string): Promise<RawCaller> {
    const caller = new RawCaller(address);
    const [username, password] = [utf8('immudb'), utf8('immudb')];
    const request = openSession.requestType.encode({ username, password, databaseName: database }).finish();
    const answer = await caller.call(pathOf(openSession), request);
    caller.#metadata.set('sessionid', openSession.responseType.decode(answer).sessionID);
    return caller;
  }

  /** Sends bytes, and waits for the bytes that come back. @throws ServiceError of grpc-js */
  call(path: string, request: Uint8Array): Promise<Uint8Array> {
    const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        asBuffer,
        (bytes) => bytes,
        request,
        this.#metadata,
        (error, answer) => {
          if (answer === undefined) reject(error ?? new Error(`${path}: no answer`));
          else resolve(answer);
        },
      );
    });
  }

  /** A write, sent again while the server has too many. */
  async write(path: string, request: Uint8Array): Promise<void> {
    for (;;) {
      try {
        await this.call(path, request);
        return;
      } catch (error) {
        if (!(error instanceof Error && error.message.includes(TOO_MANY))) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  /** Ends session and connection. */
  async close(): Promise<void> {
    await this.call(pathOf(closeSession), new Uint8Array(0));
    this.#client.close();
  }
}
