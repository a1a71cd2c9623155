// What servers and ledgers in memory are made with, checked.

import type { KeyObject } from 'node:crypto';
import type { ConnectOptions, TrustOption, VerifiedLimits } from '../client/index.js';
import { DATABASE_NAME_RULE, normalDatabaseName } from '../client/database-name.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { LedgerRules } from '../repository/open-repositories.js';

/** What the ledgers of a server have in common. */
export interface MemoryServerOptions {
  /** The name of the database. Default `ledger`. */
  readonly database?: string;
  /**
   * The server's clock, for `committedAt` and for expiry. Default: this machine's, or what your test runner makes of it.
   * A ledger that reads goes by this machine's.
   */
  readonly now?: () => Date;
  /** EC P-256 private key to sign states with, as PEM or ready. Default: states are not signed. */
  readonly signingKey?: string | KeyObject;
}

/** How one ledger sees the data. */
export interface MemoryLedgerOptions extends Pick<ConnectOptions, 'timeoutMs'>, LedgerRules {
  /** Bounds of what verified operations remember. Default: as elsewhere, but of 10,000 keys. */
  readonly memory?: VerifiedLimits;
  /** The entity classes; no two of one stored name. */
  readonly entities: readonly EntityClass[];
  /**
   * Why the server is believed. Default: because this process made it, or at first use where it holds something
   * already; remembered in memory, for this ledger alone. Give several ledgers one `store`, and they share what they trust.
   */
  readonly trust?: TrustOption;
}

const SERVER_OPTIONS: readonly string[] = [
  'database',
  'now',
  'signingKey',
] satisfies (keyof MemoryServerOptions)[];
const LEDGER_OPTIONS: readonly string[] = [
  'entities',
  'trust',
  'memory',
  'timeoutMs',
  'requireActor',
  'namespace',
  'createTenants',
  'coalesceSaves',
  'validator',
  'plugins',
  'codec',
  'codecs',
  'hydrators',
] satisfies (keyof MemoryLedgerOptions)[];

const DEFAULT_DATABASE = 'ledger';

/** @throws TypeError for a name that no database can have */
export function databaseOf({ database = DEFAULT_DATABASE }: MemoryServerOptions): string {
  const name = typeof database === 'string' ? normalDatabaseName(database) : undefined;
  if (name !== undefined) return name;
  throw new TypeError(`Option "database" must be ${DATABASE_NAME_RULE}.`);
}

/** The clock in seconds since 1970. It throws a TypeError when it is asked and has no date. */
export function clockOf({ now = () => new Date() }: MemoryServerOptions): () => bigint {
  return () => {
    const seconds = Math.floor(now().getTime() / 1000);
    if (seconds >= 0) return BigInt(seconds);
    throw new TypeError('Option "now" must return a Date that is valid and not before 1970.');
  };
}

/** @throws TypeError for options a server does not have */
export function assertServerOptions(options: MemoryServerOptions): void {
  refuseUnknown(options, SERVER_OPTIONS);
}

/** @throws TypeError for options a ledger does not have */
export function assertLedgerOptions(options: MemoryLedgerOptions): void {
  refuseUnknown(options, LEDGER_OPTIONS);
}

/** Those of a server and those of its only ledger, apart. @throws TypeError for options neither of them has */
export function apart(options: MemoryServerOptions & MemoryLedgerOptions): {
  readonly forServer: MemoryServerOptions;
  readonly forLedger: MemoryLedgerOptions;
} {
  refuseUnknown(options, [...SERVER_OPTIONS, ...LEDGER_OPTIONS]);
  const { database, now, signingKey, ...forLedger } = options;
  return {
    forServer: {
      ...(database === undefined ? {} : { database }),
      ...(now === undefined ? {} : { now }),
      ...(signingKey === undefined ? {} : { signingKey }),
    },
    forLedger,
  };
}

function refuseUnknown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(
    `Option "${unknown}" has no meaning for a ledger in memory. Known are: ${known.join(', ')}.`,
  );
}
