// The way from an entry to the trusted state, step by step: computed again by the test, and compared with the paths of a
// naive tree. That answers of a real immudb come out right is shown by the recorded ones.

import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../src/bytes.js';
import {
  parseStateKey,
  type ProvenPath,
  type RawVerifiableTx,
  verifyEntry,
  verifyPath,
} from '../../src/proof/index.js';
import { climb } from '../../src/proof/verify/merkle-steps.js';
import { VerifiableEntry, VerifiableTx } from '../../src/wire/immudb/schema/verifiable.js';
import { readProofFixtures } from '../support/proof-fixtures.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import { bitMutants, shapeMutants } from './mutate.js';
import { bytes, h, mutable, NaiveLedger, plain } from './naive-ledger.js';
import { firstError } from './naive-path.js';
import { NaiveTree, payloads } from './naive-tree.js';
import { fingerprint } from './recorded.js';

const SIZE = 40;
const policy = { database: 'defaultdb' };

const keyOf = (id: number, index: number) => `key ${id}/${index}`;
const entriesOf = (id: number) => 1 + (id % 9);

/** Transactions with one to nine entries each. */
function history(version: 0 | 1 = 1): NaiveLedger {
  const ledger = new NaiveLedger({ version });
  for (let id = 1; id <= SIZE; id++) {
    const entries = Array.from({ length: entriesOf(id) }, (_, i) => plain(keyOf(id, i), `value ${id}/${i}`));
    ledger.commit(entries);
  }
  return ledger;
}

const ledger = history();

function pathOf(key: string, id: number, since: number, from: NaiveLedger = ledger): ProvenPath | undefined {
  const trusted = since === 0 ? undefined : from.state(since);
  return verifyPath({ key: bytes(key), txId: BigInt(id) }, from.verifiableTx(id, since), trusted, policy)
    .path;
}

