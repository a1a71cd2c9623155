// Runs of transactions, from a naive ledger that lies: about one of them, or by two histories in one.

import { describe, expect, it } from 'vitest';
import {
  NO_PEAKS,
  peaksBefore,
  type TreePeaks,
  verifyTx,
  verifyTxChain,
  withTransaction,
} from '../../src/proof/index.js';
import { rootFromPeaks } from '../../src/proof/verify/tree-peaks.js';
import { expectRefused } from './expect-refused.js';
import { filledLedger, h, mutable, NaiveLedger, plain } from './naive-ledger.js';

const SIZE = 24;
const ledger = filledLedger(SIZE);

/** Transactions as a scan lists them. */
const listed = (from: number, to: number, of: NaiveLedger = ledger) =>
  Array.from({ length: to - from + 1 }, (_, index) => mutable(of.verifiableTx(from + index).tx!));

/** What the server says the trees begin with. */
const start = (from: number, of: NaiveLedger = ledger): TreePeaks =>
  from === 1 ? NO_PEAKS : peaksBefore(BigInt(from), of.verifiableTx(from, from));

describe('the subtrees before a transaction', () => {
  it('have the root that its header holds, and grow by each transaction', () => {
    let grown = NO_PEAKS;
    for (let id = 1; id <= SIZE; id++) {
      const peaks = start(id);
      expect(peaks).toEqual(grown);
      expect(rootFromPeaks(peaks)).toEqual(ledger.verifiableTx(id).tx!.header!.blRoot);
      grown = withTransaction(peaks, ledger.state(id).alh);
    }
  });

  it('are refused out of a proof of another transaction, or one that does not hold', () => {
    expectRefused(() => peaksBefore(8n, ledger.verifiableTx(9, 9)), 'BINDING_MISMATCH');
    expectRefused(() => peaksBefore(8n, ledger.verifiableTx(8, 9)), 'BINDING_MISMATCH');
    expectRefused(() => peaksBefore(8n, undefined), 'MALFORMED_PROOF');
    const forged = ledger.verifiableTx(8, 8);
    forged.dualProof!.lastInclusionProof[0] = h();
    expectRefused(() => peaksBefore(8n, forged), 'PROOF_INVALID', /last transaction in the tree/);
    expect(() => peaksBefore(0n, undefined)).toThrow(TypeError);
  });
});

describe('a run of transactions', () => {
  it('is proven by the hash of the last, wherever it begins and ends', () => {
    for (let from = 1; from <= SIZE; from++) {
      for (const to of [from, from + 1, from + 6, SIZE].filter((end) => end <= SIZE)) {
        const { txs, after } = verifyTxChain(start(from), listed(from, to), ledger.state(to));
        expect(txs.map(({ header }) => Number(header.id))).toEqual(
          listed(from, to).map((_, at) => from + at),
        );
        expect(txs[0]!.alh).toEqual(ledger.state(from).alh);
        expect(rootFromPeaks(after)).toEqual(ledger.root(to));
      }
    }
  });

  it('begins where another ended', () => {
    let before = NO_PEAKS;
    for (let from = 1; from <= SIZE; from += 8)
      before = verifyTxChain(before, listed(from, from + 7), ledger.state(from + 7)).after;
    expect(before.size).toBe(BigInt(SIZE));
  });

  type Lie = (txs: ReturnType<typeof listed>) => unknown;
  it.each<[string, Lie, 'BINDING_MISMATCH' | 'PROOF_INVALID' | 'MALFORMED_PROOF']>([
    ['one left out', (txs) => txs.splice(1, 1), 'BINDING_MISMATCH'],
    ['one too many', (txs) => txs.push(txs[0]!), 'BINDING_MISMATCH'],
    ['two of them exchanged', (txs) => txs.splice(1, 2, txs[2]!, txs[1]!), 'BINDING_MISMATCH'],
    ['one of them twice', (txs) => txs.splice(1, 1, txs[2]!), 'BINDING_MISMATCH'],
    ['another time', (txs) => txs[1]!.header!.ts++, 'PROOF_INVALID'],
    ['another time in the last', (txs) => txs.at(-1)!.header!.ts++, 'PROOF_INVALID'],
    ['another hash before it', (txs) => (txs[2]!.header!.prevAlh[0]! ^= 1), 'PROOF_INVALID'],
    ['an entry hidden', (txs) => txs[1]!.entries.pop(), 'PROOF_INVALID'],
    ['an entry changed', (txs) => (txs[1]!.entries[0]!.hValue[0]! ^= 1), 'PROOF_INVALID'],
    ['no header', (txs) => (txs[1]!.header = undefined), 'MALFORMED_PROOF'],
  ])('is refused with %s', (_, lie, code) => {
    const txs = listed(3, 8);
    lie(txs);
    expectRefused(() => verifyTxChain(start(3), txs, ledger.state(8)), code);
  });

  it('is refused where it begins with other subtrees', () => {
    const { size, roots } = start(8);
    for (const other of [
      { size, roots: roots.toReversed() },
      { size, roots: [h(), ...roots.slice(1)] },
    ])
      expectRefused(() => verifyTxChain(other, listed(8, 9), ledger.state(9)), 'PROOF_INVALID', /tree of a/);
  });

  it('cannot be asked for backwards', () => {
    expect(() => verifyTxChain(start(9), [], ledger.state(8))).toThrow(TypeError);
  });
});

describe('a history whose chain shows one transaction and whose trees hold another', () => {
  const policy = { database: 'defaultdb' };
  const held = new NaiveLedger();
  held.commit([plain('a', '1')]);
  const shown = held.fork();
  shown.commit([plain('k', 'shown')]);
  held.commit([plain('k', 'held')]);
  held.commit([plain('b', '1')], { prevAlh: shown.state(2).alh });
  held.commit([plain('c', '1')]);
  const both = (to: number) => [...listed(2, 2, shown), ...listed(3, to, held)];

  it('can be proven, with what the trees hold', () => {
    for (const id of [2, 3, 4])
      verifyTx({ txId: BigInt(id) }, held.verifiableTx(id, 4), held.state(4), policy);
  });

  it('is refused, whatever of it is listed', () => {
    for (const to of [3, 4]) {
      expectRefused(
        () => verifyTxChain(start(2, held), both(to), held.state(to)),
        'PROOF_INVALID',
        /tx 3: tree of a transaction listed/,
      );
      expectRefused(
        () => verifyTxChain(start(2, held), listed(2, to, held), held.state(to)),
        'PROOF_INVALID',
        /tx 2: hash of a transaction listed/,
      );
    }
  });

  it('is refused also where what is shown is before the list', () => {
    const begun = withTransaction(start(2, shown), shown.state(2).alh);
    expectRefused(
      () => verifyTxChain(begun, listed(3, 4, held), held.state(4)),
      'PROOF_INVALID',
      /tx 3: tree/,
    );
  });

  it('is refused where a tree lags behind, which binds nothing', () => {
    const lagging = filledLedger(3);
    lagging.commit([plain('a', 'b')], { blTxId: 2n, blRoot: lagging.root(2) });
    lagging.commit([plain('a', 'c')]);
    expectRefused(
      () => verifyTxChain(start(3, lagging), listed(3, 5, lagging), lagging.state(5)),
      'PROOF_INVALID',
    );
    expectRefused(() => peaksBefore(4n, lagging.verifiableTx(4, 4)), 'PROOF_INVALID', /tree of/);
  });
});
