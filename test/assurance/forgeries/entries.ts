// Entries: other keys, values and metadata than were committed, and transactions with other entries than they have.

import { entryDigest, leafHash, nodeHash } from 'immurepo/proof';
import type { TxEntry } from '../../../src/wire/immudb/schema/tx.js';
import { equalBytes } from '../../../src/bytes.js';
import { refused } from '../attempt.js';
import { DOES_NOT_HOLD, flipped, type Forgery, inTx, ofEntry, only, type ShownEntry } from './forgery.js';

const invalid = () => refused(...DOES_NOT_HOLD, 'STALE_READ', 'PROOF_TOO_LARGE');

const plain = { deleted: false, nonIndexable: false, expiration: undefined };

const SHOWN: readonly (readonly [row: number, name: string, change: (entry: ShownEntry) => unknown])[] = [
  [9, 'a bit of the value turned', (e) => (e.value = flipped(e.value))],
  [9, 'the value longer', (e) => (e.value = Uint8Array.of(...e.value, 0))],
  [9, 'the value shorter', (e) => (e.value = e.value.slice(0, -1))],
  [48, 'the value emptied', (e) => (e.value = new Uint8Array())],
  [15, 'a deletion mark', (e) => (e.metadata = { ...plain, deleted: true })],
  [
    15,
    'an expiry made up, or a later one',
    (e) => (e.metadata = { ...plain, expiration: { expiresAt: 2n ** 40n } }),
  ],
  [15, 'an expiry long past', (e) => (e.metadata = { ...plain, expiration: { expiresAt: 1n } })],
  [15, 'hidden from indexes', (e) => (e.metadata = { ...plain, nonIndexable: true })],
  [52, 'transaction 0', (e) => (e.tx = 0n)],
  [52, 'transaction 2^63', (e) => (e.tx = 2n ** 63n)],
  [52, 'transaction 2^64 - 1', (e) => (e.tx = 2n ** 64n - 1n)],
  [13, 'the next transaction', (e) => (e.tx += 1n)],
  [13, 'the transaction before', (e) => (e.tx -= 1n)],
];

/** In place, the entries of a transaction. */
const entries = (change: (entries: TxEntry[]) => TxEntry[]) =>
  inTx(({ tx }) => (tx!.entries = change(tx!.entries)));

const first = (change: (entry: TxEntry) => TxEntry) => entries(([one, ...rest]) => [change(one!), ...rest]);

const LISTED: readonly (readonly [row: number, name: string, lies: Forgery['lies']])[] = [
  [14, 'the last entry missing', entries((all) => all.slice(0, -1))],
  [14, 'the first entry missing', entries((all) => all.slice(1))],
  [14, 'an entry twice', entries((all) => [...all, all[0]!])],
  [14, 'an entry made up', entries((all) => [...all, { ...all[0]!, key: flipped(all[0]!.key) }])],
  [14, 'entries in another order', entries((all) => (all.length > 1 ? all.toReversed() : [...all, all[0]!]))],
  [14, 'one entry in place of another', entries((all) => [...all.slice(1), all[1] ?? flippedEntry(all[0]!)])],
  [14, 'another value by its hash', first((entry) => ({ ...entry, hValue: flipped(entry.hValue) }))],
  [14, 'another key', first((entry) => ({ ...entry, key: flipped(entry.key) }))],
  [14, 'a key of another kind of entry', first((entry) => ({ ...entry, key: flipped(entry.key, 0) }))],
  [
    15,
    'a deletion mark in the transaction',
    first((entry) => ({ ...entry, metadata: { ...plain, deleted: true } })),
  ],
  [
    15,
    'an expiry in the transaction',
    first((entry) => ({ ...entry, metadata: { ...plain, expiration: { expiresAt: 1n } } })),
  ],
  [31, 'a hash of 31 bytes', first((entry) => ({ ...entry, hValue: entry.hValue.slice(1) }))],
  [14, 'no entries', entries(() => [])],
];

function flippedEntry(entry: TxEntry): TxEntry {
  return { ...entry, key: flipped(entry.key) };
}

/** The root over entries as a forger computes it, who has all the formulas and nothing that is trusted. */
function rootOf(list: readonly TxEntry[]): Uint8Array {
  const layers = (hashes: readonly Uint8Array[]): Uint8Array => {
    if (hashes.length === 1) return hashes[0]!;
    const next: Uint8Array[] = [];
    for (let n = 0; n < hashes.length; n += 2)
      next.push(hashes[n + 1] === undefined ? hashes[n]! : nodeHash(hashes[n]!, hashes[n + 1]!));
    return layers(next);
  };
  return layers(list.map(({ key, hValue }) => leafHash(entryDigest(1, key, undefined, hValue))));
}

