// Keys read from a naive ledger that lies, one lie at a time.

import { describe, expect, it } from 'vitest';
import {
  type EntryRequest,
  type RawKeyMetadata,
  type RawVerifiableEntry,
  referenceValue,
  verifyEntry,
} from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { bytes, filledLedger, h, type Mutable, NaiveLedger, plain } from './naive-ledger.js';

const policy = { database: 'defaultdb' };
const none: RawKeyMetadata = { deleted: false, nonIndexable: false };

type EntryLie = (answer: Mutable<RawVerifiableEntry>) => unknown;

describe('a key read with proof', () => {
  const ledger = filledLedger(6);
  const expiring = { ...none, expiration: { expiresAt: 99n } };
  const id = ledger.commit([plain('a', 'one'), plain('b', 'two'), plain('c', 'three', expiring)]);
  ledger.commit([plain('a', 'newer')]);
  const trusted = ledger.state(4);

  function read(request: EntryRequest, lie: EntryLie = () => undefined, index = 0, since = 4) {
    const answer = ledger.verifiableEntry(id, index, since);
    lie(answer);
    return verifyEntry(request, answer, since === 0 ? undefined : ledger.state(since), policy);
  }

  it('gives what was written, and where, whatever is trusted', () => {
    for (const since of [0, 4, id, id + 1]) {
      const proven = read({ key: bytes('b') }, undefined, 1, since);
      expect(proven).toMatchObject({
        kind: 'value',
        key: bytes('b'),
        value: bytes('two'),
        metadata: undefined,
        index: 1,
      });
      expect(proven.header.id).toBe(BigInt(id));
      expect(proven.entries).toHaveLength(3);
    }
    expect(read({ key: bytes('c') }, undefined, 2).metadata).toEqual({
      deleted: false,
      expiresAt: 99n,
      nonIndexable: false,
    });
  });

  const lies: readonly [string, EntryRequest, EntryLie, string][] = [
    ['the value', { key: bytes('a') }, (a) => (a.entry!.value = bytes('ten')), 'PROOF_INVALID'],
    [
      'the key asked for, shown for another',
      { key: bytes('b') },
      (a) => (a.entry!.key = bytes('b')),
      'PROOF_INVALID',
    ],
    ['another key than asked for', { key: bytes('b') }, () => undefined, 'BINDING_MISMATCH'],
    [
      'the key with its prefix',
      { key: bytes('a') },
      (a) => (a.entry!.key = bytes('\0a')),
      'BINDING_MISMATCH',
    ],
    ['no entry', { key: bytes('a') }, (a) => (a.entry = undefined), 'MALFORMED_PROOF'],
    ['no transaction', { key: bytes('a') }, (a) => (a.verifiableTx = undefined), 'MALFORMED_PROOF'],
    ['no inclusion proof', { key: bytes('a') }, (a) => (a.inclusionProof = undefined), 'MALFORMED_PROOF'],
    ['another transaction', { key: bytes('a') }, (a) => (a.entry!.tx = 8n), 'BINDING_MISMATCH'],
    [
      'another transaction than asked for',
      { key: bytes('a'), atTx: 8n },
      () => undefined,
      'BINDING_MISMATCH',
    ],
    [
      'another transaction, claimed to be the one asked for',
      { key: bytes('a'), atTx: 8n },
      (a) => (a.entry!.tx = 8n),
      'BINDING_MISMATCH',
    ],
    ['transaction 0', { key: bytes('a') }, (a) => (a.entry!.tx = 0n), 'MALFORMED_PROOF'],
    ['a value marked expired', { key: bytes('a') }, (a) => (a.entry!.expired = true), 'BINDING_MISMATCH'],
    [
      'a value marked deleted',
      { key: bytes('a') },
      (a) => (a.entry!.metadata = { ...none, deleted: true }),
      'BINDING_MISMATCH',
    ],
    ['an expiry', { key: bytes('a') }, (a) => (a.entry!.metadata = expiring), 'PROOF_INVALID'],
    [
      'an attribute',
      { key: bytes('a') },
      (a) => (a.entry!.metadata = { ...none, nonIndexable: true }),
      'PROOF_INVALID',
    ],
    [
      'a reference in front',
      { key: bytes('a') },
      (a) => (a.entry!.referencedBy = { tx: BigInt(id), key: bytes('a'), atTx: 0n }),
      'PROOF_INVALID',
    ],
    [
      'one entry of its transaction less',
      { key: bytes('a') },
      (a) => a.verifiableTx!.tx!.entries.pop(),
      'PROOF_INVALID',
    ],
    [
      'one entry of its transaction more',
      { key: bytes('a') },
      (a) => a.verifiableTx!.tx!.entries.push(a.verifiableTx!.tx!.entries[0]!),
      'PROOF_INVALID',
    ],
    [
      'the entries of its transaction in another order',
      { key: bytes('a') },
      (a) => a.verifiableTx!.tx!.entries.reverse(),
      'PROOF_INVALID',
    ],
    [
      'another entry of its transaction changed',
      { key: bytes('a') },
      (a) => (a.verifiableTx!.tx!.entries[2]!.hValue = h()),
      'PROOF_INVALID',
    ],
    [
      'a resolved entry',
      { key: bytes('a') },
      (a) => (a.verifiableTx!.tx!.kvEntries = [a.entry!]),
      'MALFORMED_PROOF',
    ],
    [
      'another length of the value',
      { key: bytes('a') },
      (a) => (a.verifiableTx!.tx!.entries[0]!.vLen = 5),
      'BINDING_MISMATCH',
    ],
    [
      'the inclusion proof of another entry',
      { key: bytes('a') },
      (a) => (a.inclusionProof = ledger.verifiableEntry(id, 1).inclusionProof),
      'PROOF_INVALID',
    ],
  ];

  it.each(lies)('is refused with %s', (_, request, lie, code) => {
    for (const since of [0, 4, id, id + 1])
      expectRefused(() => read(request, lie, 0, since), code as 'PROOF_INVALID');
  });

  it('is refused without its metadata', () => {
    const lie: EntryLie = (a) => (a.entry!.metadata = undefined);
    expectRefused(() => read({ key: bytes('c') }, lie, 2), 'PROOF_INVALID');
  });

  it('is refused when metadata is invented where none is hashed', () => {
    const old = new NaiveLedger({ version: 0 });
    old.commit([plain('a', 'one')]);
    const answer = old.verifiableEntry(1, 0);
    answer.entry!.metadata = expiring;
    expectRefused(
      () => verifyEntry({ key: bytes('a') }, answer, undefined, policy),
      'MALFORMED_PROOF',
      /version 0/,
    );
    const listed = old.verifiableEntry(1, 0);
    listed.verifiableTx!.tx!.entries[0]!.metadata = expiring;
    expectRefused(
      () => verifyEntry({ key: bytes('a') }, listed, undefined, policy),
      'MALFORMED_PROOF',
      /version 0/,
    );
  });

  it('is refused when a crafted key of version 0 is read under version 1, and the other way round', () => {
    const crafted = bytes('\0\0\u0005\0abcd');
    for (const [version, stored, asked] of [
      [1, bytes('\0abcd'), crafted],
      [0, Buffer.concat([Buffer.from([0]), crafted]), bytes('abcd')],
    ] as const) {
      const confused = new NaiveLedger({ version });
      confused.commit([{ key: new Uint8Array(stored), value: bytes('\0secret') }]);
      const answer = confused.verifiableEntry(1, 0);
      answer.entry!.key = asked;
      expectRefused(() => verifyEntry({ key: asked }, answer, undefined, policy), 'PROOF_INVALID');
      answer.verifiableTx!.tx!.header!.version = 1 - version;
      expectRefused(
        () => verifyEntry({ key: asked }, answer, undefined, policy),
        'BINDING_MISMATCH',
        /header shown/,
      );
    }
  });

  it.each<[string, EntryRequest]>([
    ['an empty key', { key: new Uint8Array(0) }],
    ['a key of 64 KiB', { key: new Uint8Array(65_535) }],
    ['transaction 0', { key: bytes('a'), atTx: 0n }],
    ['a transaction beyond all ids', { key: bytes('a'), atTx: 2n ** 63n }],
  ])('cannot be asked for by %s', (_, request) => {
    expect(() => read(request)).toThrow(TypeError);
  });

  it('tells what was trusted and shows the answer with the error', () => {
    const answer = ledger.verifiableEntry(id, 0, 4);
    answer.entry!.value = bytes('ten');
    const error = expectRefused(
      () => verifyEntry({ key: bytes('a') }, answer, trusted, policy),
      'PROOF_INVALID',
    );
    expect(error.trusted).toBe(trusted);
    expect(error.evidence).toBe(answer);
    expect(error.message).toMatch(
      /tx 7: root of the entry's inclusion proof: expected [0-9a-f]{16}… \(32 bytes\), found/,
    );
    expect(error.details).toMatchObject({ txId: 7n, expected: expect.any(Uint8Array) as unknown });
  });
});

