// A caller's slip is a TypeError before anything of the answer is looked at: it must never read as a lie of the server,
// least of all as a fork, which latches the ledger for every process.

import { describe, expect, it } from 'vitest';
import {
  verifyEntry,
  verifySet,
  verifySetReference,
  verifySortedSetAdd,
  verifyState,
  verifyTx,
  verifyTxHeader,
} from '../../src/proof/index.js';
import { bytes, filledLedger, plain } from './naive-ledger.js';

const ledger = filledLedger(9);
const policy = { database: 'defaultdb' };
const { txId, alh } = ledger.state(4);
const entry = { key: bytes('key 9/0'), value: bytes('value 9/0') };

type Trusted = Parameters<typeof verifyTx>[2];

const checks: readonly [string, (trusted: Trusted) => unknown][] = [
  ['an entry', (t) => verifyEntry({ key: entry.key }, ledger.verifiableEntry(9, 0, 4), t, policy)],
  ['a transaction', (t) => verifyTx({ txId: 9n }, ledger.verifiableTx(9, 4), t, policy)],
  ['a header', (t) => verifyTxHeader({ txId: 9n }, ledger.verifiableTx(9, 4), t, policy)],
  ['a set', (t) => verifySet({ entries: [entry] }, ledger.verifiableTx(9, 4), t, policy)],
  [
    'a reference',
    (t) => verifySetReference({ ...entry, referencedKey: entry.key }, ledger.verifiableTx(9, 4), t, policy),
  ],
  [
    'a sorted set',
    (t) => verifySortedSetAdd({ ...entry, set: entry.key, score: 1 }, ledger.verifiableTx(9, 4), t, policy),
  ],
  ['a state', (t) => verifyState(ledger.currentState(9), t, policy)],
];

const noStates: readonly [string, unknown][] = [
  ['an alh of no bytes', { txId, alh: new Uint8Array(0) }],
  ['an alh of 31 bytes', { txId, alh: alh.slice(1) }],
  ['an alh of 33 bytes', { txId, alh: new Uint8Array([...alh, 0]) }],
  ['an alh in hexadecimal', { txId, alh: Buffer.from(alh).toString('hex') }],
  ['an alh as a list', { txId, alh: [...alh] }],
  ['no alh', { txId }],
  ['no txId', { alh }],
  ['a txId that is a number', { txId: 4, alh }],
  ['a txId that is a text', { txId: '4', alh }],
  ['a txId below zero', { txId: -4n, alh }],
  ['a txId beyond all ids', { txId: 2n ** 63n, alh }],
  ['an empty state without a hash', { txId: 0n, alh: new Uint8Array(0) }],
  ['null', null],
];

describe('trusting something that is no state', () => {
  describe.each(checks)('when checking %s', (_, check) => {
    it.each(noStates)('%s is a TypeError', (_, trusted) => {
      expect(() => check(trusted as Trusted)).toThrow(TypeError);
    });
  });

  it('the state of an empty database is first contact', () => {
    const proven = verifyTx({ txId: 9n }, ledger.verifiableTx(9), ledger.state(0), policy);
    expect(proven.state).toEqual(ledger.state(9));
  });
});

describe('asking for what cannot be asked', () => {
  const { verifiableEntry, verifiableTx } = {
    verifiableEntry: ledger.verifiableEntry(9, 0),
    verifiableTx: ledger.verifiableTx(9),
  };
  const get = (request: unknown) => () =>
    verifyEntry(request as { key: Uint8Array }, verifiableEntry, undefined, policy);
  const tx = (id: unknown) => () => verifyTx({ txId: id as bigint }, verifiableTx, undefined, policy);
  const set = (asked: unknown) => () =>
    verifySet({ entries: [asked as typeof entry] }, verifiableTx, undefined, policy);
  const add = (score: unknown) => () =>
    verifySortedSetAdd(
      { set: entry.key, key: entry.key, score: score as number },
      verifiableTx,
      undefined,
      policy,
    );

  it.each<[string, () => unknown]>([
    ['a key that is a text', get({ key: 'key 9/0' })],
    ['a key of 16-bit numbers', get({ key: new Uint16Array([1]) })],
    ['no key', get({})],
    ['an atTx that is a number', get({ key: entry.key, atTx: 9 })],
    ['an atTx of 0', get({ key: entry.key, atTx: 0n })],
    ['a transaction by a number', tx(9)],
    ['a transaction by a text', tx('9')],
    ['a value that is a text', set({ ...entry, value: 'value 9/0' })],
    ['a value left out', set({ key: entry.key })],
    ['a moment beyond 64 bits', set({ ...entry, metadata: { expiresAt: 2n ** 64n + 5n } })],
    ['a score that is a text', add('1')],
    ['a score that is a bigint', add(1n)],
    ['no score', add(undefined)],
  ])('%s is a TypeError', (_, check) => {
    expect(check).toThrow(TypeError);
  });

  it('a moment beyond 64 bits does not pass for the one it would be cut to', () => {
    const other = ledger.fork();
    const metadata = { deleted: false, nonIndexable: false, expiration: { expiresAt: 5n } };
    const answer = other.verifiableTx(other.commit([plain('a', 'b', metadata)]));
    const asked = (expiresAt: bigint) => ({
      key: bytes('a'),
      value: bytes('b'),
      metadata: { deleted: false, nonIndexable: false, expiresAt },
    });
    expect(() => verifySet({ entries: [asked(5n)] }, answer, undefined, policy)).not.toThrow();
    expect(() => verifySet({ entries: [asked(2n ** 64n + 5n)] }, answer, undefined, policy)).toThrow(
      TypeError,
    );
  });
});
