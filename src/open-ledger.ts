// The composition root: the only place that decides what a ledger is made of.

import type { KeyObject } from 'node:crypto';
import { connect } from './client/connect.js';
import type { ConnectOptions, ImmuClient, OperationOptions } from './client/index.js';
import { openEmbedded } from './embedded-ledger.js';
import { entitySchemas } from './entity/entity-set.js';
import type { EntityClass } from './entity/entity-types.js';
import type { Ledger } from './repository/ledger.js';
import { bindCodecs } from './repository/payload-codecs.js';
import { type LedgerRules, openRepositories, rulesOf } from './repository/open-repositories.js';
import { verifyValidators } from './repository/validation/verify-validators.js';

/** What every ledger is opened with. */
interface LedgerEntities extends LedgerRules {
  /** The entity classes; no two of one stored name. */
  readonly entities: readonly EntityClass[];
}

/** A ledger on a server: where it is, and whom to believe. */
export interface RemoteLedgerOptions extends ConnectOptions, LedgerEntities {
  readonly path?: never;
}

/** A ledger in a folder, without a server. */
export interface EmbeddedLedgerOptions
  extends Pick<ConnectOptions, 'database' | 'logger' | 'memory' | 'timeoutMs' | 'trust'>, LedgerEntities {
  /**
   * The folder, on a local disk; made if need be. One process at a time may have it open: others use a server
   * (`immurepo serve --path DIR`).
   */
  readonly path: string;
  /**
   * The database. It is named when the folder is made, `ledger` by default, and keeps that name: it is part of what a
   * signature of its state covers.
   */
  readonly database?: string;
  /** EC P-256 private key to sign states with, as PEM or ready. Default: states are not signed. */
  readonly signingKey?: string | KeyObject;
  readonly url?: never;
}

/** Where a ledger is, whom to believe, and which entities it holds. */
export type OpenLedgerOptions = RemoteLedgerOptions | EmbeddedLedgerOptions;

/**
 * Opens a ledger: in a folder (`path`), without a server, or on an immudb (`url`). The rest is the same: it takes up the
 * trusted state, or begins it, and proves that what it finds continues it.
 *
 * @param options `path` or `url` (`immudb://user:password@host:3322/database`), `entities`, and `trust`
 * @returns an open ledger; close it when done
 * @throws TypeError for wrong options or entities · ImmuError UNREACHABLE (a retry may help), INVALID_CREDENTIALS,
 *   DATABASE_NOT_FOUND, TRUST_MISSING, TRUST_CORRUPT, TRUST_POLICY, LEDGER_LOCKED, LEDGER_DAMAGED and others
 * @throws VerificationError ROLLBACK_DETECTED, FORK_DETECTED, SERVER_IDENTITY_CHANGED and others
 * @example
 * const ledger = await openLedger({ path: './ledger', entities: [Account] });
 * const accounts = ledger.repository(Account);
 * const ada = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 10n }));
 * evidenceOf(ada).txId;
 * await ledger.close();
 */
export async function openLedger(
  options: OpenLedgerOptions,
  operation: OperationOptions = {},
): Promise<Ledger> {
  const rules = rulesOf(options);
  // Entities first: a mistake in the code is told before anything is sent or written.
  const schemas = entitySchemas(options.entities, rules);
  verifyValidators(schemas);
  bindCodecs(schemas.schemas, rules);
  const client = await clientOf(options, operation);
  try {
    await client.openTrust();
    return await openRepositories(client, schemas, rules, operation);
  } catch (error) {
    await client.close();
    throw error;
  }
}

function clientOf(options: OpenLedgerOptions, operation: OperationOptions): Promise<ImmuClient> {
  return options.path === undefined
    ? connect(connectionOf(options), operation)
    : openEmbedded(connectionOf(options), operation);
}

/** What is not about entities. */
function connectionOf<Options extends OpenLedgerOptions>(
  options: Options,
): Omit<Options, keyof LedgerEntities> {
  const {
    entities: _,
    requireActor: _1,
    namespace: _2,
    createTenants: _3,
    coalesceSaves: _4,
    validator: _5,
    plugins: _6,
    codec: _7,
    codecs: _8,
    hydrators: _9,
    ...rest
  } = options;
  return rest;
}
