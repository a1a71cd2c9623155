// Sessions: who called lately, and on which database. Kept in memory, and ended when idle for too long.

import { randomBytes } from 'node:crypto';
import { tooManySessions } from './failures.js';

/** Limits of sessions. */
export interface SessionLimits {
  /** How many there may be at once. Default 100. */
  readonly maxSessions: number;
  /** Idle time in milliseconds after which a session may be ended, 0 for never. Default 120,000. */
  readonly sessionTimeoutMs: number;
  /** How often idle ones are looked for, in milliseconds. Default 60,000. */
  readonly sessionCheckMs: number;
}

/** immudb's own defaults. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxSessions: 100,
  sessionTimeoutMs: 120_000,
  sessionCheckMs: 60_000,
};

/** One session. */
export interface Session {
  /** 44 characters, unguessable: whoever has it is the user. */
  readonly id: string;
  readonly userName: string;
  /** The database its calls are for. */
  database: string;
  /** Milliseconds, by the clock that never goes back. */
  lastActivity: number;
}

const ID_BYTES = 32;

/** The sessions of an engine. */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #sessions = new Map<string, Session>();
  readonly #timer: NodeJS.Timeout;

  /** @param limits how many, and for how long */
  constructor(limits: SessionLimits) {
    this.#limits = limits;
    this.#timer = setInterval(() => {
      this.#endIdle();
    }, limits.sessionCheckMs);
    // An engine nobody closed must not keep a program from ending.
    this.#timer.unref();
  }

  /** How long an idle session lives at least, in milliseconds; 0 for good. */
  get timeoutMs(): number {
    return this.#limits.sessionTimeoutMs;
  }

  /** Opens a session. @throws ServiceFailure where there are too many */
  open(userName: string, database: string): Session {
    if (this.#sessions.size >= this.#limits.maxSessions) throw tooManySessions();
    const bytes = randomBytes(ID_BYTES).toString('base64');
    const id = bytes.replaceAll('+', '-').replaceAll('/', '_');
    const session = { id, userName, database, lastActivity: performance.now() };
    this.#sessions.set(id, session);
    return session;
  }

  /** The session of an id, or `undefined` where it ended. */
  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Notes that a session is in use. */
  touch(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.lastActivity = performance.now();
  }

  /** Ends a session. @returns whether there was one */
  close(id: string): boolean {
    return this.#sessions.delete(id);
  }

  /** Ends the sessions of a user whose rights changed. */
  closeOf(userName: string): void {
    for (const session of this.#sessions.values()) {
      if (session.userName === userName) this.#sessions.delete(session.id);
    }
  }

  /** Ends all, and the looking for idle ones. */
  end(): void {
    clearInterval(this.#timer);
    this.#sessions.clear();
  }

  #endIdle(): void {
    const { sessionTimeoutMs } = this.#limits;
    if (sessionTimeoutMs === 0) return;
    const oldest = performance.now() - sessionTimeoutMs;
    for (const session of this.#sessions.values()) {
      if (session.lastActivity < oldest) this.#sessions.delete(session.id);
    }
  }
}
