// A server that lies: a proxy in this process, between a client and a real immudb, that forges answers, cuts
// connections and delays as a test tells it to, and otherwise passes everything on unchanged. Examples use it too.
//
// Unary calls of every service pass. A streaming call passes only once both sides have ended, and cannot be lied about.
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { bodyFrom, send, Upstream, WINDOW_BYTES, type Call } from './lying-relay.js';
import {
  bodyWith,
  codecOf,
  messageIn,
  pathOf,
  statusAnswer,
  type Answer,
  type RequestOf,
  type ResponseOf,
  type UnaryName,
} from './lying-wire.js';

export type { RequestOf, ResponseOf, UnaryName } from './lying-wire.js';

/** Before the server sees the call, or after it has answered: executed, and nobody knows. */
export type When = 'before' | 'after';

/** How often a rule applies. */
export interface RuleOptions {
  /** To the next so many calls of the method. Default: to all. */
  readonly times?: number;
}

/** Options of a rule that asks something else. */
export interface SwapOptions extends RuleOptions {
  /** Ask both, and note the deed as a change only if the answers differ. For reads: a write would be made twice. */
  readonly compare?: boolean;
}

/** What a rule did to one call. */
export interface Deed {
  readonly rpc: UnaryName;
  /** Whether the client got other bytes than it would have got, or none, or the server was asked something else. */
  readonly changed: boolean;
}

/** A request with its honest answer, both decoded. */
export interface Exchange<Name extends UnaryName> {
  readonly request: RequestOf<Name>;
  /** May be changed in place and returned. */
  readonly response: ResponseOf<Name>;
}

/** A forged answer; as bytes where it is to be malformed. */
export type Forged<Name extends UnaryName> = ResponseOf<Name> | Uint8Array;

type Rule = (call: Call, forward: (call: Call) => Promise<Answer>) => Promise<Answer>;

interface Installed {
  readonly path: string;
  readonly apply: Rule;
  left: number;
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Whether a client cannot tell two answers apart. */
function isSameAnswer(a: Answer, b: Answer): boolean {
  const told = ({ headers, trailers }: Answer) => JSON.stringify([headers, trailers]);
  return equal(a.body, b.body) && told(a) === told(b);
}

/** Thrown by a rule to break the connection a call came over. */
class Cut extends Error {}

/**
 * A proxy to one real server. Rules name a method of the main service; of several for one method, the newest sees the
 * call first and the answer last.
 */
export class LyingProxy implements AsyncDisposable {
  readonly #server: Http2Server = createServer({ settings: { initialWindowSize: WINDOW_BYTES } });
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #upstream: Upstream;
  readonly #counts = new Map<string, number>();
  #deeds: Deed[] = [];
  #rules: Installed[] = [];
  #uuid: string | undefined;

  private constructor(target: string) {
    this.#upstream = new Upstream(target);
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.setLocalWindowSize(WINDOW_BYTES);
      // A client that breaks its connection is no failure of the proxy.
      session.on('error', () => undefined);
      session.once('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      void this.#serve(stream, { path: String(headers[':path']), headers });
    });
  }

