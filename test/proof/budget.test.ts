// Answers that are large on purpose: what they claim is never allocated, what they hold is looked at once.

import { describe, expect, it, vi } from 'vitest';
import { type RawVerifiableTx, verifyEntry, verifyTx } from '../../src/proof/index.js';
import { expectRefused } from './expect-refused.js';
import { bytes, filledLedger, h, type Mutable, NaiveLedger, plain } from './naive-ledger.js';

vi.setConfig({ testTimeout: 60_000 });

const policy = { database: 'defaultdb' };
const ledger = filledLedger(9);
const digest = h();

/** Generous: a busy machine is no hostile answer. */
const MOST_MILLISECONDS = 5_000;

function within(check: () => void): void {
  const started = performance.now();
  check();
  expect(performance.now() - started).toBeLessThan(MOST_MILLISECONDS);
}

function manyTerms(): Uint8Array[] {
  return new Array<Uint8Array>(1_000_000).fill(digest);
}

describe('a million terms', () => {
  it.each<[string, (answer: Mutable<RawVerifiableTx>) => unknown]>([
    ['in the inclusion path', (a) => (a.dualProof!.inclusionProof = manyTerms())],
    ['in the consistency proof', (a) => (a.dualProof!.consistencyProof = manyTerms())],
    ['in the last inclusion path', (a) => (a.dualProof!.lastInclusionProof = manyTerms())],
    ['in the chain', (a) => (a.dualProof!.linearProof!.terms = manyTerms())],
    [
      'in the linear advance proof',
      (a) => (a.dualProof!.LinearAdvanceProof = { linearProofTerms: manyTerms(), inclusionProofs: [] }),
    ],
    [
      'in paths of the linear advance proof',
      (a) =>
        (a.dualProof!.LinearAdvanceProof = {
          linearProofTerms: [],
          inclusionProofs: new Array<{ leaf: number; width: number; terms: Uint8Array[] }>(1_000_000).fill({
            leaf: 0,
            width: 1,
            terms: [],
          }),
        }),
    ],
  ])('%s are too many', (_, inflate) => {
    const answer = ledger.verifiableTx(9, 4);
    inflate(answer);
    within(() => {
      expectRefused(
        () => verifyTx({ txId: 9n }, answer, ledger.state(4), policy),
        'PROOF_TOO_LARGE',
        /at most/,
      );
    });
  });
});

describe('a claimed size', () => {
  it.each([2 ** 20 + 1, 2 ** 30, 2 ** 31 - 1])('of %i entries is refused at once', (nentries) => {
    const answer = ledger.verifiableTx(9, 4);
    answer.tx!.header!.nentries = nentries;
    answer.dualProof!.targetTxHeader!.nentries = nentries;
    within(() => {
      expectRefused(() => verifyTx({ txId: 9n }, answer, ledger.state(4), policy), 'PROOF_TOO_LARGE');
    });
  });

  it('of a history that is longer than any does not run through it', () => {
    const answer = ledger.verifiableTx(9, 4);
    const last = 2n ** 63n - 1n;
    for (const header of [answer.tx!.header!, answer.dualProof!.targetTxHeader!])
      Object.assign(header, { id: last, blTxId: last - 1n });
    answer.dualProof!.linearProof!.sourceTxId = 4n;
    answer.dualProof!.linearProof!.TargetTxId = last;
    within(() => {
      expectRefused(
        () => verifyTx({ txId: last }, answer, ledger.state(4), policy),
        'PROOF_INVALID',
        /length of/,
      );
    });
  });

  it('of an entry tree wider than its transaction is refused', () => {
    const answer = ledger.verifiableEntry(9, 0, 4);
    answer.inclusionProof!.width = 2 ** 20;
    const check = () => verifyEntry({ key: bytes('key 9/0') }, answer, ledger.state(4), policy);
    expectRefused(check, 'PROOF_INVALID', /width/);
  });
});

describe('a transaction of many entries', () => {
  const many = new NaiveLedger();
  many.commit(Array.from({ length: 1024 }, (_, i) => plain(`key ${i}`, `value ${i}`)));
  const large = new NaiveLedger();
  large.commit([plain('a', 'x'.repeat(1 << 20)), plain('b', '')]);

  it('as many as a server takes is proven whole', () => {
    within(() => {
      expect(verifyTx({ txId: 1n }, many.verifiableTx(1), undefined, policy).entries).toHaveLength(1024);
    });
  });

  it('gives each entry by its own proof', () => {
    for (const index of [0, 1, 511, 512, 1023]) {
      const proven = verifyEntry(
        { key: bytes(`key ${index}`) },
        many.verifiableEntry(1, index),
        undefined,
        policy,
      );
      expect(proven.index).toBe(index);
    }
  });

  it('with entries nobody counted is refused before they are looked at', () => {
    const answer = many.verifiableTx(1);
    answer.tx!.entries = new Array<(typeof answer.tx & object)['entries'][number]>(1_000_000).fill(
      answer.tx!.entries[0]!,
    );
    within(() => {
      expectRefused(
        () => verifyTx({ txId: 1n }, answer, undefined, policy),
        'PROOF_INVALID',
        /number of entries/,
      );
    });
    answer.tx!.entries = new Array<(typeof answer.tx & object)['entries'][number]>(2_000_000).fill(
      answer.tx!.entries[0]!,
    );
    expectRefused(() => verifyTx({ txId: 1n }, answer, undefined, policy), 'PROOF_TOO_LARGE');
  });

  it('may hold a large value, and an empty one', () => {
    const proven = verifyEntry({ key: bytes('a') }, large.verifiableEntry(1, 0), undefined, policy);
    expect(proven).toMatchObject({ kind: 'value', value: { length: 1 << 20 } });
    const empty = verifyEntry({ key: bytes('b') }, large.verifiableEntry(1, 1), undefined, policy);
    expect(empty).toMatchObject({ kind: 'value', value: { length: 0 } });
  });
});

describe('one check', () => {
  it('costs well under a millisecond once it is warm', () => {
    const long = filledLedger(200);
    const answer = long.verifiableEntry(70, 0, 180);
    const key = bytes('key 70/0');
    const trusted = long.state(180);
    const runs = 300;
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      for (let i = 0; i < runs; i++) verifyEntry({ key }, answer, trusted, policy);
      best = Math.min(best, (performance.now() - started) / runs);
    }
    expect(best).toBeLessThan(2); // Some 0.1 ms where nothing else runs.
  });
});
