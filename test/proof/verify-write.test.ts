// Writes answered by a naive ledger that lies, or that wrote something else.

import { describe, expect, it } from 'vitest';
import {
  type KeyMetadata,
  type RawKeyMetadata,
  type RawVerifiableTx,
  referenceValue,
  type SetRequest,
  sortedSetKey,
  verifySet,
  verifySetReference,
  verifySortedSetAdd,
  verifyTx,
} from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { bytes, filledLedger, type Mutable, plain } from './naive-ledger.js';

const policy = { database: 'defaultdb' };
const none: RawKeyMetadata = { deleted: false, nonIndexable: false };

type TxLie = (answer: Mutable<RawVerifiableTx>) => unknown;

describe('a write with proof', () => {
  const base = filledLedger(6);
  const metadata: KeyMetadata = { deleted: false, expiresAt: 5n, nonIndexable: true };
  const request: SetRequest = {
    entries: [
      { key: bytes('a'), value: bytes('one') },
      { key: bytes('b'), value: bytes('two'), metadata },
      { key: bytes('c'), value: new Uint8Array(0), metadata: { deleted: true, nonIndexable: false } },
    ],
  };
  const raw = { deleted: false, expiration: { expiresAt: 5n }, nonIndexable: true };
  const written = [plain('a', 'one'), plain('b', 'two', raw), plain('c', '', { ...none, deleted: true })];

  function write(entries: readonly ReturnType<typeof plain>[], lie: TxLie = () => undefined, since = 6) {
    const ledger = base.fork();
    const id = ledger.commit(entries);
    const answer = ledger.verifiableTx(id, since);
    lie(answer);
    return verifySet(request, answer, since === 0 ? undefined : ledger.state(since), policy);
  }

  it('is the transaction that was asked for', () => {
    for (const since of [0, 1, 5, 6])
      expect(write(written, undefined, since)).toMatchObject({ header: { id: 7n, nentries: 3 } });
  });

  // These are honest transactions, only not the one that was asked for.
  it.each<[string, readonly ReturnType<typeof plain>[]]>([
    ['another value', [plain('a', 'ten'), ...written.slice(1)]],
    ['another key', [plain('z', 'one'), ...written.slice(1)]],
    ['an entry less', written.slice(0, 2)],
    ['an entry more', [...written, plain('d', 'four')]],
    ['an entry in front', [plain('d', 'four'), ...written]],
    ['an entry in place of another', [...written.slice(0, 2), plain('d', 'four')]],
    ['its entries in another order', written.toReversed()],
    ['an expiry added', [plain('a', 'one', { ...none, expiration: { expiresAt: 9n } }), ...written.slice(1)]],
    ['an attribute added', [plain('a', 'one', { ...none, nonIndexable: true }), ...written.slice(1)]],
    ['a tombstone added', [plain('a', 'one', { ...none, deleted: true }), ...written.slice(1)]],
    [
      'another expiry',
      [written[0]!, plain('b', 'two', { ...raw, expiration: { expiresAt: 6n } }), written[2]!],
    ],
    ['an attribute left out', [written[0]!, plain('b', 'two', { ...raw, nonIndexable: false }), written[2]!]],
    ['a tombstone left out', [...written.slice(0, 2), plain('c', '')]],
    [
      'a reference in place of a value',
      [{ key: bytes('\0a'), value: bytes('\u0001one') }, ...written.slice(1)],
    ],
    ['nothing', []],
  ])('is refused with %s', (_, entries) => {
    for (const since of [0, 1, 5, 6])
      expectRefused(() => write(entries, undefined, since), 'BINDING_MISMATCH');
  });

  it.each<[string, TxLie, string]>([
    ['an entry hidden', (a) => a.tx!.entries.pop(), 'PROOF_INVALID'],
    ['an entry shown that is not in it', (a) => a.tx!.entries.push(a.tx!.entries[0]!), 'PROOF_INVALID'],
    ['another length of a value', (a) => a.tx!.entries[1]!.vLen++, 'BINDING_MISMATCH'],
    ['no transaction', (a) => (a.tx = undefined), 'MALFORMED_PROOF'],
    ['no header', (a) => (a.tx!.header = undefined), 'MALFORMED_PROOF'],
    ['no proof', (a) => (a.dualProof = undefined), 'MALFORMED_PROOF'],
  ])('is refused with %s', (_, lie, code) => {
    expectRefused(() => write(written, lie), code as 'PROOF_INVALID');
  });

  it('is refused when an identical older write stands in for it', () => {
    const ledger = base.fork();
    const first = ledger.commit(written);
    ledger.commit([plain('x', 'y')]);
    for (const since of [first, first + 1]) {
      const replayed = ledger.verifiableTx(first, since);
      expectRefused(
        () => verifySet(request, replayed, ledger.state(since), policy),
        'BINDING_MISMATCH',
        /older transaction/,
      );
    }
  });

  it('is refused when a key is in it twice', () => {
    const twice = [plain('a', 'one'), plain('a', 'two')];
    const ledger = base.fork();
    const answer = ledger.verifiableTx(ledger.commit(twice), 6);
    const asked = {
      entries: [
        { key: bytes('a'), value: bytes('one') },
        { key: bytes('a'), value: bytes('two') },
      ],
    };
    expectRefused(() => verifySet(asked, answer, ledger.state(6), policy), 'PROOF_INVALID', /key of entry 1/);
    expectRefused(
      () => verifyTx({ txId: 7n }, answer, ledger.state(6), policy),
      'PROOF_INVALID',
      /key of entry 1/,
    );
  });

  it('cannot be asked for with nothing, or an empty key', () => {
    expect(() => verifySet({ entries: [] }, undefined, undefined, policy)).toThrow(TypeError);
    expect(() =>
      verifySet({ entries: [{ key: new Uint8Array(0), value: bytes('v') }] }, undefined, undefined, policy),
    ).toThrow(TypeError);
  });
});