  /** Starts a proxy on a free loopback port. @param target `host:port` of the real server */
  static async start(target: string): Promise<LyingProxy> {
    const proxy = new LyingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where clients connect to: `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Changes answers. Errors pass unchanged. @param change gets the honest answer and gives the one to be sent */
  lie<Name extends UnaryName>(
    name: Name,
    change: (exchange: Exchange<Name>) => Forged<Name> | Promise<Forged<Name>>,
    options?: RuleOptions,
  ): void {
    const codec = codecOf(name);
    this.#install(name, options, async (call, forward) => {
      const answer = await forward(call);
      const honest = messageIn(answer.body);
      if (honest === undefined) return answer;
      const request = codec.request.decode(messageIn(call.body) ?? new Uint8Array());
      const forged = await change({ request, response: codec.response.decode(honest) });
      const asBytes = forged instanceof Uint8Array;
      const bytes = asBytes ? forged : codec.response.encode(forged).finish();
      // What the server wrote may be written otherwise here, and mean the same.
      const unchanged = asBytes ? honest : codec.response.encode(codec.response.decode(honest)).finish();
      this.#note(name, !equal(bytes, unchanged));
      return { ...answer, body: bodyWith(bytes) };
    });
  }

  /** Changes an answer below the level of messages: headers, trailers, the prefix that says how a message is packed. */
  rewrite(name: UnaryName, change: (answer: Answer) => Answer, options?: RuleOptions): void {
    this.#install(name, options, async (call, forward) => {
      const answer = await forward(call);
      const changed = change(answer);
      this.#note(name, !isSameAnswer(answer, changed));
      return changed;
    });
  }

  /** Asks the server for something else than the client did: a genuine answer, with genuine proofs, to another question. */
  swap<Name extends UnaryName>(
    name: Name,
    change: (request: RequestOf<Name>) => RequestOf<Name>,
    options?: SwapOptions,
  ): void {
    const { request } = codecOf(name);
    this.#install(name, options, async (call, forward) => {
      const asked = request.decode(messageIn(call.body) ?? new Uint8Array());
      const body = bodyWith(request.encode(change(asked)).finish());
      const answer = await forward({ ...call, body });
      const changed = !equal(body, call.body);
      const compared = changed && options?.compare === true ? await forward(call) : undefined;
      this.#note(name, changed && (compared === undefined || !isSameAnswer(compared, answer)));
      return answer;
    });
  }

  /** Breaks the connection, with every other call on it. `before`: never executed. `after`: executed, outcome unknown. */
  drop(name: UnaryName, when: When, options?: RuleOptions): void {
    this.#install(name, options, async (call, forward) => {
      if (when === 'after') await forward(call);
      this.#note(name, true);
      throw new Cut();
    });
  }

  /**
   * Answers with an error, by default without asking the server.
   *
   * @param status a gRPC status code
   * @param message its text
   * @param options `when: 'after'` for an error although the call was executed
   */
  fail(
    name: UnaryName,
    status: number,
    message: string,
    options: RuleOptions & { readonly when?: When } = {},
  ): void {
    this.#install(name, options, async (call, forward) => {
      if (options.when === 'after') await forward(call);
      this.#note(name, true);
      return statusAnswer(status, message);
    });
  }

  /** Asks the server, and never answers. */
  swallow(name: UnaryName, options?: RuleOptions): void {
    this.#install(name, options, async (call, forward) => {
      await forward(call);
      this.#note(name, true);
      return new Promise<never>(() => undefined);
    });
  }

  /** Answers late. */
  delay(name: UnaryName, delayMs: number, options?: RuleOptions): void {
    this.#install(name, options, async (call, forward) => {
      const answer = await forward(call);
      await setTimeout(delayMs);
      return answer;
    });
  }

  /** Gives the server another name for itself in every answer; undefined ends it. */
  disguise(serverUuid: string | undefined): void {
    this.#uuid = serverUuid;
  }

  /** Leads to another server from the next call on, which need not be one that lies: another ledger, or an older copy. */
  retarget(address: string): void {
    this.#upstream.retarget(address);
  }

  /** Breaks every connection of clients now. They may come back. */
  cutAll(): void {
    for (const session of this.#sessions) session.destroy();
  }

  /** How often a method of the main service was called since the start or the last `clear()`. */
  calls(name: UnaryName): number {
    return this.#counts.get(pathOf(name)) ?? 0;
  }

  /** How many calls of all services came since the start or the last `clear()`. */
  get callsInAll(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What rules have done since the start or the last `clear()`: a lie that changes nothing shows nothing. */
  get deeds(): readonly Deed[] {
    return this.#deeds;
  }

  /** Ends all lies and counts from zero. Answers already held back stay so. */
  clear(): void {
    this.#rules = [];
    this.#deeds = [];
    this.#uuid = undefined;
    this.#counts.clear();
  }

  /** Breaks all connections and stops listening. */
  async close(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    this.cutAll();
    this.#upstream.close();
    await closed;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #note(rpc: UnaryName, changed: boolean): void {
    this.#deeds.push({ rpc, changed });
  }

  #install(name: UnaryName, options: RuleOptions = {}, apply: Rule): void {
    this.#rules.unshift({ path: pathOf(name), apply, left: options.times ?? Infinity });
  }

  async #serve(stream: ServerHttp2Stream, call: Omit<Call, 'body'>): Promise<void> {
    this.#counts.set(call.path, (this.#counts.get(call.path) ?? 0) + 1);
    try {
      const answer = await this.#answer({ ...call, body: await bodyFrom(stream) }, stream);
      const disguised = this.#uuid === undefined ? {} : { 'immudb-uuid': this.#uuid };
      send(stream, { ...answer, headers: { ...answer.headers, ...disguised } });
    } catch (error) {
      // Not at once: a session destroyed while it reads corrupts the heap (Node 20.20, with many calls under way).
      if (error instanceof Cut) setImmediate(() => stream.session?.destroy());
      else send(stream, statusAnswer(2, `lying proxy: a rule failed: ${String(error)}`));
    }
  }

  #answer(call: Call, stream: ServerHttp2Stream): Promise<Answer> {
    const gone = new AbortController();
    stream.once('close', () => {
      gone.abort();
    });
    const rules = this.#rules.filter((rule) => rule.path === call.path && rule.left-- > 0);
    const forward =
      (index: number) =>
      (asked: Call): Promise<Answer> =>
        rules[index]?.apply(asked, forward(index + 1)) ?? this.#upstream.ask(asked, gone.signal);
    return forward(0)(call);
  }
}
