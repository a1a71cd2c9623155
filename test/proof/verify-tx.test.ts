// Transactions read by their id, with all entries and with some.

import { describe, expect, it } from 'vitest';
import { verifyTx, verifyTxHeader } from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { bytes, filledLedger, h, plain } from './naive-ledger.js';

const policy = { database: 'defaultdb' };

describe('a transaction with proof', () => {
  const ledger = filledLedger(5);
  const id = ledger.commit([plain('a', 'one'), plain('b', 'two')], {
    metadata: { truncatedTxID: 2n, extra: bytes('who') },
  });
  const nothing = ledger.commit([], { metadata: { truncatedTxID: 3n, extra: new Uint8Array(0) } });
  const txId = BigInt(id);
  const answer = () => ledger.verifiableTx(id, 5);

  it('gives header and entries, also where there are none', () => {
    const proven = verifyTx({ txId }, answer(), ledger.state(5), policy);
    expect(proven.header.metadata).toEqual({ truncatedTxId: 2n, extra: bytes('who') });
    expect(proven.entries.map(({ key }) => key)).toEqual([bytes('\0a'), bytes('\0b')]);
    expect(proven.entries[0]).toMatchObject({ metadata: undefined, hValue: h(bytes('\0one')) });
    expect(
      verifyTx({ txId: BigInt(nothing) }, ledger.verifiableTx(nothing, 5), ledger.state(5), policy).entries,
    ).toEqual([]);
  });

  it('gives entries that do not share the answer’s memory', () => {
    const raw = answer();
    const { entries, header } = verifyTx({ txId }, raw, ledger.state(5), policy);
    const before = structuredClone([entries, header]);
    raw.tx!.entries[0]!.key.fill(7);
    raw.tx!.header!.eH.fill(7);
    raw.dualProof!.targetTxHeader!.eH.fill(7);
    expect([entries, header]).toEqual(before);
  });

  it('takes a value that is shown only if it is the one', () => {
    const raw = answer();
    raw.tx!.entries[0]!.value = bytes('\0one');
    expect(verifyTx({ txId }, raw, ledger.state(5), policy).entries).toHaveLength(2);
    raw.tx!.entries[0]!.value = bytes('\0ten');
    expectRefused(
      () => verifyTx({ txId }, raw, ledger.state(5), policy),
      'PROOF_INVALID',
      /value of entry 0/,
    );
  });

  it('with filtered entries proves the header, and refuses entries that contradict themselves', () => {
    const some = answer();
    some.tx!.entries.shift();
    expectRefused(
      () => verifyTx({ txId }, some, ledger.state(5), policy),
      'PROOF_INVALID',
      /number of entries/,
    );
    const proven = verifyTxHeader({ txId }, some, ledger.state(5), policy);
    expect(proven).not.toHaveProperty('entries');
    expect(proven.alh).toEqual(ledger.state(id).alh);
    some.tx!.entries[0]!.value = bytes('\0ten');
    expectRefused(
      () => verifyTxHeader({ txId }, some, ledger.state(5), policy),
      'PROOF_INVALID',
      /value of entry/,
    );
  });

  it('with a filter that lists everything, everything must be right', () => {
    expect(verifyTxHeader({ txId }, answer(), ledger.state(5), policy).header.id).toBe(txId);
    const wrong = answer();
    wrong.tx!.entries[1]!.hValue = h();
    expectRefused(
      () => verifyTxHeader({ txId }, wrong, ledger.state(5), policy),
      'PROOF_INVALID',
      /root over/,
    );
    const more = answer();
    more.tx!.entries.push(plainEntry('c'));
    expectRefused(
      () => verifyTxHeader({ txId }, more, ledger.state(5), policy),
      'PROOF_INVALID',
      /at most 2/,
    );
  });

  it('with resolved entries proves the header and nothing of those', () => {
    const resolved = answer();
    resolved.tx!.entries = [];
    resolved.tx!.kvEntries = [{ key: bytes('a'), value: bytes('a lie') }];
    expect(verifyTxHeader({ txId }, resolved, ledger.state(5), policy)).not.toHaveProperty('entries');
  });

  it('cannot be asked for by an id that is none', () => {
    for (const none of [0n, -1n, 2n ** 63n]) {
      expect(() => verifyTx({ txId: none }, answer(), ledger.state(5), policy)).toThrow(TypeError);
    }
  });
});

function plainEntry(key: string) {
  return { key: bytes(`\0${key}`), hValue: h(), vLen: 0, value: new Uint8Array(0) };
}
