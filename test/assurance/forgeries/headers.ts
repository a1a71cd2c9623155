// Headers: a transaction renumbered, redated, of another version, or of other numbers than are hashed.

import { innerHash } from 'immurepo/proof';
import type { VerificationErrorCode } from '../../../src/errors.js';
import type { TxHeader } from '../../../src/wire/immudb/schema/tx.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import { type Expectation, refused } from '../attempt.js';
import { isSigned } from '../modes.js';
import { type Case, DOES_NOT_HOLD, type Forgery, flipped, inTx } from './forgery.js';

const MAX_I64 = 2n ** 63n - 1n;
const MAX_I32 = 2 ** 31 - 1;

type Change = (header: TxHeader) => void;

/** The header beside the proof. */
const shown = (change: Change) =>
  inTx(({ tx }) => {
    change(tx!.header!);
  });

/** The header of the transaction wherever it stands, so that nothing beside the proof contradicts it. */
const everywhere = (change: Change) =>
  inTx((answer) => {
    for (const header of headersOf(answer)) change(header);
    rechain(answer);
  });

/** The last step of the chain leads to the target: a forger computes it anew. */
function rechain({ tx, dualProof }: VerifiableTx): void {
  const [target, { terms }] = [dualProof!.targetTxHeader!, dualProof!.linearProof!];
  if (target.id !== tx!.header!.id || terms.length < 2) return;
  try {
    terms[terms.length - 1] = innerHash(hashable(target));
  } catch {
    // What cannot be hashed is refused before any hash is compared.
  }
}

/** A header in the form that is hashed. */
const hashable = ({ metadata, ...header }: TxHeader): Parameters<typeof innerHash>[0] => ({
  ...header,
  version: header.version === 0 ? 0 : 1,
  metadata: {
    ...(metadata === undefined || metadata.truncatedTxID === 0n
      ? {}
      : { truncatedTxId: metadata.truncatedTxID }),
    ...(metadata === undefined || metadata.extra.length === 0 ? {} : { extra: metadata.extra }),
  },
});

/** All headers of the transaction an answer is about. */
function headersOf({ tx, dualProof }: VerifiableTx): TxHeader[] {
  const { id } = tx!.header!;
  return [tx!.header!, dualProof!.sourceTxHeader!, dualProof!.targetTxHeader!].filter(
    (header) => header.id === id,
  );
}

/** The same at the other end of the proof. */
const atOtherEnd = (change: Change) =>
  inTx(({ dualProof }) => {
    change(dualProof!.sourceTxHeader!);
  });

/**
 * A header changed wherever it stands contradicts nothing but what is trusted. Where it is new, only a signature can tell:
 * what has no key, an unsigned server may as well have committed.
 */
export function consistent({ variant, mode, rpc }: Case): Expectation {
  const codes: readonly VerificationErrorCode[] = [...DOES_NOT_HOLD, 'SIGNATURE_INVALID', 'FORK_DETECTED'];
  if ((variant === 'settled' && rpc !== 'VerifiableSet') || isSigned(mode)) return refused(...codes);
  const why = 'a server without a signing key may extend its history as it likes';
  // Where more than one transaction is proven, they may contradict each other.
  return rpc === 'VerifiableTxById' ? { kind: 'found later', why, codes } : { kind: 'found later', why };
}

const invalid = () => refused(...DOES_NOT_HOLD, 'PROOF_TOO_LARGE');
const nowhere = () => refused(...DOES_NOT_HOLD, 'PROOF_TOO_LARGE', 'SIGNATURE_INVALID');

const CHANGES: readonly (readonly [row: number, name: string, change: Change])[] = [
  [13, 'the number of the next transaction', (h) => (h.id += 1n)],
  [13, 'the number of the transaction before', (h) => (h.id -= 1n)],
  [13, 'linked to another predecessor', (h) => (h.prevAlh = flipped(h.prevAlh))],
  [13, 'over another tree', (h) => (h.blRoot = flipped(h.blRoot))],
  [14, 'other entries by their hash', (h) => (h.eH = flipped(h.eH))],
  [14, 'an entry more by their number', (h) => (h.nentries += 1)],
  [14, 'an entry less by their number', (h) => (h.nentries -= 1)],
  [15, 'metadata of the transaction', (h) => (h.metadata = { truncatedTxID: 0n, extra: Uint8Array.of(1) })],
  [
    15,
    'metadata that tells of truncation',
    (h) => (h.metadata = { truncatedTxID: 1n, extra: new Uint8Array() }),
  ],
  [16, 'a second later', (h) => (h.ts += 1n)],
  [16, 'a second earlier', (h) => (h.ts -= 1n)],
  [16, 'at the beginning of time', (h) => (h.ts = 0n)],
  [16, 'before the beginning of time', (h) => (h.ts = -1n)],
  [16, 'at the end of time', (h) => (h.ts = MAX_I64)],
  [30, 'version 0', (h) => (h.version = 0)],
];

/** Whatever stands beside it, such a header is none. */
const IMPOSSIBLE: readonly (readonly [row: number, name: string, change: Change])[] = [
  [30, 'version 2', (h) => (h.version = 2)],
  [30, 'version -1', (h) => (h.version = -1)],
  [30, 'version 65537, which is 1 in 16 bits', (h) => (h.version = 65_537)],
  [32, '2^31 - 1 entries', (h) => (h.nentries = MAX_I32)],
  [32, 'no entries', (h) => (h.nentries = 0)],
  [32, 'a tree of 2^63 transactions', (h) => (h.blTxId = 2n ** 63n)],
  [32, 'a negative number of entries', (h) => (h.nentries = -1)],
  [33, 'a tree that ends three transactions before', (h) => (h.blTxId -= 3n)],
  [33, 'a tree of nothing', (h) => (h.blTxId = 0n)],
  [52, 'number 0', (h) => (h.id = 0n)],
  [52, 'number 2^63', (h) => (h.id = 2n ** 63n)],
  [52, 'number 2^64 - 1', (h) => (h.id = 2n ** 64n - 1n)],
  [52, 'a number 2^53 further', (h) => (h.id += 2n ** 53n)],
  [52, 'a tree to itself', (h) => (h.blTxId = h.id)],
];

export const HEADER_FORGERIES: readonly Forgery[] = [
  ...CHANGES.flatMap(([row, name, change]): Forgery[] => [
    { row, name: `header beside the proof: ${name}`, lies: shown(change), expect: invalid },
    { row, name: `header everywhere: ${name}`, lies: everywhere(change), expect: byName(name) },
  ]),
  ...IMPOSSIBLE.flatMap(([row, name, change]): Forgery[] => [
    { row, name: `header beside the proof: ${name}`, lies: shown(change), expect: invalid },
    { row, name: `header everywhere: ${name}`, lies: everywhere(change), expect: nowhere },
    { row, name: `older header of the proof: ${name}`, lies: atOtherEnd(change), expect: invalid },
  ]),
];

/** What is hashed beside the header contradicts some of these changes in any case. */
function byName(name: string): (of: Case) => Expectation {
  return /second|time|metadata/.test(name)
    ? consistent
    : () => refused(...DOES_NOT_HOLD, 'SIGNATURE_INVALID', 'FORK_DETECTED');
}
