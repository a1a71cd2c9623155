// Between a client's transport and what answers it: passes everything on, or lies about the data of one database as it
// was told to.

import type { LocalService } from '../client/local-transport.js';
import { pathOf } from '../engine/service/methods.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { Ask, Lie, MethodName, RequestOf, ResponseOf } from './lie.js';
import { Network } from './network.js';
import type { OtherHistory } from './other-history.js';

const { methods } = ImmuServiceDefinition;

const NAMES: ReadonlyMap<string, MethodName> = new Map(
  Object.entries(methods).map(([name, method]) => [pathOf(method), name as MethodName]),
);

type Call = Parameters<LocalService['unary']>[0];
type Answer = (request: unknown, ask: Ask) => Promise<unknown>;

/** A service that can lie. */
export class LyingService implements LocalService {
  /** The way to it. */
  readonly network = new Network();
  readonly #honest: LocalService;
  readonly #database: string;
  /** Those on the database: a client may have others open on other ones. */
  readonly #sessions = new Set<string>();
  #lies: readonly Lie[] = [];
  #history: OtherHistory | undefined;
  #uuid: string | undefined;

  /**
   * @param honest what answers where nothing else was said
   * @param database the one that is lied about
   */
  constructor(honest: LocalService, database: string) {
    this.#honest = honest;
    this.#database = database;
  }

  /** {@inheritDoc LocalService.uuid} */
  get uuid(): string {
    return this.#uuid ?? this.#honest.uuid;
  }

  /** Tells one more lie. Of several about one method, the newest sees the request first and the answer last. */
  tell(lie: Lie): void {
    this.#lies = [lie, ...this.#lies];
  }

  /**
   * Answers from another history, instead of the one before.
   *
   * @param uuid the name it gives itself meanwhile; `undefined` for its own
   */
  show(history: OtherHistory, uuid?: string): void {
    this.#history = history;
    this.#uuid = uuid;
  }

  /** Ends all lies. The other history is forgotten, with what was written to it. */
  end(): void {
    this.#lies = [];
    this.#history = undefined;
    this.#uuid = undefined;
    this.network.recover();
  }

  /** {@inheritDoc LocalService.unary} */
  unary(call: Call, request: unknown): Promise<unknown> {
    return this.network.carry(call.path, async () => {
      if (this.#sessions.has(call.headers.sessionid ?? '')) return this.#answer(this.#lies, call, request);
      const answer = await this.#honest.unary(call, request);
      this.#noteSession(call, request, answer);
      return answer;
    });
  }

  /** {@inheritDoc LocalService.stream} Streams are answered honestly; the way to them may fail. */
  async *stream(call: Call, requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    yield* await this.network.carry(call.path, () => Promise.resolve(this.#honest.stream(call, requests)));
  }

  async #answer(lies: readonly Lie[], call: Call, request: unknown): Promise<unknown> {
    const [lie, ...rest] = lies;
    if (lie === undefined) {
      const answered = this.#history?.unary(call.path, request);
      return answered ?? this.#honest.unary(call, request);
    }
    const name = NAMES.get(call.path);
    // Found by the method's name: its types are the method's.
    const answer = name === undefined ? undefined : (lie[name] as Answer | undefined);
    if (answer === undefined) return this.#answer(rest, call, request);
    const ask: Ask = <Name extends MethodName>(asked: Name, of: RequestOf<Name>) =>
      this.#answer(rest, { ...call, path: pathOf(methods[asked]) }, of) as Promise<ResponseOf<Name>>;
    return answer(request, ask);
  }

  #noteSession({ path }: Call, request: unknown, answer: unknown): void {
    if (NAMES.get(path) !== 'openSession') return;
    const { databaseName } = request as RequestOf<'openSession'>;
    const { sessionID } = answer as ResponseOf<'openSession'>;
    if (databaseName === this.#database) this.#sessions.add(sessionID);
  }
}
