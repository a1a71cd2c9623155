// Transactions of several operations, and values known by their hash, from a naive ledger that lies.

import { describe, expect, it } from 'vitest';
import {
  type ExecutedOperation,
  kvValue,
  type RawVerifiableEntry,
  type RawVerifiableTx,
  referenceValue,
  sha256,
  sortedSetKey,
  verifyExecAll,
  verifyStreamedEntry,
  verifyStreamedSet,
} from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { bytes, filledLedger, type Mutable, mutable, type NaiveEntry, plain } from './naive-ledger.js';

const policy = { database: 'defaultdb' };
const empty = new Uint8Array(0);
type TxLie = (answer: Mutable<RawVerifiableTx>) => unknown;

describe('several operations with proof', () => {
  const base = filledLedger(6);
  const operations: readonly ExecutedOperation[] = [
    { kind: 'set', key: bytes('a'), value: bytes('one') },
    { kind: 'setReference', key: bytes('b'), referencedKey: bytes('a'), atTx: 'this' },
    { kind: 'setReference', key: bytes('c'), referencedKey: bytes('a') },
    { kind: 'zAdd', set: bytes('s'), score: 1.5, key: bytes('a'), atTx: 'this' },
    { kind: 'zAdd', set: bytes('t'), score: 2, key: bytes('a'), atTx: 3n },
  ];
  const stored: readonly NaiveEntry[] = [
    plain('a', 'one'),
    { key: bytes('\0b'), value: referenceValue(bytes('a'), 7n) },
    { key: bytes('\0c'), value: referenceValue(bytes('a'), 0n) },
    { key: sortedSetKey(bytes('s'), 1.5, bytes('a'), 7n), value: empty },
    { key: sortedSetKey(bytes('t'), 2, bytes('a'), 3n), value: empty },
  ];
  const but = (index: number, entry: NaiveEntry) => stored.map((one, at) => (at === index ? entry : one));

  function execute(entries: readonly NaiveEntry[], lie: TxLie = () => undefined, after = 6n, since = 6) {
    const ledger = base.fork();
    const id = ledger.commit(entries);
    if (since > 6) ledger.commit([plain('later', 'write')]);
    const answer = ledger.verifiableTx(id, since);
    lie(answer);
    return verifyExecAll({ operations, txId: 7n, after }, answer, ledger.state(since), policy);
  }

  it('are the transaction that was asked for, also against a state that moved on meanwhile', () => {
    for (const since of [1, 5, 6, 7, 8])
      expect(execute(stored, undefined, 6n, since)).toMatchObject({ header: { id: 7n, nentries: 5 } });
    expect(execute(stored, undefined, 0n).header.id).toBe(7n);
  });

  it.each<[string, readonly NaiveEntry[]]>([
    ['another value', but(0, plain('a', 'two'))],
    ['metadata', but(0, plain('a', 'one', { deleted: false, nonIndexable: true }))],
    [
      'a reference bound to another transaction',
      but(1, { key: bytes('\0b'), value: referenceValue(bytes('a'), 6n) }),
    ],
    ['a reference that is not bound', but(1, { key: bytes('\0b'), value: referenceValue(bytes('a'), 0n) })],
    ['a reference that is bound', but(2, { key: bytes('\0c'), value: referenceValue(bytes('a'), 7n) })],
    ['a reference to another key', but(2, { key: bytes('\0c'), value: referenceValue(bytes('x'), 0n) })],
    ['another score', but(3, { key: sortedSetKey(bytes('s'), 1, bytes('a'), 7n), value: empty })],
    [
      'a member bound to another transaction',
      but(3, { key: sortedSetKey(bytes('s'), 1.5, bytes('a'), 6n), value: empty }),
    ],
    ['a member of another set', but(4, { key: sortedSetKey(bytes('s'), 2, bytes('a'), 3n), value: empty })],
    ['an operation less', stored.slice(0, 4)],
    ['an operation more', [...stored, plain('z', 'z')]],
    ['another order', stored.toReversed()],
  ])('are refused with %s', (_, entries) => {
    expectRefused(() => execute(entries), 'BINDING_MISMATCH');
  });

  it.each<[string, TxLie, 'PROOF_INVALID' | 'MALFORMED_PROOF' | 'BINDING_MISMATCH']>([
    ['an entry hidden', (a) => a.tx!.entries.pop(), 'PROOF_INVALID'],
    ['another length of a value', (a) => a.tx!.entries[0]!.vLen++, 'BINDING_MISMATCH'],
    ['no transaction', (a) => (a.tx = undefined), 'MALFORMED_PROOF'],
    ['no proof', (a) => (a.dualProof = undefined), 'MALFORMED_PROOF'],
  ])('are refused with %s', (_, lie, code) => {
    expectRefused(() => execute(stored, lie), code);
  });

  it('are refused in a transaction that was there before', () => {
    expectRefused(() => execute(stored, undefined, 7n), 'BINDING_MISMATCH', /older transaction/);
  });

  it('cannot be asked for with nothing', () => {
    const ask = (request: object) => () =>
      verifyExecAll({ operations, txId: 7n, after: 0n, ...request }, undefined, undefined, policy);
    for (const request of [{ operations: [] }, { txId: 0n }, { after: -1n }])
      expect(ask(request)).toThrow(TypeError);
  });
});

