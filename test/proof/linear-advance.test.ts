// Histories that a server older than 1.4 began: trees that lag behind their headers. Refused unless the policy allows
// for it, and then accepted only where the proof binds what the tree leaves out.

import { describe, expect, it } from 'vitest';
import { verifyTx, type VerificationPolicy } from '../../src/proof/index.js';
import { MAX_LINEAR_ADVANCE } from '../../src/proof/verify/limits.js';
import { expectRefused } from './expect-refused.js';
import { h, NaiveLedger, plain } from './naive-ledger.js';

const LEGACY: VerificationPolicy = { database: 'defaultdb', linearAdvance: 4 };
const STRICT: VerificationPolicy = { database: 'defaultdb' };

/** Size of the tree of each header: it lags behind by up to four, until a newer server goes on from transaction 11. */
const TREES = [0, 0, 0, 2, 2, 4, 4, 4, 4, 8];
const SIZE = 16;

function history(ledger = new NaiveLedger()): NaiveLedger {
  for (let id = ledger.size + 1; id <= SIZE; id++) {
    const blTxId = TREES[id - 1] ?? id - 1;
    const blRoot = blTxId === 0 ? new Uint8Array(32) : ledger.root(blTxId);
    ledger.commit([plain(`key ${id}`, `value ${id}`)], { blTxId: BigInt(blTxId), blRoot });
  }
  return ledger;
}

const blOf = (id: number) => TREES[id - 1] ?? id - 1;
const pairs = Array.from({ length: SIZE * SIZE }, (_, at) => [(at % SIZE) + 1, Math.floor(at / SIZE) + 1]);

describe('a tree that lags behind its header', () => {
  const ledger = history();
  const check = (id: number, since: number, policy: VerificationPolicy) =>
    verifyTx({ txId: BigInt(id) }, ledger.verifiableTx(id, since), ledger.state(since), policy);

  it('is refused unless the policy allows for it', () => {
    for (const [id, since] of pairs as [number, number][]) {
      const isStrict = [id, since].every((one) => blOf(one) === one - 1);
      if (isStrict) expect(check(id, since, STRICT).header.id).toBe(BigInt(id));
      else expectRefused(() => check(id, since, STRICT), 'PROOF_INVALID', /transactions in the tree/);
    }
  });

  it('is accepted where the source is in the tree of the target, or is its end, or the target itself', () => {
    let accepted = 0;
    for (const [id, since] of pairs as [number, number][]) {
      const [source, target] = [Math.min(id, since), Math.max(id, since)];
      if (source <= blOf(target) || source === target) {
        expect(check(id, since, LEGACY).header.id, `tx ${id} against ${since}`).toBe(BigInt(id));
        accepted++;
      } else expectRefused(() => check(id, since, LEGACY), 'PROOF_INVALID', /place of the source/);
    }
    // 16 with themselves, and what is in or at the end of a tree, both ways.
    expect(accepted).toBe(
      16 + 2 * Array.from({ length: SIZE }, (_, at) => blOf(at + 1)).reduce((a, b) => a + b),
    );
  });

  it('is refused where it lags behind by more than the policy says', () => {
    const narrow = { ...LEGACY, linearAdvance: 3 };
    expectRefused(() => check(9, 12, narrow), 'PROOF_INVALID', /transactions in the tree.*up to 3 less/s);
    expect(check(8, 12, narrow).header.id).toBe(8n);
    expect(MAX_LINEAR_ADVANCE).toBe(62);
  });

  it('tells no root that the next header must hold', () => {
    expect(check(9, 9, LEGACY).nextRoot).toBeUndefined();
    expect(check(12, 12, LEGACY).nextRoot).toEqual(ledger.root(12));
  });
});

describe('a stretch outside of the tree', () => {
  it.each<[string, (proof: ReturnType<NaiveLedger['dualProof']>) => unknown, RegExp]>([
    ['without its proof', (p) => (p.LinearAdvanceProof = undefined), /LinearAdvanceProof/],
    ['with another first term', (p) => (p.LinearAdvanceProof!.linearProofTerms[0] = h()), /linear advance/],
    ['with another last term', (p) => (p.LinearAdvanceProof!.linearProofTerms[3] = h()), /linear advance/],
    ['with a term less', (p) => p.LinearAdvanceProof!.linearProofTerms.pop(), /linear advance/],
    ['with an inclusion less', (p) => p.LinearAdvanceProof!.inclusionProofs.pop(), /linear advance/],
    [
      'with another inclusion',
      (p) => (p.LinearAdvanceProof!.inclusionProofs[1]!.terms[0] = h()),
      /linear advance/,
    ],
  ])('is refused %s', (_, change, message) => {
    const ledger = history();
    const answer = ledger.verifiableTx(8, 14);
    expect(answer.dualProof!.LinearAdvanceProof!.linearProofTerms).toHaveLength(4);
    change(answer.dualProof!);
    expect(() => verifyTx({ txId: 8n }, answer, ledger.state(14), LEGACY)).toThrow(message);
  });

  it('cannot hide another transaction in the tree than in the chain', () => {
    // The history as everybody knows it, up to a header whose tree lags behind.
    const honest = history();
    const trusted = honest.state(9);
    // A later tree with a forged transaction 6, which the chain from 9 on does not pass.
    const forger = new NaiveLedger();
    for (let id = 1; id <= 9; id++) {
      const blTxId = blOf(id);
      const blRoot = blTxId === 0 ? new Uint8Array(32) : forger.root(blTxId);
      forger.commit([plain(`key ${id}`, id === 6 ? 'forged' : `value ${id}`)], {
        blTxId: BigInt(blTxId),
        blRoot,
      });
    }
    const spliced = honest.verifiableTx(11, 9);
    const lie = forger.fork();
    lie.commit([plain('key 10', 'value 10')], {
      prevAlh: honest.state(9).alh,
      blTxId: 8n,
      blRoot: lie.root(8),
    });
    lie.commit([plain('key 11', 'value 11')], { blTxId: 10n, blRoot: lie.root(10) });
    for (const id of [10, 11]) {
      const answer = lie.verifiableTx(id, 9);
      answer.dualProof!.sourceTxHeader = spliced.dualProof!.sourceTxHeader;
      if (answer.dualProof!.linearProof!.sourceTxId === 9n)
        answer.dualProof!.linearProof!.terms[0] = trusted.alh;
      expect(() => verifyTx({ txId: BigInt(id) }, answer, trusted, LEGACY), `tx ${id}`).toThrow();
    }
  });
});
