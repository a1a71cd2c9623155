// What answers one method that works on the data of a database. Who is calling, whether he may, and which database he
// means is settled by the router before a handler runs.

import type { LedgerState } from '../../proof/layout/ledger-state.js';
import type { Signature } from '../../wire/immudb/schema/proof.js';
import type { DatabaseAccess } from '../access/permission.js';
import type { Database } from '../database/database.js';
import { type MethodDefinition, pathOf, type UnaryDefinition } from './methods.js';

/** What a handler is given besides its request. */
export interface HandlerContext {
  /** The database the caller's session or token has selected. Open. */
  readonly database: Database;
  /** Who is calling. */
  readonly user: { readonly name: string };
  /**
   * Signs a state of this database as immudb does: ECDSA over P-256 and SHA-256, in DER, the key uncompressed.
   *
   * @returns `undefined` where the engine has no key
   */
  sign(state: LedgerState): Signature | undefined;
  /** Seconds since 1970, by the engine's clock. */
  now(): bigint;
}

/** Answers a method of one request and one response. */
export interface UnaryHandler {
  readonly kind: 'unary';
  readonly path: string;
  readonly access: DatabaseAccess;
  /** @throws ServiceFailure, or an ImmuError of the store, which the router translates */
  run(context: HandlerContext, request: unknown): unknown;
}

/** Answers a method that streams in either direction or both. */
export interface StreamHandler {
  readonly kind: 'stream';
  readonly path: string;
  readonly access: DatabaseAccess;
  /**
   * One with a single request finds it in `requests`; one with a single response yields one. An iteration that is
   * given up (`return`) is a call the caller cancelled.
   *
   * @throws as a unary handler does, from the iteration
   */
  run(context: HandlerContext, requests: AsyncIterable<unknown>): AsyncIterable<unknown>;
}

/** A handler of either kind. */
export type DatabaseHandler = UnaryHandler | StreamHandler;

/**
 * A handler for a method of one request and one response.
 *
 * @param method one of the generated definitions, like `ImmuServiceDefinition.methods.get`
 * @param access what the caller's permission must allow
 * @param run answers; its types follow from the method
 */
export function unaryHandler<Req, Res>(
  method: UnaryDefinition<Req, Res>,
  access: DatabaseAccess,
  run: (context: HandlerContext, request: Req) => Promise<Res> | Res,
): UnaryHandler {
  return { kind: 'unary', path: pathOf(method), access, run };
}

/**
 * A handler for a method that streams.
 *
 * @param method one of the generated definitions, like `ImmuServiceDefinition.methods.streamGet`
 * @param access what the caller's permission must allow
 * @param run answers; its types follow from the method
 */
export function streamHandler<Req, Res>(
  method: MethodDefinition<Req, Res>,
  access: DatabaseAccess,
  run: (context: HandlerContext, requests: AsyncIterable<Req>) => AsyncIterable<Res>,
): StreamHandler {
  return { kind: 'stream', path: pathOf(method), access, run };
}
