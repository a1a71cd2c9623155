// From bytes to calls: encodes requests, decodes responses, opens sessions. The backends only move bytes, so that
// both are asked for, and answer, exactly what would go over a wire.
import { utf8 } from '../../src/bytes.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import {
  METHODS,
  type Answer,
  type MessageOf,
  type MethodName,
  type Outcome,
  type RequestOf,
  type RpcBackend,
  type RpcCaller,
  type RpcSession,
  type StreamName,
  type UnaryName,
} from './rpc-backend.js';

/** Request headers, in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Moves the messages of one call, as bytes. */
export type Exchange = (
  method: MethodName,
  headers: Headers,
  requests: readonly Uint8Array[],
) => Promise<Outcome<Uint8Array>>;

/** A method's types without its name: for code that passes messages through. */
interface AnyMethod {
  readonly name: string;
  readonly requestType: MessageCodec;
  readonly responseType: MessageCodec;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

interface MessageCodec {
  create(base: object): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

/** The definition of a method, for those who do not know which it is. */
export function anyMethod(name: MethodName): AnyMethod {
  return METHODS[name];
}

/** The path of a method: `/immudb.schema.ImmuService/streamSet`. */
export function pathOf(name: MethodName): string {
  return `/${ImmuServiceDefinition.fullName}/${METHODS[name].name}`;
}

class Caller implements RpcCaller {
  readonly #move: Exchange;
  readonly #headers: Headers;

  constructor(move: Exchange, headers: Headers) {
    this.#move = move;
    this.#headers = headers;
  }

  async exchange(name: MethodName, requests: readonly object[]): Promise<Outcome> {
    const { requestType, responseType } = anyMethod(name);
    const bytes = requests.map((request) => requestType.encode(requestType.create(request)).finish());
    const { messages, failure } = await this.#move(name, this.#headers, bytes);
    return { messages: messages.map((message) => responseType.decode(message)), failure };
  }

  async ask<N extends UnaryName>(name: N, request: RequestOf<N>): Promise<Answer<MessageOf<N>>> {
    const { messages, failure } = await this.exchange(name, [request]);
    if (failure) return { failure };
    if (messages.length !== 1) throw new Error(`${name} was answered with ${messages.length} messages`);
    return { message: messages[0] as MessageOf<N> };
  }

  async stream<N extends StreamName>(
    name: N,
    requests: readonly RequestOf<N>[],
  ): Promise<Outcome<MessageOf<N>>> {
    return (await this.exchange(name, requests)) as Outcome<MessageOf<N>>;
  }
}

/** A backend over something that moves bytes. @param end frees what `move` holds */
export function backendOver(name: string, move: Exchange, end: () => Promise<void>): RpcBackend {
  const withHeaders = (headers: Headers) => new Caller(move, headers);
  return {
    name,
    withHeaders,
    close: end,
    async withSession(user, password, databaseName): Promise<RpcSession> {
      const request = { username: utf8(user), password: utf8(password), databaseName };
      const { message, failure } = await withHeaders({}).ask('openSession', request);
      if (failure) throw new Error(`${name}: no session for ${user} on ${databaseName}: ${failure.text}`);
      const caller = withHeaders({ sessionid: message.sessionID });
      return {
        sessionId: message.sessionID,
        ask: (method, asked) => caller.ask(method, asked),
        stream: (method, asked) => caller.stream(method, asked),
        exchange: (method, asked) => caller.exchange(method, asked),
        async close() {
          await caller.ask('closeSession', {});
        },
      };
    },
  };
}