describe('references and members of sorted sets written with proof', () => {
  const base = filledLedger(3);
  const reference = { key: bytes('r'), referencedKey: bytes('target'), atTx: 2n };
  const member = { set: bytes('s'), score: -1.5, key: bytes('m'), atTx: 0n };

  function answered(key: Uint8Array, value: Uint8Array, metadata?: RawKeyMetadata) {
    const ledger = base.fork();
    const id = ledger.commit([
      { key: new Uint8Array(key), value: new Uint8Array(value), ...(metadata && { metadata }) },
    ]);
    return ledger.verifiableTx(id, 3);
  }

  it('are what was asked for', () => {
    const set = answered(bytes('\0r'), referenceValue(bytes('target'), 2n));
    expect(verifySetReference(reference, set, base.state(3), policy).header.id).toBe(4n);
    const added = answered(sortedSetKey(bytes('s'), -1.5, bytes('m'), 0n), new Uint8Array(0));
    expect(verifySortedSetAdd(member, added, base.state(3), policy).header.id).toBe(4n);
    const { atTx: _, ...unbound } = member;
    expect(verifySortedSetAdd(unbound, added, base.state(3), policy).entries).toHaveLength(1);
  });

  it.each<[string, Uint8Array, Uint8Array, RawKeyMetadata?]>([
    ['another key', bytes('\0x'), referenceValue(bytes('target'), 2n)],
    ['another target', bytes('\0r'), referenceValue(bytes('other'), 2n)],
    ['another binding', bytes('\0r'), referenceValue(bytes('target'), 3n)],
    ['no binding', bytes('\0r'), referenceValue(bytes('target'), 0n)],
    ['a plain value', bytes('\0r'), bytes('\0target')],
    ['an attribute', bytes('\0r'), referenceValue(bytes('target'), 2n), { ...none, nonIndexable: true }],
  ])('a reference is refused with %s', (_, key, value, metadata) => {
    const answer = answered(key, value, metadata);
    expectRefused(() => verifySetReference(reference, answer, base.state(3), policy), 'BINDING_MISMATCH');
  });

  it.each<[string, Uint8Array, Uint8Array]>([
    ['another set', sortedSetKey(bytes('t'), -1.5, bytes('m'), 0n), new Uint8Array(0)],
    ['another score', sortedSetKey(bytes('s'), 1.5, bytes('m'), 0n), new Uint8Array(0)],
    ['another key', sortedSetKey(bytes('s'), -1.5, bytes('n'), 0n), new Uint8Array(0)],
    ['a binding', sortedSetKey(bytes('s'), -1.5, bytes('m'), 2n), new Uint8Array(0)],
    [
      'the border between set and key moved',
      sortedSetKey(bytes(''), -1.5, bytes('sm'), 0n),
      new Uint8Array(0),
    ],
    ['a value', sortedSetKey(bytes('s'), -1.5, bytes('m'), 0n), bytes('x')],
  ])('a member is refused with %s', (_, key, value) => {
    const answer = answered(key, value);
    expectRefused(() => verifySortedSetAdd(member, answer, base.state(3), policy), 'BINDING_MISMATCH');
  });

  it('cannot be asked for with what no entry can hold', () => {
    const ask = (change: object) => () =>
      verifySortedSetAdd({ ...member, ...change }, undefined, undefined, policy);
    expect(ask({ score: Number.NaN })).toThrow(/NaN/);
    expect(ask({ set: new Uint8Array(0) })).toThrow(TypeError);
    expect(ask({ key: new Uint8Array(0) })).toThrow(TypeError);
    expect(ask({ atTx: -1n })).toThrow(TypeError);
    expect(() =>
      verifySetReference({ ...reference, referencedKey: new Uint8Array(0) }, undefined, undefined, policy),
    ).toThrow(TypeError);
  });
});
