// How verified operations begin: trust is taken up once, by the first of them; and what is trusted is stored at the end.

import { scopeOf } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { Events } from '../events.js';
import { RoutedScope } from '../servers/read-route.js';
import type { TrustPolicy } from '../../trust/policy.js';
import type { VerifiedContext } from './context.js';
import { openVerified, type VerifiedLimits } from './open.js';
import type { BeginVerified, VerifiedOperation } from './operation.js';

/** What trust is taken up with. */
export interface BeginningParts {
  readonly connection: Connection;
  /** Why the database is believed. */
  readonly policy: TrustPolicy;
  readonly events: Events;
  readonly limits: VerifiedLimits;
}

/** The verified operations of one client, at their beginning. */
export class Beginning {
  /** Begins a verified operation: its time counts from here, taking up trust included. */
  readonly begin: BeginVerified = (name, options) => this.#begin(name, options);
  /** Begins one that only reads: a replica may answer it, once there is a state to check it against. */
  readonly beginRead: BeginVerified = (name, options) => this.#beginRead(name, options);
  readonly #parts: BeginningParts;
  #opening: Promise<VerifiedContext> | undefined;
  #opened: VerifiedContext | undefined;

  /** @param parts trust is not taken up before the first operation begins */
  constructor(parts: BeginningParts) {
    this.#parts = parts;
  }

  /** The context of all verified operations; trust is taken up where it was not yet. */
  context(): Promise<VerifiedContext> {
    // One opening for any number of callers, whoever gives up waiting; a failed one is tried again by the next.
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /**
   * Stores what is trusted, and the floors, where that was to be done later.
   *
   * @returns why what is trusted could not be stored. That floors could not be is a warning only
   */
  async store(): Promise<Error | undefined> {
    const context = this.#opened;
    if (context === undefined) return undefined;
    try {
      await context.keeper.flush();
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      await context.floorWriter.flush();
    }
  }

  /** Ends what goes on by itself. */
  stop(): void {
    this.#opened?.floorWriter.stop();
  }

  async #begin(name: string, options: OperationOptions): Promise<VerifiedOperation> {
    const scope = scopeOf(this.#parts.connection, name, options);
    return { context: this.#opened ?? (await scope.wait(this.context())), scope };
  }

  async #beginRead(name: string, options: OperationOptions): Promise<VerifiedOperation> {
    const { connection } = this.#parts;
    const { signal } = options;
    const begun = await this.#begin(name, options);
    const { keeper } = begun.context;
    if (keeper.head === undefined) return begun;
    const route = connection.readRoute(() => keeper.head?.txId ?? 0n);
    if (route === undefined) return begun;
    const left = Math.max(0.001, begun.scope.remainingMs);
    return { ...begun, scope: new RoutedScope(route, name, left, connection.closing, signal) };
  }

  async #open(): Promise<VerifiedContext> {
    const { connection, policy, events, limits } = this.#parts;
    this.#opened ??= await openVerified(connection, policy, events, limits);
    return this.#opened;
  }
}
