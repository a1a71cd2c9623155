// What answers one method that is not about the data of a database: sessions, users, the databases themselves.

import type { Caller, Callers, Headers, Selection } from '../access/callers.js';
import type { DatabaseAccess } from '../access/permission.js';
import { pathOf, type UnaryDefinition } from './methods.js';

/** Who is calling, as far as a handler asks: each method has its own words for those it turns away. */
export interface CallContext {
  /** @throws ServiceFailure where nobody is logged in */
  caller(): Caller;
  /** @throws ServiceFailure where the caller's permission on the selected database is not enough */
  select(access: DatabaseAccess, onSystem: boolean): Selection;
  /** @throws ServiceFailure where the call names no session */
  sessionId(): string;
}

/** Answers a method of one request and one response. */
export interface EngineHandler {
  readonly kind: 'engine';
  readonly path: string;
  /** @throws ServiceFailure, or an ImmuError of the store, which the router translates */
  run(context: CallContext, request: unknown): unknown;
}

/**
 * A handler for a method that is not about data.
 *
 * @param method one of the generated definitions
 * @param run answers; its types follow from the method
 */
export function engineHandler<Req, Res>(
  method: UnaryDefinition<Req, Res>,
  run: (context: CallContext, request: Req) => Promise<Res> | Res,
): EngineHandler {
  return { kind: 'engine', path: pathOf(method), run };
}

/** The context of a call. */
export function callContext(callers: Callers, headers: Headers): CallContext {
  return {
    caller: () => callers.identify(headers),
    select: (access, onSystem) => callers.select(headers, access, onSystem),
    sessionId: () => callers.sessionId(headers),
  };
}