describe('a reference read with proof', () => {
  const ledger = filledLedger(4);
  const reference = (key: string, target: string, atTx: bigint) => ({
    key: bytes(`\0${key}`),
    value: new Uint8Array(referenceValue(bytes(target), atTx)),
  });
  const id = ledger.commit([reference('bound', 'target', 3n), reference('free', 'target', 0n)]);

  function read(key: string, lie: EntryLie = () => undefined) {
    const index = key === 'bound' ? 0 : 1;
    const answer = ledger.verifiableEntry(id, index, 2);
    const atTx = key === 'bound' ? 3n : 0n;
    answer.entry = {
      tx: 3n,
      key: bytes('target'),
      value: bytes('whatever the server says'),
      referencedBy: { tx: BigInt(id), key: bytes(key), atTx },
      expired: false,
    };
    lie(answer);
    return verifyEntry({ key: bytes(key) }, answer, ledger.state(2), policy);
  }

  it('gives the target’s key and never its value', () => {
    expect(read('bound')).toMatchObject({
      kind: 'reference',
      key: bytes('bound'),
      target: bytes('target'),
      atTx: 3n,
      index: 0,
    });
    expect(read('free')).toMatchObject({
      kind: 'reference',
      key: bytes('free'),
      target: bytes('target'),
      atTx: 0n,
      index: 1,
    });
    expect(read('free')).not.toHaveProperty('value');
  });

  it.each<[string, string, EntryLie, string]>([
    ['another target', 'free', (a) => (a.entry!.key = bytes('other')), 'PROOF_INVALID'],
    ['no target', 'free', (a) => (a.entry!.key = new Uint8Array(0)), 'PROOF_INVALID'],
    ['another binding', 'free', (a) => (a.entry!.referencedBy!.atTx = 3n), 'PROOF_INVALID'],
    ['no binding', 'bound', (a) => (a.entry!.referencedBy!.atTx = 0n), 'PROOF_INVALID'],
    [
      'the entry of another transaction than it is bound to',
      'bound',
      (a) => (a.entry!.tx = 4n),
      'BINDING_MISMATCH',
    ],
    [
      'another key than asked for',
      'bound',
      (a) => (a.entry!.referencedBy!.key = bytes('free')),
      'BINDING_MISMATCH',
    ],
    [
      'the target’s transaction as its own',
      'bound',
      (a) => (a.entry!.referencedBy!.tx = 3n),
      'BINDING_MISMATCH',
    ],
    [
      'an attribute of its own',
      'bound',
      (a) => (a.entry!.referencedBy!.metadata = { ...none, nonIndexable: true }),
      'PROOF_INVALID',
    ],
    [
      'a tombstone of its own',
      'bound',
      (a) => (a.entry!.referencedBy!.metadata = { ...none, deleted: true }),
      'BINDING_MISMATCH',
    ],
    [
      'a deleted target',
      'bound',
      (a) => (a.entry!.metadata = { ...none, deleted: true }),
      'BINDING_MISMATCH',
    ],
    ['an expired target', 'bound', (a) => (a.entry!.expired = true), 'BINDING_MISMATCH'],
    ['the reference left out', 'bound', (a) => (a.entry!.referencedBy = undefined), 'BINDING_MISMATCH'],
    [
      'the reference left out and the key exchanged',
      'bound',
      (a) => Object.assign(a.entry!, { referencedBy: undefined, tx: BigInt(id), key: bytes('bound') }),
      'PROOF_INVALID',
    ],
  ])('is refused with %s', (_, key, lie, code) => {
    expectRefused(() => read(key, lie), code as 'PROOF_INVALID');
  });
});
