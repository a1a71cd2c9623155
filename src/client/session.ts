// One authenticated session on one database: opened once for any number of waiting calls, kept alive while it is
// idle, renewed when the server has lost it, closed once.

import { ImmuError } from '../errors.js';
import { jitteredMs } from './backoff.js';
import type { CallScope } from './call-scope.js';
import type { AuthHeaders, Login } from './login.js';

/** Told when a session is opened and lost. */
export interface SessionListener {
  opened(): void;
  lost(): void;
}

/** A session that heals itself. How it is opened is the login's part. */
export class Session {
  readonly #login: Login;
  readonly #keepAliveMs: number;
  readonly #listener: SessionListener | undefined;
  #headers: AuthHeaders | undefined;
  #opening: Promise<AuthHeaders> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastUse = 0;
  /** How often in a row it could not be opened although it may be possible later, and when to try again at the earliest. */
  #failures = 0;
  #notBefore = 0;
  #endPause: () => void = () => undefined;
  #closed = false;

  /**
   * @param login how to open, keep and close it
   * @param keepAliveMs how long it may be idle, in milliseconds
   * @param listener told of what happens to it
   */
  constructor(login: Login, keepAliveMs: number, listener?: SessionListener) {
    this.#login = login;
    this.#keepAliveMs = keepAliveMs;
    this.#listener = listener;
  }

  /** The headers of the open session, if it is open: for calls that need not wait. Marks the session as used. Secrets. */
  useHeaders(): AuthHeaders | undefined {
    this.#lastUse = performance.now();
    return this.#headers;
  }

  /**
   * The session's headers, after opening it where that is needed. Calls that wait at the same time share one opening.
   *
   * @param scope how long this caller waits; the opening itself goes on for the others
   * @throws ImmuError INVALID_CREDENTIALS, DATABASE_NOT_FOUND, UNREACHABLE, ABORTED and others
   */
  async ready(scope: CallScope): Promise<AuthHeaders> {
    const headers = this.useHeaders();
    if (headers !== undefined) return headers;
    this.#opening ??= this.#open();
    return scope.wait(this.#opening);
  }

  /**
   * The server does not know these headers any more. Of the many calls that notice, only the first forgets them: the
   * others must not throw away the session that was opened since.
   */
  lost(headers: AuthHeaders): void {
    if (this.#headers !== headers) return;
    this.#headers = undefined;
    this.#stopTimer();
    this.#listener?.lost();
  }

  /** Closes the session on the server, if it can be reached, and for good here. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer();
    this.#endPause();
    const headers = this.#headers;
    this.#headers = undefined;
    if (headers !== undefined) await this.#leave(headers);
  }

  #open(): Promise<AuthHeaders> {
    const opening = this.#openOnce().finally(() => {
      this.#opening = undefined;
    });
    // Every caller may have stopped waiting; the failure is then of no interest to anybody.
    opening.catch(() => undefined);
    return opening;
  }

  async #openOnce(): Promise<AuthHeaders> {
    const pauseMs = this.#notBefore - performance.now();
    if (pauseMs > 0) await this.#pause(pauseMs);
    this.#assertOpen();
    const headers = await this.#tryToOpen();
    try {
      this.#assertOpen();
    } catch (error) {
      await this.#leave(headers);
      throw error;
    }
    this.#headers = headers;
    this.#lastUse = performance.now();
    this.#startTimer();
    this.#listener?.opened();
    return headers;
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new ImmuError('CLOSED', 'This client was closed while it logged in. Connect again.');
  }

  async #tryToOpen(): Promise<AuthHeaders> {
    try {
      const headers = await this.#login.open();
      this.#failures = 0;
      return headers;
    } catch (error) {
      this.#noteFailure(error);
      throw error;
    }
  }

  /**
   * Any number of calls may wait, each with a pause of its own between attempts: together they would log in without a
   * pause. What the circuit refuses costs nothing, and is to be told at once.
   */
  #noteFailure(error: unknown): void {
    if (!(error instanceof ImmuError) || !error.retryable || error.details.circuit !== undefined) return;
    this.#notBefore = performance.now() + jitteredMs(++this.#failures);
  }

  /** Waits until logging in may be tried again. Calls give up waiting by their own time; closing ends it. */
  #pause(pauseMs: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Closing is a courtesy: the server drops the session by itself. */
  async #leave(headers: AuthHeaders): Promise<void> {
    try {
      await this.#login.close(headers);
    } catch {
      // The server is gone, or has dropped the session already.
    }
  }

  #startTimer(): void {
    this.#stopTimer();
    // Does not keep the process alive: a session nobody uses is no reason to run.
    this.#timer = setInterval(() => void this.#keepAlive(), this.#keepAliveMs).unref();
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #keepAlive(): Promise<void> {
    const headers = this.#headers;
    // Every call refreshes the session: one that was used lately needs no more.
    if (headers === undefined || performance.now() - this.#lastUse < this.#keepAliveMs / 2) return;
    try {
      await this.#login.keepAlive(headers);
    } catch (error) {
      // Anything else than a lost session will be met, and reported, by the next call.
      if (error instanceof ImmuError && error.code === 'SESSION_EXPIRED') this.lost(headers);
    }
  }
}
