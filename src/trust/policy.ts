// Whom to believe, and who says so: explicit with a key or a state, explicit without, or by default on this machine.

import { ImmuError } from '../errors.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import type { StateKey } from '../proof/verify/state-key.js';
import { FileTrustStore } from './file-store.js';
import type { TrustStore } from './store.js';
import type { TrustOrigin } from './record.js';
import { describeTrustId } from './trust-id.js';
import { parseTrustOption, type TrustMembers, type TrustOption } from './trust-option.js';

/** The server that is to be believed, as configured. */
export interface TrustEndpoint {
  /** `host:port`; an IPv6 host in brackets. */
  readonly address: string;
  /** The database. */
  readonly database: string;
  /** Whether it is on this machine. */
  readonly loopback: boolean;
  /**
   * Whether it is an embedded ledger that this process has just found without a transaction: there is nothing to be
   * believed. Default false.
   */
  readonly created?: boolean;
}

/** A checked answer to why a server is believed. Does not change while a ledger is open. */
export interface TrustPolicy {
  /** The name of the ledger's record. From configuration, never from the server. */
  readonly ledgerId: string;
  /** Where the record is kept. */
  readonly store: TrustStore;
  /** The pinned keys. If there are any, every state must be signed by one of them. */
  readonly keys: readonly StateKey[];
  /** The state that must be part of the history; the first trusted one where there is no record yet. */
  readonly pin: LedgerState | undefined;
  /** By how many transactions the trees of headers may lag behind them; 0: not at all. */
  readonly linearAdvance: number;
  /** How trust begins where there is no record yet. */
  readonly origin: TrustOrigin;
  /** What the application is to be told once, because it did not say it itself; undefined if it did. */
  readonly notice: string | undefined;
  /**
   * To be called where there is neither a record nor a pinned state, before the server is believed.
   *
   * @throws ImmuError TRUST_MISSING in production, if only the server's own word would begin trust
   */
  readonly assertMayBegin: () => void;
}

/**
 * What follows from what an application says about trust.
 *
 * @param option undefined: believed at first use on this machine, refused elsewhere
 * @param endpoint whom it speaks of
 * @param production whether first use needs `immurepo trust init`. Default: NODE_ENV is `production`
 * @throws TypeError if the option is wrong · ImmuError TRUST_POLICY if it is missing or has a key that cannot be used
 */
export function parseTrustPolicy(
  option: TrustOption | undefined,
  endpoint: TrustEndpoint,
  production = process.env.NODE_ENV === 'production',
): TrustPolicy {
  const members = parseTrustOption(option);
  const { keys, pin } = members;
  const anchored = keys.length > 0 || pin !== undefined;
  const byDefault = !anchored && !members.firstUse;
  if (byDefault && !endpoint.loopback) throw trustNotStated(endpoint);
  const ledgerId = members.ledgerId ?? defaultLedgerId(endpoint);
  return {
    ledgerId,
    store: members.store ?? new FileTrustStore(),
    keys,
    pin,
    linearAdvance: members.linearAdvance,
    origin: anchored ? 'pinned' : endpoint.created === true ? 'created' : 'first-use',
    notice: byDefault ? believedByDefault(endpoint) : undefined,
    assertMayBegin: () => {
      if (production && !anchored && endpoint.created !== true) throw notBegun(ledgerId, endpoint, members);
    },
  };
}

/**
 * The name of a ledger that was given none: `host:port/database`. Host names know no case, databases are kept as they
 * are.
 */
export function defaultLedgerId({ address, database }: Omit<TrustEndpoint, 'loopback'>): string {
  return `${address.toLowerCase()}/${database}`;
}

function believedByDefault({ address }: TrustEndpoint): string {
  return (
    `The server at ${address} is on this machine and is believed at first use, because no trust was configured. ` +
    'Say trust: { firstUse: true } if that is meant, or pin its key or state.'
  );
}

function trustNotStated({ address }: TrustEndpoint): ImmuError {
  return new ImmuError(
    'TRUST_POLICY',
    `Nothing says why the server at ${address} is to be believed. Give trust: { key } with the public half of its ` +
      'signing key, trust: { pin: { txId, alh } } with a state you noted, or trust: { firstUse: true } to believe what ' +
      'it shows first.',
    { details: { address } },
  );
}

function notBegun(ledgerId: string, endpoint: TrustEndpoint, { ledgerId: named }: TrustMembers): ImmuError {
  const { address, database } = endpoint;
  const ledgerArgument = named === undefined ? '' : ` --ledger ${JSON.stringify(named)}`;
  return new ImmuError(
    'TRUST_MISSING',
    `There is no trust record for ${describeTrustId({ ledgerId, database })}, and in production (NODE_ENV) a server is ` +
      'not believed by its first word: a lost record would go unnoticed. If the record was lost, restore it. To begin, ' +
      `run \`immurepo trust init --url immudb://${address}/${database}${ledgerArgument}\` once, with the same trust ` +
      'directory as this service, or pin a key or a state.',
    { details: { ledgerId, database, address } },
  );
}
