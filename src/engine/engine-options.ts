// What an engine is opened with, checked.

import type { KeyObject } from 'node:crypto';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from './access/sessions.js';
import { isUserName } from './access/user.js';
import { isDatabaseName, SYSTEM_DATABASE } from './database-name.js';

/** How to open an embedded ledger. */
export interface EngineOptions extends Partial<SessionLimits> {
  /** Its folder, on a local disk; made if need be. Default: everything is in memory and ends with the engine. */
  readonly path?: string;
  /** The clock, in seconds since 1970. Default: this machine's. */
  readonly now?: () => bigint;
  /** EC P-256 private key to sign states with, ready or as PEM. Default: states are not signed. */
  readonly signingKey?: KeyObject | string;
  /** Name of the administrator. Only heeded where the ledger is made. Default `immudb`. */
  readonly user?: string;
  /** Password of the administrator, 1 to 72 bytes. Only heeded where the ledger is made. Default `immudb`. */
  readonly password?: string;
  /** Databases to be there besides `defaultdb`; made with default settings if need be. Default none. */
  readonly databases?: readonly string[];
}

/** The same with the defaults filled in. */
export interface ResolvedEngineOptions {
  readonly path: string | undefined;
  readonly now: () => bigint;
  readonly signingKey: KeyObject | string | undefined;
  readonly user: string;
  readonly password: Uint8Array;
  readonly databases: readonly string[];
  readonly limits: SessionLimits;
}

const MAX_PASSWORD_BYTES = 72;
/** What a timer can count. */
const MAX_MS = 2 ** 31 - 1;

/** @throws TypeError for options that cannot be meant */
export function resolveEngineOptions(options: EngineOptions): ResolvedEngineOptions {
  const { path, signingKey, user = 'immudb', databases = [], now = clock } = options;
  if (path === '') throw new TypeError('path must name a folder; leave it out for a ledger in memory.');
  if (!isUserName(user)) throw new TypeError('user must be 1 to 63 letters, digits and underscores.');
  const password = new TextEncoder().encode(options.password ?? 'immudb');
  if (password.length === 0 || password.length > MAX_PASSWORD_BYTES) {
    throw new TypeError(`password must be 1 to ${MAX_PASSWORD_BYTES} bytes long.`);
  }
  for (const name of databases) {
    if (isDatabaseName(name) && name !== SYSTEM_DATABASE) continue;
    throw new TypeError(
      `databases must be names of 1 to 128 of the characters a-z, 0-9 and _, and not systemdb: ${name}`,
    );
  }
  return { path, now, signingKey, user, password, databases, limits: limitsOf(options) };
}

function limitsOf(options: EngineOptions): SessionLimits {
  const {
    maxSessions = DEFAULT_SESSION_LIMITS.maxSessions,
    sessionTimeoutMs = DEFAULT_SESSION_LIMITS.sessionTimeoutMs,
    sessionCheckMs = DEFAULT_SESSION_LIMITS.sessionCheckMs,
  } = options;
  if (!(Number.isInteger(maxSessions) && maxSessions >= 1)) {
    throw new TypeError('maxSessions must be a whole number from 1.');
  }
  if (!(sessionTimeoutMs >= 0)) {
    throw new TypeError('sessionTimeoutMs must be milliseconds from 0, which is for ever.');
  }
  if (!(sessionCheckMs >= 1 && sessionCheckMs <= MAX_MS)) {
    throw new TypeError('sessionCheckMs must be milliseconds from 1 to 2^31 - 1.');
  }
  return { maxSessions, sessionTimeoutMs, sessionCheckMs };
}

function clock(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