/** Another transaction in all respects, its hashes recomputed, in place of one that is trusted already. */
const recomputed: Forgery = {
  row: 14,
  name: 'entries forged with all their hashes recomputed',
  lies: only(
    inTx(({ tx, dualProof }) => {
      const { id } = tx!.header!;
      tx!.entries = tx!.entries.map((entry) => ({
        ...entry,
        metadata: undefined,
        hValue: flipped(entry.hValue),
      }));
      const eH = rootOf(tx!.entries);
      for (const header of [tx!.header!, dualProof!.sourceTxHeader!, dualProof!.targetTxHeader!])
        if (header.id === id) header.eH = eH;
    }),
    'VerifiableTxById',
    'VerifiableSet',
  ),
  expect: ({ variant, rpc }) =>
    rpc === 'VerifiableSet' || variant === 'settled'
      ? refused(...DOES_NOT_HOLD, 'SIGNATURE_INVALID', 'FORK_DETECTED')
      : undefined,
};

const keys: readonly Forgery[] = [
  {
    row: 9,
    name: 'the answer for another key',
    swaps: {
      VerifiableGet: (request, { otherKey }) => ({
        ...request,
        keyRequest: { ...request.keyRequest!, key: otherKey! },
      }),
      Get: (request, { otherKey }) => ({ ...request, key: otherKey! }),
      History: (request, { otherKey }) => ({ ...request, key: otherKey! }),
    },
    expect: ({ shape }) => (needsKeys(shape.name) ? invalid() : undefined),
  },
  {
    row: 9,
    name: 'another key on the answer',
    lies: only(
      ofEntry((entry) => (entry.key = flipped(entry.key))),
      'Get',
      'VerifiableGet',
      'GetAll',
    ),
    expect: invalid,
  },
  {
    row: 9,
    name: 'values swapped between keys',
    lies: {
      GetAll: ({ response: { entries: all } }) => {
        const other = all.findIndex(({ value }) => !equalBytes(value, all[0]!.value));
        [all[0]!.value, all[other]!.value] = [all[other]!.value, all[0]!.value];
        return { entries: all };
      },
    },
    expect: invalid,
  },
  {
    row: 9,
    name: 'keys swapped between values',
    lies: {
      GetAll: ({ response: { entries: all } }) => {
        [all[0]!.key, all.at(-1)!.key] = [all.at(-1)!.key, all[0]!.key];
        return { entries: all };
      },
    },
    expect: invalid,
  },
  {
    row: 10,
    name: 'another transaction than was asked for',
    swaps: {
      VerifiableGet: (request, { earlierTx }) => ({
        ...request,
        keyRequest: { ...request.keyRequest!, atTx: earlierTx! },
      }),
    },
    expect: ({ shape }) => (shape.name === 'verifiedGet atTx' ? invalid() : undefined),
  },
  {
    row: 10,
    name: 'the transaction beside the one asked for',
    swaps: {
      VerifiableTxById: (request) => ({
        ...request,
        tx: request.tx > 1n ? request.tx - 1n : request.tx + 1n,
      }),
    },
    expect: invalid,
  },
  {
    row: 5,
    name: 'a proof since another state',
    swaps: {
      VerifiableGet: (request) => ({ ...request, proveSinceTx: request.proveSinceTx - 1n }),
      VerifiableTxById: (request) => ({ ...request, proveSinceTx: request.proveSinceTx - 1n }),
      VerifiableSet: (request) => ({ ...request, proveSinceTx: request.proveSinceTx - 1n }),
    },
    expect: invalid,
  },
];

/** Where the scene knows another key that was written, asked for by an operation on one key. */
const needsKeys = (name: string): boolean =>
  [
    'verifiedGet',
    'verifiedGet atTx',
    'verifiedGet again',
    'verifiedHistory',
    'find',
    'find again',
    'history',
  ].includes(name);

export const ENTRY_FORGERIES: readonly Forgery[] = [
  ...SHOWN.map(([row, name, change]): Forgery => ({
    row,
    name: `entry: ${name}`,
    lies:
      row === 13 || row === 52
        ? only(ofEntry(change), 'Get', 'GetAll', 'History', 'VerifiableGet')
        : ofEntry(change),
    expect: invalid,
  })),
  ...LISTED.map(([row, name, lies]): Forgery => ({
    row,
    name: `transaction: ${name}`,
    lies: lies!,
    expect: invalid,
  })),
  recomputed,
  ...keys,
];
