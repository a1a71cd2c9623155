// A transport that asks the real server each question once and repeats its answer from then on, changed as a test says:
// thousands of forged answers to one operation, without a round trip for each.

import { GrpcTransport } from '../../../src/client/grpc-transport.js';
import type {
  CallOptions,
  CallResult,
  StreamCallOptions,
  StreamMethod,
  Transport,
  UnaryMethod,
} from '../../../src/client/transport.js';
import { toHex } from '../../../src/bytes.js';

/** Gives the answer in place of an honest one, which is the caller's own copy. */
export type Change = (rpc: string, honest: unknown) => unknown;

export class FrozenTransport implements Transport {
  readonly address: string;
  readonly #server: Transport;
  readonly #answers = new Map<string, CallResult<unknown>>();
  #frozen = false;
  /** Applied to every answer; undefined for honest ones. */
  change: Change | undefined;

  /** @param address `host:port` of the real server */
  constructor(address: string) {
    this.address = address;
    this.#server = new GrpcTransport({
      address,
      host: '127.0.0.1',
      loopback: true,
      maxMessageBytes: 2 ** 26,
      grpcOptions: {},
    });
  }

  /** From here on a question asked again gets the same answer, until `thaw()`. */
  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    this.#answers.clear();
  }

  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    const question = `${method.name} ${toHex(method.requestType.encode(request).finish())}`;
    const known = this.#answers.get(question) as CallResult<Res> | undefined;
    const answer = known ?? (await this.#server.unary(method, request, options));
    if (this.#frozen) this.#answers.set(question, answer);
    if (this.change === undefined) return answer;
    return { ...answer, message: this.change(method.name, structuredClone(answer.message)) as Res };
  }

  stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    return this.#server.stream(method, requests, options);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