const every = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe('the path of an entry', () => {
  it.each([1, 0] as const)(
    'leads from every entry of a history of version %i to any trusted state',
    (version) => {
      const from = version === 1 ? ledger : history(0);
      const states = [0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 32, 33, SIZE - 1, SIZE];
      for (let id = 1; id <= SIZE; id++) {
        for (let index = 0; index < entriesOf(id); index++) {
          for (const since of index === 0 ? states : [SIZE]) {
            const path = pathOf(keyOf(id, index), id, since, from)!;
            expect(firstError(path)).toBeUndefined();
            expect(path.entry).toMatchObject({ key: bytes(keyOf(id, index)), index });
            expect(path.entry.valueHash).toEqual(h(bytes(`\0value ${id}/${index}`)));
            expect(path.trusted).toEqual(from.state(Math.max(id, since)));
            expect(path.chain.kind).toBe(id < since ? 'tree' : 'same');
          }
        }
      }
    },
  );

  it('has the siblings that the trees have, each on its side', () => {
    const alhs = every(SIZE, (at) => ledger.state(at + 1).alh);
    for (let id = 1; id < SIZE; id++) {
      const { chain } = pathOf(keyOf(id, 0), id, SIZE)!;
      if (chain.kind !== 'tree') throw new Error('the trusted transaction is a later one');
      expect(chain.steps.map(({ sibling }) => sibling)).toEqual(
        new NaiveTree(alhs).inclusion(id - 1, SIZE - 1),
      );
      expect(chain).toMatchObject({ treeSize: BigInt(SIZE - 1), root: ledger.root(SIZE - 1) });
      expect(chain.target.alh).toEqual(ledger.state(SIZE).alh);
    }
    expect(sidesOf(5, 0)).toEqual(['right', 'right', 'right']);
    expect(sidesOf(5, 3)).toEqual(['left', 'left', 'right']);
    expect(sidesOf(5, 4)).toEqual(['right', 'left']);
    expect(sidesOf(5, 5)).toEqual(['left', 'left']);
    expect(sidesOf(9, 0)).toEqual([]);
  });

  it('is none where the transaction did not write the key', () => {
    expect(pathOf(keyOf(4, 0), 5, SIZE)).toBeUndefined();
    expect(pathOf('key 5/', 5, SIZE)).toBeUndefined();
    expect(pathOf('key 5/00', 5, SIZE)).toBeUndefined();
  });

  it('is of deletions, of what expires, and of transactions with attributes', () => {
    const own = history().fork();
    const deleted = { deleted: true, nonIndexable: false };
    const fleeting = { deleted: false, nonIndexable: true, expiration: { expiresAt: 7n } };
    const id = own.commit([plain('gone', '', deleted), plain('brief', 'x', fleeting)], {
      metadata: { truncatedTxID: 3n, extra: bytes('who') },
    });
    for (const since of [SIZE, id, own.commit([plain('k', 'v')])]) {
      const gone = pathOf('gone', id, since, own)!;
      const brief = pathOf('brief', id, since, own)!;
      expect([firstError(gone), firstError(brief)]).toEqual([undefined, undefined]);
      expect(gone.entry.metadata).toEqual(deleted);
      expect(brief.entry.metadata).toEqual({ deleted: false, nonIndexable: true, expiresAt: 7n });
      expect(gone.transaction.header.metadata).toEqual({ truncatedTxId: 3n, extra: bytes('who') });
    }
    expect(pathOf(keyOf(1, 0), 1, SIZE)!.entry).not.toHaveProperty('metadata');
  });

  it('goes through the tree where trees lag behind, and is refused where it would go around it', () => {
    const lagging = history().fork();
    const behind = (by: number) => ({
      blTxId: BigInt(lagging.size - by),
      blRoot: lagging.root(lagging.size - by),
    });
    lagging.commit([plain('late', 'x')], behind(3));
    const [last, tolerant] = [lagging.size, { ...policy, linearAdvance: 5 }];
    const prove = (id: number) =>
      verifyPath(
        { key: bytes(keyOf(id, 0)), txId: BigInt(id) },
        lagging.verifiableTx(id, last),
        lagging.state(last),
        tolerant,
      ).path!;
    for (const id of [1, SIZE - 4, SIZE - 3]) {
      expect(firstError(prove(id))).toBeUndefined();
      expect(prove(id).chain).toMatchObject({ kind: 'tree', treeSize: BigInt(SIZE - 3) });
    }
    expectRefused(() => prove(SIZE - 2), 'PROOF_INVALID', /place of the source/);
  });

  it('shares no memory: with the answer, with what is trusted, or within itself', () => {
    const raw = ledger.verifiableTx(5, 9);
    const trusted = mutable(ledger.state(9));
    const key = bytes(keyOf(5, 2));
    const { path } = verifyPath({ key, txId: 5n }, raw, trusted, policy);
    const before = fingerprint(path);
    for (const array of arraysIn([raw, trusted, key])) array.fill(7);
    expect(fingerprint(path)).toBe(before);
    const buffers = arraysIn(path).map(({ buffer }) => buffer);
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  it('is wrong for whoever computes it, once a step, a side or a root of it is another', () => {
    const path = mutable(pathOf(keyOf(5, 2), 5, 9)!);
    if (path.chain.kind !== 'tree') throw new Error('the trusted transaction is a later one');
    for (const steps of [path.entrySteps, path.chain.steps]) {
      for (const step of steps) {
        step.side = step.side === 'left' ? 'right' : 'left';
        expect(firstError(path)).toBeDefined();
        step.side = step.side === 'left' ? 'right' : 'left';
      }
    }
    expect(firstError(path)).toBeUndefined();
    for (const array of arraysIn(path)) {
      array[0]! ^= 1;
      expect(firstError(path)).toBeDefined();
      array[0]! ^= 1;
    }
  });
});

describe('a forged answer', () => {
  const request = { key: bytes(keyOf(5, 2)), txId: 5n };
  const refused = (forge: (answer: ReturnType<NaiveLedger['verifiableTx']>) => void, id = 5) => {
    const answer = ledger.verifiableTx(id, 22);
    forge(answer);
    const asked = { key: bytes(keyOf(id, 0)), txId: BigInt(id) };
    return expectRefused(() => verifyPath(asked, answer, ledger.state(22), policy), 'PROOF_INVALID');
  };

  it('with another sibling, or siblings in another order, is refused', () => {
    refused(({ dualProof }) => (dualProof!.inclusionProof[1]![31]! ^= 1));
    refused(({ dualProof }) => dualProof!.inclusionProof.reverse());
    refused(({ dualProof }) => dualProof!.inclusionProof.pop());
    refused(({ dualProof }) => dualProof!.inclusionProof.push(h()));
    // Transaction 21 is the last leaf, whose path has a field of its own.
    refused(({ dualProof }) => (dualProof!.lastInclusionProof[0]![0]! ^= 1), 21);
    expect(firstError(pathOf(keyOf(21, 0), 21, 22)!)).toBeUndefined();
  });

  it('with another root, or other entries, is refused', () => {
    refused(({ dualProof }) => (dualProof!.targetTxHeader!.blRoot[0]! ^= 1));
    refused(({ tx }) => (tx!.entries[0]!.hValue[0]! ^= 1));
    refused(({ tx }) => tx!.entries.reverse());
    refused(({ tx }) => tx!.entries.pop());
  });

  it('of another transaction, or of another history, is refused', () => {
    const other = new NaiveLedger();
    for (let id = 1; id <= 22; id++) other.commit([plain(keyOf(5, 2), 'another')]);
    const check = (answer: RawVerifiableTx) => () => verifyPath(request, answer, ledger.state(22), policy);
    expectRefused(check(ledger.verifiableTx(6, 22)), 'BINDING_MISMATCH');
    expectRefused(check(other.verifiableTx(5, 22)), 'FORK_DETECTED');
  });

  it('is refused or says the same, whichever part of it is changed', () => {
    const answer = ledger.verifiableTx(5, 22);
    const ask = () => verifyPath(request, answer, ledger.state(22), policy).path;
    const honest = fingerprint(ask());
    let refusals = 0;
    const oneBit = (count: number) => (count === 0 ? [] : [count - 1]);
    for (const mutants of [bitMutants(answer, oneBit), shapeMutants(answer)]) {
      for (const mutant of mutants) {
        const undo = mutant.apply();
        let found: unknown;
        const error = refusalOf(() => (found = ask()));
        if (error === undefined) expect(fingerprint(found), mutant.field).toBe(honest);
        else refusals++;
        undo();
      }
    }
    expect(refusals).toBeGreaterThan(500);
  });

  it('is not asked for with a key or a transaction that cannot be', () => {
    const answer = ledger.verifiableTx(5, 22);
    const ask = (key: Uint8Array, txId: bigint) => () =>
      verifyPath({ key, txId }, answer, ledger.state(22), policy);
    expect(ask(new Uint8Array(0), 5n)).toThrow(TypeError);
    expect(ask(request.key, 0n)).toThrow(TypeError);
  });
});

describe('a climb', () => {
  it('takes one sibling for each step, and leads to the root, from each leaf of trees of many sizes', () => {
    for (let size = 1; size <= 70; size++) {
      const leaves = payloads(size);
      const tree = new NaiveTree(leaves);
      for (const index of new Set([0, 1, size >> 1, size - 2, size - 1])) {
        const payload = leaves[index];
        if (payload === undefined) continue;
        const place = { payload, index: BigInt(index), size: BigInt(size) };
        const siblings = tree.inclusion(index, size);
        expect(climb(place, siblings).root).toEqual(tree.root(size));
        expectRefused(() => climb(place, [...siblings, h()]), 'PROOF_INVALID', /length of a Merkle path/);
        if (size > 1) expectRefused(() => climb(place, siblings.slice(1)), 'PROOF_INVALID');
      }
    }
  });
});

describe('paths of answers recorded from immudb', () => {
  it.each(['proof-v0', 'proof-v1'] as const)('%s lead to the trusted state', (file) => {
    const { database, signingPublicKeyPEM, fixtures } = readProofFixtures(file);
    const pinned = { database, keys: [parseStateKey(signingPublicKeyPEM)] };
    const kinds = new Set<string>();
    for (const { rpc, response, trustedTxId, trustedTxHash } of fixtures) {
      if (rpc !== 'VerifiableGet' && rpc !== 'VerifiableTxById') continue;
      const trusted =
        trustedTxId === 0 ? undefined : { txId: BigInt(trustedTxId), alh: fromBase64(trustedTxHash)! };
      const content = fromBase64(response)!;
      const answer =
        rpc === 'VerifiableGet'
          ? VerifiableEntry.decode(content).verifiableTx!
          : VerifiableTx.decode(content);
      for (const { key } of answer.tx!.entries.filter((entry) => entry.key[0] === 0)) {
        const asked = { key: key.subarray(1), txId: answer.tx!.header!.id };
        const { path } = verifyPath(asked, answer, trusted, pinned);
        expect(firstError(path!)).toBeUndefined();
        kinds.add(path!.chain.kind);
      }
    }
    expect([...kinds].sort()).toEqual(['same', 'tree']);
  });

  it('agree with the entry that was proven by its own inclusion proof', () => {
    const { database, fixtures } = readProofFixtures('proof-v1');
    let compared = 0;
    for (const { rpc, response, trustedTxId } of fixtures) {
      if (rpc !== 'VerifiableGet' || trustedTxId !== 0) continue;
      const answer = VerifiableEntry.decode(fromBase64(response)!);
      const key = answer.entry!.referencedBy?.key ?? answer.entry!.key;
      const { header, index } = verifyEntry({ key }, answer, undefined, { database });
      const { path } = verifyPath({ key, txId: header.id }, answer.verifiableTx, undefined, { database });
      expect(path!.entry.index).toBe(index);
      expect(path!.entrySteps.map(({ sibling }) => sibling)).toEqual(
        answer.inclusionProof!.terms.map((term) => new Uint8Array(term)),
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

function sidesOf(id: number, index: number): string[] {
  return pathOf(keyOf(id, index), id, SIZE)!.entrySteps.map(({ side }) => side);
}

/** All byte arrays in a value. */
function arraysIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(arraysIn);
}
