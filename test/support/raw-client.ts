// The smallest possible immudb client: calls as they are on the wire, nothing checked. For fixtures, and to see in
// tests what a server really says.
import { Client, Metadata, credentials, type ServiceError } from '@grpc/grpc-js';
import type { MessageFns } from '../../src/wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';

/** A unary method as the generated service definitions describe it. */
export interface RawMethod<Request, Response> {
  readonly name: string;
  readonly requestType: Pick<MessageFns<Request>, 'encode' | 'create'>;
  readonly responseType: Pick<MessageFns<Response>, 'decode'>;
}

/** A request as one writes it: what is left out has its default. */
export type RawRequest<Request> = Parameters<MessageFns<Request>['create']>[0];

/** A response both ways. */
export interface RawAnswer<Response> {
  readonly message: Response;
  readonly bytes: Uint8Array;
}

const utf8 = new TextEncoder();
const methods = ImmuServiceDefinition.methods;

/** A connection with one session. */
export class RawClient {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  private constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  /** Connects and opens a session, by default as the administrator. */
  static async open(
    address: string,
    database = 'defaultdb',
    user = 'immudb',
    password = 'immudb',
  ): Promise<RawClient> {
    const client = new RawClient(address);
    const request = { username: utf8.encode(user), password: utf8.encode(password), databaseName: database };
    const { sessionID } = await client.call(methods.openSession, request);
    client.#metadata.set('sessionid', sessionID);
    return client;
  }

  /** Calls a method of the main service. @throws ServiceError of grpc-js */
  async call<Request, Response>(
    method: RawMethod<Request, Response>,
    request: RawRequest<Request>,
  ): Promise<Response> {
    return (await this.answer(method, request)).message;
  }

  /** The same, with the bytes the server sent, of this or another service. */
  async answer<Request, Response>(
    method: RawMethod<Request, Response>,
    request: RawRequest<Request>,
    service: string = ImmuServiceDefinition.fullName,
  ): Promise<RawAnswer<Response>> {
    const requestBytes = Buffer.from(method.requestType.encode(method.requestType.create(request)).finish());
    const bytes = await this.bytes(`/${service}/${method.name}`, requestBytes);
    return { message: method.responseType.decode(bytes), bytes };
  }

  /** The lowest form: bytes to a path, bytes back. */
  bytes(path: string, request: Uint8Array): Promise<Uint8Array> {
    const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const asPlain = (buffer: Buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: Uint8Array) => {
        if (response) resolve(response);
        else reject(error ?? new Error(`${path}: no answer`));
      };
      this.#client.makeUnaryRequest(path, asBuffer, asPlain, request, this.#metadata, done);
    });
  }

  /** Closes the session and the connection. */
  async close(): Promise<void> {
    await this.call(methods.closeSession, {});
    this.#client.close();
  }
}
