// Calls an engine in this process by generated method definitions, and shows how a call was refused.
import { onTestFinished } from 'vitest';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import type { EngineOptions } from '../../../src/engine/engine-options.js';
import { ServiceFailure } from '../../../src/engine/service-failure.js';
import { pathOf } from '../../../src/engine/service/methods.js';
import type { LedgerService } from '../../../src/engine/service/service.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';

/** A request as one writes it: what is left out has its default. */
export type Request<M> = M extends { requestType: { create(base?: infer Base): unknown } } ? Base : never;
/** What a method answers. */
export type Response<M> = M extends { responseType: { decode(bytes: Uint8Array): infer Res } } ? Res : never;

interface AnyMethod {
  readonly name: string;
  readonly requestType: { create(base?: never): unknown };
  readonly responseType: { decode(bytes: Uint8Array): unknown };
}

export const { methods } = ImmuServiceDefinition;
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (given: Uint8Array): string => new TextDecoder().decode(given);

/** An engine that ends with the test. Default: in memory. */
export async function testEngine(options: EngineOptions = {}): Promise<Engine> {
  const engine = await openEngine(options);
  onTestFinished(() => engine.close());
  return engine;
}

/** Somebody who calls, by the headers of the calls. */
export class Caller {
  readonly service: LedgerService;
  readonly headers: Readonly<Record<string, string>>;

  constructor(service: LedgerService, headers: Readonly<Record<string, string>> = {}) {
    this.service = service;
    this.headers = headers;
  }

  /** Calls a method of one request and one response. @throws ServiceFailure */
  call<M extends AnyMethod>(method: M, request?: Request<M>): Promise<Response<M>> {
    const message = method.requestType.create(request);
    return this.service.unary({ path: pathOf(method), headers: this.headers }, message) as Promise<
      Response<M>
    >;
  }

  /** All answers of a method that streams. @throws ServiceFailure */
  async stream<M extends AnyMethod>(method: M, requests: readonly Request<M>[]): Promise<Response<M>[]> {
    const answers: Response<M>[] = [];
    const call = { path: pathOf(method), headers: this.headers };
    for await (const answer of this.service.stream(call, messagesOf(method, requests))) {
      answers.push(answer as Response<M>);
    }
    return answers;
  }

  /** The same caller with a session of the user's. */
  async session(database = 'defaultdb', user = 'immudb', password = 'immudb'): Promise<Caller> {
    const request = { username: bytes(user), password: bytes(password), databaseName: database };
    const { sessionID } = await this.call(methods.openSession, request);
    return new Caller(this.service, { sessionid: sessionID });
  }
}

async function* messagesOf<M extends AnyMethod>(
  method: M,
  requests: readonly Request<M>[],
): AsyncGenerator<unknown, void, undefined> {
  for (const request of requests) yield await Promise.resolve(method.requestType.create(request as never));
}

/** A session of the administrator's on a fresh engine. */
export async function administrator(options: EngineOptions = {}): Promise<Caller> {
  const engine = await testEngine(options);
  return new Caller(engine.service).session();
}

/** How a call was refused: `7 session not found [08001]`; `ok` where it was not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    return `${error.status} ${error.message}${error.code === undefined ? '' : ` [${error.code}]`}`;
  }
}
