// Dual proofs between all pairs of a naive ledger's transactions, and every way in which one part can be wrong.

import { describe, expect, it } from 'vitest';
import type { RawDualProof, RawTxHeader } from '../../src/proof/index.js';
import { parseDualProof, verifyDualProof } from '../../src/proof/verify/dual-proof.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import { filledLedger, h, type Mutable, plain } from './naive-ledger.js';
import { NaiveTree } from './naive-tree.js';

Error.stackTraceLimit = 0;

const SIZE = 40;
const ledger = filledLedger(SIZE);

function verify(proof: RawDualProof): void {
  verifyDualProof(parseDualProof(proof));
}

describe('honest dual proofs', () => {
  it('hold between all pairs', () => {
    for (let target = 1; target <= SIZE; target++)
      for (let source = 1; source <= target; source++) {
        const refused = refusalOf(() => {
          verify(ledger.dualProof(source, target));
        });
        if (refused !== undefined) expect.fail(`${source} to ${target}: ${refused.message}`);
      }
  });

  it('hold for transactions of version 0', () => {
    const old = filledLedger(12, { version: 0 });
    for (let target = 1; target <= 12; target++)
      for (let source = 1; source <= target; source++) verify(old.dualProof(source, target));
  });

  it('hold without terms between trees of one size, which other servers may leave out', () => {
    verify({ ...ledger.dualProof(9, 9), consistencyProof: [] });
  });

  it('hold with an empty linear advance proof, and with no alh at all before the first transaction', () => {
    verify({ ...ledger.dualProof(3, 9), LinearAdvanceProof: { linearProofTerms: [], inclusionProofs: [] } });
    verify({ ...ledger.dualProof(1, 1), targetBlTxAlh: new Uint8Array(0) });
  });
});

type Change = (proof: Mutable<RawDualProof>) => unknown;

function header(
  change: (header: Mutable<RawTxHeader>) => unknown,
  which: 'source' | 'target' | 'both' = 'target',
): Change {
  return (proof) => {
    if (which !== 'target') change(proof.sourceTxHeader!);
    if (which !== 'source') change(proof.targetTxHeader!);
  };
}

