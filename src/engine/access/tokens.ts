// Tokens: immudb's older way to say who is calling. A token says user, database and end, sealed with a key of the user's
// that only this process has; nothing is kept per token, and forgetting the key ends all tokens of the user.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidToken, notLoggedIn, tokenExpired } from './failures.js';

/** What a token says. */
export interface TokenClaims {
  readonly userName: string;
  /** The database its calls are for, or none yet. */
  readonly database: string | undefined;
}

/** A day, as in immudb. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;
const VERSION = 'i1';

type Payload = readonly [userName: string, database: string | null, endMs: number];

function parsePayload(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(value) || value.length !== 3) return undefined;
    const [userName, database, endMs] = value as readonly unknown[];
    if (typeof userName !== 'string' || typeof endMs !== 'number') return undefined;
    return database === null || typeof database === 'string' ? [userName, database, endMs] : undefined;
  } catch {
    return undefined;
  }
}

/** The tokens of an engine. */
export class Tokens {
  readonly #keys = new Map<string, Buffer>();
  readonly #logins = new Map<string, number>();

  /** Notes that a user logged in, and gives their first token. */
  login(claims: TokenClaims): string {
    this.#logins.set(claims.userName, (this.#logins.get(claims.userName) ?? 0) + 1);
    return this.issue(claims);
  }

  /** Another token. It is good only while the user is logged in this way: a session's holder has no use for it. */
  issue({ userName, database }: TokenClaims): string {
    const payload: Payload = [userName, database ?? null, Date.now() + LIFETIME_MS];
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${VERSION}.${text}.${this.#seal(userName, text).toString('base64url')}`;
  }

  /**
   * What a token says, once its seal is checked.
   *
   * @param header the `authorization` header, from the caller
   * @throws ServiceFailure where it is none, or no longer good
   */
  check(header: string): TokenClaims {
    const token = header.startsWith('Bearer ') ? header.slice('Bearer '.length) : header;
    if (token === '') throw notLoggedIn();
    const [version, text = '', seal = '', ...more] = token.split('.');
    const payload = version === VERSION && more.length === 0 ? parsePayload(text) : undefined;
    if (payload === undefined) throw invalidToken();
    const [userName, database, endMs] = payload;
    if (!this.#logins.has(userName) || !this.#keys.has(userName)) throw notLoggedIn();
    const given = Buffer.from(seal, 'base64url');
    const expected = this.#seal(userName, text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalidToken();
    if (Date.now() > endMs) throw tokenExpired();
    return { userName, database: database ?? undefined };
  }

  /** Notes that a user logged out. Their tokens end with the last of their logins. */
  logout(userName: string): void {
    const logins = (this.#logins.get(userName) ?? 0) - 1;
    if (logins > 0) this.#logins.set(userName, logins);
    else this.revoke(userName);
  }

  /** Ends all tokens of a user whose rights changed. */
  revoke(userName: string): void {
    this.#logins.delete(userName);
    this.#keys.delete(userName);
  }

  #seal(userName: string, text: string): Buffer {
    let key = this.#keys.get(userName);
    if (key === undefined) this.#keys.set(userName, (key = randomBytes(32)));
    return createHmac('sha256', key).update(text).digest();
  }
}