describe('values known by their hash', () => {
  const base = filledLedger(4);
  const entry = (key: string, value: string) => ({
    key: bytes(key),
    hValue: sha256(kvValue(bytes(value))),
    storedBytes: value.length + 1,
  });
  const write = (...entries: NaiveEntry[]) => {
    const ledger = base.fork();
    return ledger.verifiableTx(ledger.commit(entries), 4);
  };
  const asked = [entry('a', 'one'), entry('b', '')];

  it('were written as they were sent', () => {
    const answer = write(plain('a', 'one'), plain('b', ''));
    expect(verifyStreamedSet(asked, answer, base.state(4), policy).header.id).toBe(5n);
    expect(() => verifyStreamedSet([], answer, base.state(4), policy)).toThrow(TypeError);
  });

  it.each<[string, NaiveEntry[]]>([
    ['cut off', [plain('a', 'on'), plain('b', '')]],
    ['left out', [plain('a', 'one')]],
    ['under another key', [plain('a', 'one'), plain('c', '')]],
    ['with metadata', [plain('a', 'one', { deleted: false, nonIndexable: true }), plain('b', '')]],
  ])('are refused %s', (_, entries) => {
    expectRefused(
      () => verifyStreamedSet(asked, write(...entries), base.state(4), policy),
      'BINDING_MISMATCH',
    );
  });

  function get(lie: (answer: Mutable<RawVerifiableEntry>) => unknown, metadata = false) {
    const ledger = base.fork();
    const md = { deleted: false, nonIndexable: false, expiration: { expiresAt: 9n } };
    const id = ledger.commit([plain('x', 'y'), metadata ? plain('k', 'value', md) : plain('k', 'value')]);
    const answer = mutable(ledger.verifiableEntry(id, 1, 4));
    answer.entry!.value = empty;
    answer.entry!.metadata = undefined;
    lie(answer);
    return verifyStreamedEntry({ key: bytes('k') }, answer, ledger.state(4), policy);
  }

  it('are read with the metadata that was written', () => {
    expect(get(() => undefined)).toMatchObject({
      kind: 'hash',
      index: 1,
      hValue: sha256(kvValue(bytes('value'))),
      metadata: undefined,
    });
    expect(get(() => undefined, true)).toMatchObject({ metadata: { expiresAt: 9n } });
  });

  it.each<[string, (answer: Mutable<RawVerifiableEntry>) => unknown, string]>([
    ['for another key', (a) => (a.entry!.key = bytes('x')), 'BINDING_MISMATCH'],
    ['of another transaction', (a) => (a.entry!.tx = 3n), 'BINDING_MISMATCH'],
    ['without an entry', (a) => (a.entry = undefined), 'MALFORMED_PROOF'],
    ['with another hash', (a) => (a.verifiableTx!.tx!.entries[1]!.hValue[0]! ^= 1), 'PROOF_INVALID'],
    ['with an entry hidden', (a) => a.verifiableTx!.tx!.entries.pop(), 'PROOF_INVALID'],
    ['with the position of another', (a) => (a.inclusionProof!.leaf = 0), 'PROOF_INVALID'],
    ['without the proof of its position', (a) => (a.inclusionProof = undefined), 'MALFORMED_PROOF'],
  ])('are refused %s', (_, lie, code) => {
    const codes = code === 'BINDING_MISMATCH' ? ['BINDING_MISMATCH', 'PROOF_INVALID'] : [code];
    let found: unknown;
    try {
      get(lie);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ name: 'VerificationError' });
    expect(codes).toContain((found as { code: string }).code);
  });
});
