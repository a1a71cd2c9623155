// The chain of hashes from one transaction to another, and the proof that a chained stretch is in the tree too. Servers
// since 1.4 need neither beyond two terms; a client that meets an older history must not be fooled by longer ones.

import { describe, expect, it } from 'vitest';
import type { LedgerState, RawLinearAdvanceProof, RawLinearProof } from '../../src/proof/index.js';
import { verifyLinear, verifyLinearAdvance } from '../../src/proof/verify/linear.js';
import { expectRefused } from './expect-refused.js';
import { be, h, type Mutable } from './naive-ledger.js';
import { NaiveTree, payloads } from './naive-tree.js';

/** Inner hashes of transactions 1 to 20, and the chain over them. */
const SIZE = 20;
const inner = payloads(SIZE);
const alhs: Uint8Array[] = [];
for (let id = 1; id <= SIZE; id++) alhs.push(h(be(id, 8), alhs.at(-1) ?? h(), inner[id - 1]!));
const tree = new NaiveTree(alhs);

function state(id: number): LedgerState {
  return { txId: BigInt(id), alh: alhs[id - 1]! };
}

function linear(source: number, target: number): Mutable<RawLinearProof> {
  return {
    sourceTxId: BigInt(source),
    TargetTxId: BigInt(target),
    terms: [alhs[source - 1]!, ...inner.slice(source, target)],
  };
}

function advance(start: number, end: number, size = SIZE): Mutable<RawLinearAdvanceProof> {
  const between = Array.from({ length: end - start - 1 }, (_, i) => start + 1 + i);
  return {
    linearProofTerms: [alhs[start]!, ...inner.slice(start + 1, end)],
    inclusionProofs: between.map((id) => ({ leaf: 0, width: 0, terms: tree.inclusion(id - 1, size) })),
  };
}

function verifyAdvance(
  proof: RawLinearAdvanceProof | undefined,
  start: number,
  end: number,
  size = SIZE,
): void {
  verifyLinearAdvance(proof, BigInt(start), state(end), { size: BigInt(size), root: tree.root(size) });
}

describe('a linear proof', () => {
  it('holds between all pairs', () => {
    for (let t = 1; t <= SIZE; t++)
      for (let s = 1; s <= t; s++) verifyLinear(linear(s, t), state(s), state(t));
  });

  it.each<[string, (proof: Mutable<RawLinearProof>) => unknown]>([
    ['a term less', (p) => p.terms.pop()],
    ['a term more', (p) => p.terms.push(h())],
    ['no term', (p) => (p.terms = [])],
    ['another first term', (p) => (p.terms[0] = h())],
    ['another last term', (p) => (p.terms[4] = h())],
    ['two terms exchanged', (p) => ([p.terms[2], p.terms[3]] = [p.terms[3]!, p.terms[2]!])],
    ['another source', (p) => p.sourceTxId++],
    ['another target', (p) => p.TargetTxId--],
  ])('is refused with %s', (_, change) => {
    const proof = linear(5, 9);
    change(proof);
    expectRefused(
      () => {
        verifyLinear(proof, state(5), state(9));
      },
      'PROOF_INVALID',
      /tx 9: .*linear proof/,
    );
  });

  it('is refused where it is missing, too long, or not of hashes', () => {
    expectRefused(() => {
      verifyLinear(undefined, state(5), state(9));
    }, 'MALFORMED_PROOF');
    const endless = { ...linear(5, 9), terms: new Array<Uint8Array>(65).fill(h()) };
    expectRefused(() => {
      verifyLinear(endless, state(5), state(9));
    }, 'PROOF_TOO_LARGE');
    const short = { ...linear(5, 9), terms: linear(5, 9).terms.with(1, new Uint8Array(31)) };
    expectRefused(
      () => {
        verifyLinear(short, state(5), state(9));
      },
      'MALFORMED_PROOF',
      /terms\[1\]/,
    );
  });

  it('is refused backwards', () => {
    expectRefused(() => {
      verifyLinear({ ...linear(9, 9), TargetTxId: 5n }, state(9), state(5));
    }, 'PROOF_INVALID');
  });
});