describe('dual proofs with one thing wrong', () => {
  const changes: readonly [string, number, number, Change, string][] = [
    [
      'source and target exchanged',
      5,
      9,
      (p) => ([p.sourceTxHeader, p.targetTxHeader] = [p.targetTxHeader, p.sourceTxHeader]),
      'PROOF_INVALID',
    ],
    ['no source', 5, 9, (p) => (p.sourceTxHeader = undefined), 'MALFORMED_PROOF'],
    ['no target', 5, 9, (p) => (p.targetTxHeader = undefined), 'MALFORMED_PROOF'],
    ['the target’s time', 5, 9, header((t) => t.ts++), 'PROOF_INVALID'],
    ['the source’s time', 5, 9, header((t) => t.ts++, 'source'), 'PROOF_INVALID'],
    ['the source’s time, next to the target', 8, 9, header((t) => t.ts++, 'source'), 'PROOF_INVALID'],
    ['the time of both, being one', 9, 9, header((t) => t.ts++, 'both'), 'PROOF_INVALID'],
    ['an inclusion path where none belongs', 8, 9, (p) => (p.inclusionProof = [h()]), 'MALFORMED_PROOF'],
    ['no inclusion path', 5, 9, (p) => (p.inclusionProof = []), 'PROOF_INVALID'],
    [
      'the inclusion path of another transaction',
      5,
      9,
      (p) => (p.inclusionProof = ledger.dualProof(6, 9).inclusionProof),
      'PROOF_INVALID',
    ],
    ['a consistency proof where none belongs', 1, 9, (p) => (p.consistencyProof = [h()]), 'MALFORMED_PROOF'],
    ['no consistency proof', 5, 9, (p) => (p.consistencyProof = []), 'PROOF_INVALID'],
    ['one term between trees of one size', 9, 9, (p) => p.consistencyProof.pop(), 'PROOF_INVALID'],
    ['wrong terms between trees of one size', 9, 9, (p) => p.consistencyProof.reverse(), 'PROOF_INVALID'],
    ['three terms between trees of one size', 9, 9, (p) => p.consistencyProof.push(h()), 'PROOF_INVALID'],
    ['no last inclusion path', 5, 9, (p) => (p.lastInclusionProof = []), 'PROOF_INVALID'],
    [
      'a last inclusion path where none belongs',
      1,
      1,
      (p) => (p.lastInclusionProof = [h()]),
      'MALFORMED_PROOF',
    ],
    ['another last transaction', 5, 9, (p) => (p.targetBlTxAlh = ledger.state(7).alh), 'PROOF_INVALID'],
    [
      'another last transaction, the source being the last',
      8,
      9,
      (p) => (p.targetBlTxAlh = ledger.state(7).alh),
      'PROOF_INVALID',
    ],
    ['no last transaction', 5, 9, (p) => (p.targetBlTxAlh = new Uint8Array(0)), 'MALFORMED_PROOF'],
    ['a last transaction before the first', 1, 1, (p) => (p.targetBlTxAlh = h()), 'MALFORMED_PROOF'],
    ['no linear proof', 5, 9, (p) => (p.linearProof = undefined), 'MALFORMED_PROOF'],
    ['a linear proof from the source', 5, 9, (p) => (p.linearProof!.sourceTxId = 5n), 'PROOF_INVALID'],
    ['a linear proof to elsewhere', 5, 9, (p) => (p.linearProof!.TargetTxId = 10n), 'PROOF_INVALID'],
    ['a linear proof of one term', 5, 9, (p) => p.linearProof!.terms.pop(), 'PROOF_INVALID'],
    ['a linear proof of three terms', 5, 9, (p) => p.linearProof!.terms.push(h()), 'PROOF_INVALID'],
    ['a linear proof with another first term', 5, 9, (p) => (p.linearProof!.terms[0] = h()), 'PROOF_INVALID'],
    ['a linear proof with another last term', 5, 9, (p) => (p.linearProof!.terms[1] = h()), 'PROOF_INVALID'],
    [
      'a linear proof of 65 terms',
      5,
      9,
      (p) => (p.linearProof!.terms = new Array<Uint8Array>(65).fill(h())),
      'PROOF_TOO_LARGE',
    ],
    [
      'a linear proof of too many terms for its ids',
      5,
      9,
      (p) => (p.linearProof!.TargetTxId = 2n ** 63n),
      'MALFORMED_PROOF',
    ],
    [
      'a linear advance proof with a term',
      5,
      9,
      (p) => (p.LinearAdvanceProof = { linearProofTerms: [h()], inclusionProofs: [] }),
      'PROOF_INVALID',
    ],
    [
      'a linear advance proof with a path',
      5,
      9,
      (p) =>
        (p.LinearAdvanceProof = {
          linearProofTerms: [],
          inclusionProofs: [{ leaf: 0, width: 0, terms: [] }],
        }),
      'PROOF_INVALID',
    ],
    [
      '65 terms in the inclusion path',
      5,
      9,
      (p) => (p.inclusionProof = new Array<Uint8Array>(65).fill(h())),
      'PROOF_TOO_LARGE',
    ],
    ['a term of 31 bytes', 5, 9, (p) => (p.consistencyProof[0] = new Uint8Array(31)), 'MALFORMED_PROOF'],
    ['a term of 33 bytes', 5, 9, (p) => (p.lastInclusionProof[0] = new Uint8Array(33)), 'MALFORMED_PROOF'],
  ];

  it.each(changes)('%s (%i to %i)', (_, source, target, change, code) => {
    const proof = ledger.dualProof(source, target);
    verify(proof);
    change(proof);
    expectRefused(() => {
      verify(proof);
    }, code as 'PROOF_INVALID');
  });

  it('the trees of another ledger do not fit, although each proof is honest', () => {
    const other = filledLedger(SIZE, { version: 0 });
    for (const field of [
      'inclusionProof',
      'consistencyProof',
      'targetBlTxAlh',
      'lastInclusionProof',
      'linearProof',
      'sourceTxHeader',
      'targetTxHeader',
    ] as const) {
      const proof = { ...ledger.dualProof(5, 9), [field]: other.dualProof(5, 9)[field] };
      expectRefused(() => {
        verify(proof);
      }, 'PROOF_INVALID');
    }
  });

  it('a target whose tree ends in another transaction than its chain is refused, also next to the source', () => {
    const other = ledger.fork();
    const lies = new NaiveTree([...Array.from({ length: SIZE - 1 }, (_, i) => ledger.state(i + 1).alh), h()]);
    const id = other.commit([plain('a', 'b')], { blRoot: lies.root(SIZE) });
    const proof = other.dualProof(SIZE, id);
    proof.targetBlTxAlh = h();
    proof.lastInclusionProof = lies.inclusion(SIZE - 1, SIZE);
    proof.consistencyProof = lies.consistency(SIZE - 1, SIZE);
    const { message } = expectRefused(() => {
      verify(proof);
    }, 'PROOF_INVALID');
    expect(message).toMatch(/alh of the last transaction in the tree/);
  });
});
