// What a proof tells of the transaction after its target, and when that may be taken without a further proof.

import { describe, expect, it } from 'vitest';
import { extendsHead, verifyTx } from '../../src/proof/index.js';
import { parseDualProof } from '../../src/proof/verify/dual-proof.js';
import { rootAfterTarget } from '../../src/proof/verify/next-root.js';
import { parseHeader } from '../../src/proof/verify/parse-header.js';
import { filledLedger, h, type NaiveLedger, plain } from './naive-ledger.js';
import { NaiveTree } from './naive-tree.js';

const SIZE = 40;
const ledger = filledLedger(SIZE);
const policy = { database: 'defaultdb' };

function headerOf(of: NaiveLedger, id: number) {
  return parseHeader(of.verifiableTx(id).tx?.header, 'header').header;
}

describe('the root that the next header must hold', () => {
  it('is the root over all transactions up to the target, for every size up to 256', () => {
    const long = filledLedger(1);
    const alhs = [long.state(1).alh];
    for (let id = 1; id <= 256; id++) {
      const proof = parseDualProof(long.dualProof(id, id));
      expect(rootAfterTarget(proof), `after ${id}`).toEqual(new NaiveTree(alhs).root(id));
      long.commit([plain('key', `value ${id}`)]);
      alhs.push(long.state(id + 1).alh);
      expect(long.verifiableTx(id + 1).tx?.header?.blRoot, `in header ${id + 1}`).toEqual(
        rootAfterTarget(proof),
      );
    }
  });

  it.each([[0], [1], [7], [16], [SIZE]])('comes with every proven transaction, trusting tx %i', (since) => {
    for (const id of [1, 2, 5, 8, 16, 17, 33, SIZE]) {
      const trusted = since === 0 ? undefined : ledger.state(since);
      const proven = verifyTx({ txId: BigInt(id) }, ledger.verifiableTx(id, since), trusted, policy);
      expect(proven.state).toEqual(ledger.state(Math.max(id, since)));
      expect(proven.nextRoot).toEqual(ledger.root(Math.max(id, since)));
    }
  });
});

describe('extending a head', () => {
  const head = { ...ledger.state(20), nextRoot: ledger.root(20) };
  const next = headerOf(ledger, 21);

  it('takes the next transaction of the same history', () => {
    expect(extendsHead(head, next)).toBe(true);
  });

  it('works from every size', () => {
    for (let id = 1; id < SIZE; id++) {
      expect(extendsHead({ ...ledger.state(id), nextRoot: ledger.root(id) }, headerOf(ledger, id + 1))).toBe(
        true,
      );
    }
  });

  it.each([
    ['the head itself', headerOf(ledger, 20)],
    ['a transaction further on', headerOf(ledger, 22)],
    ['another id', { ...next, id: 22n }],
    ['another tree size', { ...next, blTxId: 19n }],
    ['another predecessor', { ...next, prevAlh: h() }],
    ['another tree', { ...next, blRoot: ledger.root(19) }],
  ])('refuses %s', (_, header) => {
    expect(extendsHead(head, header)).toBe(false);
  });

  it('takes a proof where the head’s root is not known', () => {
    expect(extendsHead(ledger.state(20), next)).toBe(false);
  });

  it('refuses a header that continues the chain over a tree of another past', () => {
    const other = ledger.fork();
    const id = other.commit([plain('a', 'b')], { blRoot: h() });
    const forged = parseHeader(other.verifiableTx(id).tx?.header, 'header').header;
    expect(forged.prevAlh).toEqual(ledger.state(SIZE).alh);
    expect(extendsHead({ ...ledger.state(SIZE), nextRoot: ledger.root(SIZE) }, forged)).toBe(false);
  });
});
