// Forged answers: what is changed of an honest answer, in which row of the table of attacks that stands, and what must come
// of it. One forgery is tried on every operation that asks for such an answer.

import type { VerificationErrorCode } from '../../../src/errors.js';
import type { Reference } from '../../../src/wire/immudb/schema/kv.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import type { Answer } from '../../support/lying-wire.js';
import type { Exchange, Forged, RequestOf, UnaryName } from '../../support/lying-proxy.js';
import { type Expectation, refused } from '../attempt.js';
import type { TrustMode } from '../modes.js';
import type { Prepared, Shape } from '../shapes/shape.js';
import type { Place, World } from '../world.js';

/** What a forger knows. */
export interface Scene extends Prepared {
  readonly world: World;
  readonly place: Place;
}

type Lies = {
  readonly [Name in UnaryName]?: (
    exchange: Exchange<Name>,
    scene: Scene,
  ) => Forged<Name> | Promise<Forged<Name>>;
};
type Swaps = { readonly [Name in UnaryName]?: (request: RequestOf<Name>, scene: Scene) => RequestOf<Name> };

/** The circumstances of a case. */
export interface Case {
  readonly shape: Shape;
  readonly mode: TrustMode;
  /** Whether the honest answer would move the trusted state, or is about what is trusted already. */
  readonly variant: 'moving' | 'settled';
  readonly rpc: UnaryName;
}

export interface Forgery {
  /** In verification's table of attacks. */
  readonly row: number;
  readonly name: string;
  readonly lies?: Lies;
  /** Genuine answers to other questions. */
  readonly swaps?: Swaps;
  readonly rewrite?: { readonly rpcs: readonly UnaryName[]; readonly change: (answer: Answer) => Answer };
  /** What must come of it; undefined where it is not to be tried. */
  readonly expect: (of: Case) => Expectation | undefined;
}

/** Codes that an answer which does not hold may be refused with: which check meets it first is not promised. */
export const DOES_NOT_HOLD: readonly VerificationErrorCode[] = [
  'MALFORMED_PROOF',
  'PROOF_INVALID',
  'BINDING_MISMATCH',
];

/** Always refused, with any of these codes. */
export const always =
  (...codes: readonly VerificationErrorCode[]) =>
  (): Expectation =>
    refused(...codes);

/** The answers that hold a transaction with its proof. */
export const TX_RPCS = ['VerifiableGet', 'VerifiableTxById', 'VerifiableSet'] as const;
export type TxRpc = (typeof TX_RPCS)[number];

/** The same change to the transaction and proof of every answer that has one. */
export function ofTx(change: (tx: VerifiableTx, scene: Scene) => VerifiableTx | Promise<VerifiableTx>): Lies {
  return {
    VerifiableGet: async ({ response }, scene) => ({
      ...response,
      verifiableTx: await change(response.verifiableTx!, scene),
    }),
    VerifiableTxById: ({ response }, scene) => change(response, scene),
    VerifiableSet: ({ response }, scene) => change(response, scene),
  };
}

/** The same in place. */
export function inTx(change: (tx: VerifiableTx, scene: Scene) => unknown): Lies {
  return ofTx((tx, scene) => {
    change(tx, scene);
    return tx;
  });
}

/** An entry as plain reads and reads with proof show it. */
export interface ShownEntry {
  tx: bigint;
  key: Uint8Array;
  value: Uint8Array;
  metadata:
    { deleted: boolean; nonIndexable: boolean; expiration: { expiresAt: bigint } | undefined } | undefined;
  expired: boolean;
  revision: bigint;
  referencedBy: Reference | undefined;
}

/** The same change to each entry an answer shows, in place. */
export function ofEntry(change: (entry: ShownEntry, scene: Scene) => unknown): Lies {
  return {
    Get: ({ response }, scene) => {
      change(response, scene);
      return response;
    },
    VerifiableGet: ({ response }, scene) => {
      change(response.entry!, scene);
      return response;
    },
    GetAll: ({ response }, scene) => {
      for (const entry of response.entries) change(entry, scene);
      return response;
    },
    History: ({ response }, scene) => {
      for (const entry of response.entries) change(entry, scene);
      return response;
    },
  };
}

/** Lies to one of the methods only. */
export function only(lies: Lies, ...rpcs: UnaryName[]): Lies {
  return Object.fromEntries(Object.entries(lies).filter(([name]) => rpcs.includes(name as UnaryName)));
}

/** The methods a forgery lies about. */
export function rpcsOf({ lies = {}, swaps = {}, rewrite }: Forgery): UnaryName[] {
  return [...Object.keys(lies), ...Object.keys(swaps), ...(rewrite?.rpcs ?? [])] as UnaryName[];
}

/** Whether an attack by mere size is to be made here: each takes time, and one operation for each kind of answer will do. */
export const isCostly = ({ shape, variant, mode }: Case): boolean =>
  shape.level === 'client' && mode === 'pinned key' && (variant === 'settled' || shape.writes === true);

/** The same bytes with one bit turned. */
export function flipped(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
  return bytes.length === 0 ? Uint8Array.of(1) : bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}
