// The two ways to prove who is calling: a session, and the older token. Both end in request
// headers; keeping and renewing them is session.ts's part.

import { utf8 } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { ResolvedOptions } from './connection-options.js';
import { unaryMethod, type MethodDefinition } from './rpc.js';
import { failedAttempt, type CallSite } from './rpc-error.js';
import { RpcFailure, type Transport } from './transport.js';

/** Headers that say who is calling. Secrets: never printed, never attached to an error. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** Obtains and gives back authentication for one user on one database. */
export interface Login {
  /**
   * Asks the server for new headers, without presenting old ones: a stale session id makes most calls fail.
   *
   * @throws ImmuError INVALID_CREDENTIALS, DATABASE_NOT_FOUND, UNREACHABLE and others
   */
  open(): Promise<AuthHeaders>;
  /** Tells the server that the headers are still in use. @throws ImmuError SESSION_EXPIRED where they are lost */
  keepAlive(headers: AuthHeaders): Promise<void>;
  /** Tells the server that the headers are no longer needed. */
  close(headers: AuthHeaders): Promise<void>;
}

/** What a login needs to know. */
export interface LoginContext {
  readonly transport: Transport;
  readonly options: Pick<ResolvedOptions, 'credentials' | 'timeoutMs' | 'authentication' | 'tls'>;
  readonly database: string;
  /** Told the server's name for itself. */
  noteServer(serverUuid: string | undefined): void;
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- the token flow is the deprecated one, offered on purpose
const { closeSession, keepAlive, login, logout, openSession, useDatabase } = ImmuServiceDefinition.methods;

/** Saying goodbye must not keep a program from ending. */
const CLOSE_TIMEOUT_MS = 2_000;

/** The login the options ask for. */
export function loginOf(context: LoginContext): Login {
  return context.options.authentication === 'token' ? new TokenLogin(context) : new SessionLogin(context);
}

/** Calls of the login itself: no retries, no session, and errors from which the password is removed. */
async function ask<Req, Res>(
  context: LoginContext,
  method: MethodDefinition<Req, Res>,
  request: Req,
  metadata: AuthHeaders,
  deadlineMs = context.options.timeoutMs,
): Promise<Res> {
  const { transport, options, database } = context;
  try {
    const answer = await transport.unary(unaryMethod(method), request, { metadata, deadlineMs });
    context.noteServer(answer.serverUuid);
    return answer.message;
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    const { credentials, tls } = options;
    const { address } = transport;
    const site: CallSite = { rpc: method.name, address, database, user: credentials.user, tls };
    const { status, sent, details } = error;
    // Whatever the server repeats of the request, the password is not repeated from here.
    throw failedAttempt(new RpcFailure(status, credentials.redact(error.message), { sent, details }), site)
      .error;
  }
}

/** A header value the server gave, if it can be one: anything else would surface in the transport's own error. */
function headerValue(value: string, what: string, address: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(value)) return value;
  throw new ImmuError(
    'SERVER_ERROR',
    `The server at ${address} gave ${what} that cannot be sent back to it. Is it immudb?`,
  );
}

class SessionLogin implements Login {
  readonly #context: LoginContext;

  constructor(context: LoginContext) {
    this.#context = context;
  }

  async open(): Promise<AuthHeaders> {
    const { options, database, transport } = this.#context;
    const { user } = options.credentials;
    const request = {
      username: utf8(user),
      password: utf8(options.credentials.revealPassword()),
      databaseName: database,
    };
    const { sessionID } = await ask(this.#context, openSession, request, {});
    return { sessionid: headerValue(sessionID, 'a session id', transport.address) };
  }

  async keepAlive(headers: AuthHeaders): Promise<void> {
    await ask(this.#context, keepAlive, {}, headers);
  }

  async close(headers: AuthHeaders): Promise<void> {
    await ask(this.#context, closeSession, {}, headers, CLOSE_TIMEOUT_MS);
  }
}

class TokenLogin implements Login {
  readonly #context: LoginContext;

  constructor(context: LoginContext) {
    this.#context = context;
  }

  async open(): Promise<AuthHeaders> {
    const { options, database } = this.#context;
    const { user } = options.credentials;
    const request = { user: utf8(user), password: utf8(options.credentials.revealPassword()) };
    const { token } = await ask(this.#context, login, request, {});
    const first = this.#headers(token);
    // The first token may name no database or another one; the second is bound to the one asked for.
    const bound = await ask(this.#context, useDatabase, { databaseName: database }, first);
    return this.#headers(bound.token);
  }

  /** A token is not kept alive: it ends a day after it was made, whatever is done with it. */
  keepAlive(): Promise<void> {
    return Promise.resolve();
  }

  async close(headers: AuthHeaders): Promise<void> {
    await ask(this.#context, logout, {}, headers, CLOSE_TIMEOUT_MS);
  }

  #headers(token: string): AuthHeaders {
    return { authorization: headerValue(token, 'a token', this.#context.transport.address) };
  }
}
