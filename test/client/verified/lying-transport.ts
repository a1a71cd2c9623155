// A transport to a ledger in this process that tells, for each RPC, the lie of a test.

import type { LocalTransport } from '../../../src/client/local-transport.js';
import type {
  CallOptions,
  CallResult,
  StreamCallOptions,
  StreamMethod,
  Transport,
  UnaryMethod,
} from '../../../src/client/transport.js';

/** Changes an answer, or gives another in its place. */
export type Lie = (answer: never, request: never) => unknown;

/** The engine's own answers, but for the lies of a test. */
export class LyingTransport implements Transport {
  readonly address = 'memory';
  readonly #honest: LocalTransport;
  readonly lies = new Map<string, Lie>();
  readonly calls: string[] = [];

  constructor(honest: LocalTransport) {
    this.#honest = honest;
  }

  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    this.calls.push(method.name);
    const answer = await this.#honest.unary(method, request, options);
    const lie = this.lies.get(method.name);
    const message = structuredClone(answer.message);
    return {
      ...answer,
      message: (lie === undefined
        ? message
        : ((await lie(message as never, request as never)) ?? message)) as Res,
    };
  }

  async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    this.calls.push(method.name);
    const lie = this.lies.get(method.name);
    const answers: Res[] = [];
    for await (const answer of this.#honest.stream(method, requests, options)) answers.push(answer);
    yield* lie === undefined ? answers : ((await lie(answers as never, undefined as never)) as Res[]);
  }

  close(): Promise<void> {
    return this.#honest.close();
  }
}