describe('a linear advance proof', () => {
  it('holds for every stretch within every tree', () => {
    for (let size = 2; size <= SIZE; size++)
      for (let end = 2; end <= size; end++)
        for (let start = 0; start < end - 1; start++)
          verifyAdvance(advance(start, end, size), start, end, size);
  });

  it('need not be there where there is nothing in between', () => {
    for (const [start, end] of [
      [4, 4],
      [4, 5],
    ] as const) {
      verifyAdvance(undefined, start, end);
      verifyAdvance({ linearProofTerms: [], inclusionProofs: [] }, start, end);
      const more = { linearProofTerms: [h()], inclusionProofs: [] };
      expectRefused(() => {
        verifyAdvance(more, start, end);
      }, 'PROOF_INVALID');
    }
  });

  it('must be there where there is something in between', () => {
    expectRefused(
      () => {
        verifyAdvance(undefined, 3, 5);
      },
      'MALFORMED_PROOF',
      /LinearAdvanceProof/,
    );
  });

  it('cannot lead backwards', () => {
    expectRefused(
      () => {
        verifyAdvance(undefined, 6, 5);
      },
      'PROOF_INVALID',
      /stretch/,
    );
  });

  it.each<[string, (proof: Mutable<RawLinearAdvanceProof>) => unknown, string]>([
    ['a term less', (p) => p.linearProofTerms.pop(), 'PROOF_INVALID'],
    ['a term more', (p) => p.linearProofTerms.push(h()), 'PROOF_INVALID'],
    ['a path less', (p) => p.inclusionProofs.pop(), 'PROOF_INVALID'],
    ['a path more', (p) => p.inclusionProofs.push(p.inclusionProofs[0]!), 'PROOF_INVALID'],
    ['two paths exchanged', (p) => p.inclusionProofs.reverse(), 'PROOF_INVALID'],
    ['another first term', (p) => (p.linearProofTerms[0] = h()), 'PROOF_INVALID'],
    ['another term', (p) => (p.linearProofTerms[2] = h()), 'PROOF_INVALID'],
    ['another last term', (p) => (p.linearProofTerms[4] = h()), 'PROOF_INVALID'],
    ['a path with a term less', (p) => p.inclusionProofs[1]!.terms.pop(), 'PROOF_INVALID'],
    ['a path that is missing', (p) => Object.assign(p.inclusionProofs, [undefined]), 'MALFORMED_PROOF'],
    ['65 terms', (p) => (p.linearProofTerms = new Array<Uint8Array>(65).fill(h())), 'PROOF_TOO_LARGE'],
    [
      '65 paths',
      (p) => (p.inclusionProofs = Array.from({ length: 65 }, () => p.inclusionProofs[0]!)),
      'PROOF_TOO_LARGE',
    ],
    [
      'a path of 65 terms',
      (p) => (p.inclusionProofs[0]!.terms = new Array<Uint8Array>(65).fill(h())),
      'PROOF_TOO_LARGE',
    ],
  ])('is refused with %s', (_, change, code) => {
    const proof = advance(5, 10);
    verifyAdvance(proof, 5, 10);
    change(proof);
    expectRefused(() => {
      verifyAdvance(proof, 5, 10);
    }, code as 'PROOF_INVALID');
  });

  // CVE-2022-36111: a chain that is right in itself, of transactions that are not the ones in the tree.
  it('is refused for a stretch that was chained aside from the tree', () => {
    const aside = payloads(30).slice(25);
    let alh = state(6).alh;
    const terms = [alh];
    for (let id = 7; id <= 10; id++) {
      terms.push(aside[id - 7]!);
      alh = h(be(id, 8), alh, aside[id - 7]!);
    }
    const proof = { ...advance(5, 10), linearProofTerms: terms };
    const end = { txId: 10n, alh };
    const refused = () => {
      verifyLinearAdvance(proof, 5n, end, { size: 20n, root: tree.root(SIZE) });
    };
    expectRefused(refused, 'PROOF_INVALID', /tx 7: root of the linear advance proof/);
    expect(end.alh).not.toEqual(state(10).alh);
  });
});
