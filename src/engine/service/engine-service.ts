// The engine as a service: from the path of a call to what answers it, once it is known who is calling.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { Headers } from '../access/callers.js';
import type { OpenDatabase } from '../open-database.js';
import { ServiceFailure, Status } from '../service-failure.js';
import { databaseHandlers, databaseListHandlers } from './database-handlers.js';
import { callContext, type EngineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';
import { failureOf } from './failure-of.js';
import type { DatabaseHandler, HandlerContext, StreamHandler } from './handler.js';
import { pathOf, SERVICES } from './methods.js';
import { selectedHandlers } from './selected-handlers.js';
import { serverHandlers } from './server-handlers.js';
import type { Call, LedgerService } from './service.js';
import { sessionHandlers, tokenHandlers } from './session-handlers.js';
import { unanswered } from './unsupported.js';
import { userHandlers } from './user-handlers.js';

/** The one method that needs no regard for the session it names: it is how one gets another. */
const OPEN_SESSION = pathOf(ImmuServiceDefinition.methods.openSession);

/** Writes nothing although it needs write permission: 1.11.1 lets it read immudb's own database too. */
const GET_ALL = pathOf(ImmuServiceDefinition.methods.getAll);

type Handler = EngineHandler | DatabaseHandler;

/** Answers the calls of an engine. */
export class EngineService implements LedgerService {
  readonly uuid: string;
  readonly #parts: EngineParts;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  /**
   * @param parts what the handlers work with
   * @param data answers to the methods on data
   */
  constructor(parts: EngineParts, data: readonly DatabaseHandler[]) {
    this.uuid = parts.catalog.value.uuid;
    this.#parts = parts;
    const handlers: readonly Handler[] = [
      ...sessionHandlers(parts),
      ...tokenHandlers(parts),
      ...serverHandlers(parts),
      ...userHandlers(parts),
      ...databaseHandlers(parts),
      ...databaseListHandlers(parts),
      ...selectedHandlers(parts),
      ...data,
    ];
    this.#handlers = new Map(handlers.map((handler) => [handler.path, handler]));
    if (this.#handlers.size < handlers.length) throw new TypeError('two handlers answer the same method');
  }

  /** {@inheritDoc LedgerService.unary} */
  unary(call: Call, request: unknown): Promise<unknown> {
    const answer = this.#answer(call, request);
    this.#underWay.add(answer);
    const done = () => this.#underWay.delete(answer);
    answer.then(done, done);
    return answer;
  }

  async #answer(call: Call, request: unknown): Promise<unknown> {
    try {
      const handler = this.#handlerOf(call, false);
      if (handler.kind === 'stream') throw new TypeError(`${call.path} streams`);
      if (handler.kind === 'engine') {
        return await handler.run(callContext(this.#parts.callers, call.headers), request);
      }
      const { open, context } = await this.#onDatabase(call, handler);
      return await open.run(() => handler.run(context, request));
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** {@inheritDoc LedgerService.stream} */
  async *stream(call: Call, requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    try {
      const handler = this.#streamHandlerOf(call);
      const { open, context } = await this.#onDatabase(call, handler);
      yield* open.stream((given) => handler.run(context, given), requests);
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Answers no more calls, and waits for the answers under way. Streams end with their databases. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }

  #streamHandlerOf(call: Call): StreamHandler {
    const handler = this.#handlerOf(call, true);
    if (handler.kind !== 'stream') throw new TypeError(`${call.path} does not stream`);
    return handler;
  }

  #handlerOf({ path, headers }: Call, streams: boolean): Handler {
    if (this.#closed) throw new ServiceFailure(Status.UNAVAILABLE, 'the embedded ledger is closed');
    const handler = this.#handlers.get(path);
    if (path !== OPEN_SESSION) this.#parts.callers.admit(headers, streams);
    if (handler === undefined)
      throw unanswered(
        path,
        SERVICES.map(({ fullName }) => fullName),
      );
    return handler;
  }

  async #onDatabase(
    { headers }: { readonly headers: Headers },
    { access, path }: DatabaseHandler,
  ): Promise<{ readonly open: OpenDatabase; readonly context: HandlerContext }> {
    const { callers, databases, signer, now } = this.#parts;
    const { user, database } = callers.select(headers, access, access === 'read' || path === GET_ALL);
    const open = await databases.use(database);
    const context: HandlerContext = {
      database: open.database,
      user,
      sign: (state) => signer?.sign(database, state),
      now,
    };
    return { open, context };
  }
}
