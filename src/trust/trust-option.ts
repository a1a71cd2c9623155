// What an application may say about trust, taken apart and checked member by member. What follows from it is in
// policy.ts.

import { KeyObject } from 'node:crypto';
import { fromHex, MAX_U64 } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import { MAX_LINEAR_ADVANCE } from '../proof/verify/limits.js';
import { parseStateKey, type StateKey } from '../proof/verify/state-key.js';
import type { TrustStore } from './store.js';
import { isTrustName } from './trust-id.js';

/** A state noted earlier, from a source that the server's operator cannot change. */
export interface TrustPin {
  /** Id of the transaction, ≥ 1. */
  readonly txId: bigint;
  /** Its accumulated hash: 32 bytes, or 64 hex digits. */
  readonly alh: Uint8Array | string;
}

/** A public key as PEM (`-----BEGIN PUBLIC KEY-----`) or as a KeyObject. */
export type TrustKey = string | KeyObject;

/** Where the record of the trusted state is kept, and under which name. */
interface TrustPlace {
  /** Default: a `FileTrustStore` in `defaultTrustDirectory()`. */
  readonly store?: TrustStore;
  /**
   * The name of the ledger on this side. Default `host:port/database` as configured. Give one if the same ledger is
   * reached by several addresses, or if its address may change.
   */
  readonly ledgerId?: string;
  /**
   * By how many transactions the trees of headers may lag behind them, 1 to 62: for histories that a server older than
   * 1.4 began. Default: not at all, and such a history is refused. What the tree leaves out, linear and linear-advance
   * proofs must bind; where they cannot, the answer is refused all the same.
   */
  readonly linearAdvance?: number;
}

/** How trust begins, in the order of how much it takes on faith. */
type TrustAnchor =
  | {
      /** The public half of the server's signing key. Every state must then be signed with it. Several: any of them. */
      readonly key: TrustKey | readonly TrustKey[];
      /** A state that must be part of the history. */
      readonly pin?: TrustPin;
      readonly firstUse?: never;
    }
  | { readonly key?: never; readonly pin: TrustPin; readonly firstUse?: never }
  | {
      readonly key?: never;
      readonly pin?: never;
      /** Believe what the server shows at the first contact, and hold it to that ever after. */
      readonly firstUse?: true;
    };

/**
 * Why a server is believed: by a pinned `key`, by a pinned state (`pin`), both, or (`firstUse`) by its first word.
 * Only a server on this machine may do without.
 */
export type TrustOption = TrustPlace & TrustAnchor;

/** The members of a {@link TrustOption}, checked. */
export interface TrustMembers {
  readonly keys: readonly StateKey[];
  readonly pin: LedgerState | undefined;
  readonly firstUse: boolean;
  readonly store: TrustStore | undefined;
  readonly ledgerId: string | undefined;
  readonly linearAdvance: number;
}

const MEMBERS = ['key', 'pin', 'firstUse', 'store', 'ledgerId', 'linearAdvance'];
const STORE_METHODS = ['load', 'create', 'replace', 'recover', 'list'] as const;
/** Both or neither. */
const FLOOR_METHODS = ['loadFloors', 'saveFloors'] as const;

/**
 * Checks each member by itself, and that they go together.
 *
 * @param option from the application, possibly untyped; nothing if undefined
 * @throws TypeError naming the member that is wrong · ImmuError TRUST_POLICY for a key that cannot be used
 */
export function parseTrustOption(option: unknown = {}): TrustMembers {
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    throw new TypeError(
      'trust must be an object like { key }, { pin: { txId, alh } } or { firstUse: true }.',
    );
  }
  const given = new Map<string, unknown>(Object.entries(option));
  refuseHoles(given);
  if (given.has('firstUse') && (given.has('key') || given.has('pin'))) {
    throw new TypeError('trust.firstUse believes anything, so it cannot go with key or pin: leave it out.');
  }
  if (given.has('firstUse') && given.get('firstUse') !== true) {
    throw new TypeError('trust.firstUse must be true, or left out.');
  }
  return {
    keys: given.has('key') ? parseKeys(given.get('key')) : [],
    pin: given.has('pin') ? parsePin(given.get('pin')) : undefined,
    firstUse: given.has('firstUse'),
    store: given.has('store') ? checkedStore(given.get('store')) : undefined,
    ledgerId: given.has('ledgerId') ? checkedName(given.get('ledgerId')) : undefined,
    linearAdvance: given.has('linearAdvance') ? checkedAdvance(given.get('linearAdvance')) : 0,
  };
}

function refuseHoles(given: ReadonlyMap<string, unknown>): void {
  for (const [name, value] of given) {
    if (!MEMBERS.includes(name)) {
      throw new TypeError(`trust.${name.slice(0, 40)} is unknown. Known are: ${MEMBERS.join(', ')}.`);
    }
    // `{ key: process.env.KEY }` without that variable must not turn into trust without a key.
    if (value === undefined || value === null) {
      throw new TypeError(
        `trust.${name} is ${String(value)}: the setting it comes from is missing. Set it, or leave trust.${name} out.`,
      );
    }
  }
}

function parseKeys(given: unknown): readonly StateKey[] {
  const sources: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (sources.length === 0) {
    throw new ImmuError('TRUST_POLICY', 'trust.key is an empty list: no signature could ever be accepted.');
  }
  const keys = new Map<string, StateKey>();
  for (const source of sources) {
    if (typeof source !== 'string' && !(source instanceof KeyObject)) {
      throw new TypeError(
        'trust.key must be PEM text (read the file as utf8), a KeyObject, or a list of these.',
      );
    }
    const key = parseStateKey(source);
    keys.set(key.keyId, key);
  }
  return [...keys.values()];
}

function parsePin(given: unknown): LedgerState {
  const { txId, alh }: { txId?: unknown; alh?: unknown } = Object(given) as object;
  if (typeof txId !== 'bigint' || txId < 1n || txId > MAX_U64) {
    throw new TypeError('trust.pin.txId must be a bigint of at least 1n.');
  }
  const bytes = typeof alh === 'string' ? fromHex(alh) : alh;
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) {
    throw new TypeError('trust.pin.alh must be 32 bytes, or 64 hex digits.');
  }
  return { txId, alh: Uint8Array.from(bytes) };
}

function checkedStore(given: unknown): TrustStore {
  const methods = Object(given) as Readonly<Record<string, unknown>>;
  const keepsFloors = FLOOR_METHODS.some((name) => methods[name] !== undefined);
  const needed = [...STORE_METHODS, ...(keepsFloors ? FLOOR_METHODS : [])];
  const lacking = needed.filter((name) => typeof methods[name] !== 'function');
  if (lacking.length === 0) return given as TrustStore;
  throw new TypeError(
    `trust.store must be a TrustStore such as new FileTrustStore({ directory }): it has no ${lacking.join(', ')}.`,
  );
}

function checkedName(given: unknown): string {
  if (isTrustName(given)) return given;
  throw new TypeError('trust.ledgerId must be a well-formed text that is not empty.');
}

function checkedAdvance(given: unknown): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MAX_LINEAR_ADVANCE)
    return given;
  throw new TypeError(
    `trust.linearAdvance must be a whole number from 1 to ${MAX_LINEAR_ADVANCE}, or left out.`,
  );
}
