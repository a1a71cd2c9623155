// Proofs: paths of other lengths, other digests, other positions, and of sizes that are an attack by themselves.

import type { DualProof } from '../../../src/wire/immudb/schema/proof.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import { refused } from '../attempt.js';
import { type Case, DOES_NOT_HOLD, flipped, type Forgery, inTx, isCostly, only } from './forgery.js';

type Terms = Uint8Array[];

const digest = (): Uint8Array => new Uint8Array(32).fill(7);

const PATHS: Readonly<Record<string, (proof: DualProof, change: (terms: Terms) => Terms) => void>> = {
  inclusion: (proof, change) => (proof.inclusionProof = change(proof.inclusionProof)),
  consistency: (proof, change) => (proof.consistencyProof = change(proof.consistencyProof)),
  'last inclusion': (proof, change) => (proof.lastInclusionProof = change(proof.lastInclusionProof)),
  linear: (proof, change) => (proof.linearProof!.terms = change(proof.linearProof!.terms)),
};

/** A path that is empty can only grow. */
const orOneMore = (change: (terms: Terms) => Terms) => (terms: Terms) =>
  terms.length === 0 ? [digest()] : change(terms);

const LENGTHS: readonly (readonly [name: string, change: (terms: Terms) => Terms])[] = [
  ['one digest more', (terms) => [...terms, digest()]],
  ['one more in front', (terms) => [digest(), ...terms]],
  ['the last digest twice', orOneMore((terms) => [...terms, terms.at(-1)!])],
  ['the last digest missing', orOneMore((terms) => terms.slice(0, -1))],
  ['the first digest missing', orOneMore((terms) => terms.slice(1))],
  ['none', orOneMore(() => [])],
  ['a digest of 31 bytes', (terms) => [...terms.slice(0, -1), digest().slice(1)]],
  ['a digest of 33 bytes', (terms) => [...terms.slice(0, -1), new Uint8Array(33)]],
  ['an empty digest', (terms) => [...terms.slice(0, -1), new Uint8Array()]],
  ['one bit turned', orOneMore((terms) => [...terms.slice(0, -1), flipped(terms.at(-1)!)])],
];

const invalid = () => refused(...DOES_NOT_HOLD);
const tooLarge = () => refused('PROOF_TOO_LARGE', ...DOES_NOT_HOLD);
const many = (count: number): Terms => Array.from({ length: count }, digest);

const inProof = (change: (proof: DualProof, answer: VerifiableTx) => void) =>
  inTx((answer) => {
    change(answer.dualProof!, answer);
  });

const paths = Object.entries(PATHS).flatMap(([path, of]): Forgery[] => [
  ...LENGTHS.map(([name, change]) => ({
    row: 31,
    name: `${path} proof: ${name}`,
    lies: inProof((proof) => {
      of(proof, change);
    }),
    expect: invalid,
  })),
  ...[65, 20_000].map((count) => ({
    row: 32,
    name: `${path} proof: ${count} digests`,
    lies: inProof((proof) => {
      of(proof, () => many(count));
    }),
    expect: (of: Case) => (count <= 65 || isCostly(of) ? tooLarge() : undefined),
  })),
]);

/** The way from an entry to its transaction, which only a read of one entry has. */
const entryPath = (
  row: number,
  name: string,
  change: (proof: { leaf: number; width: number; terms: Terms }) => void,
) =>
  ({
    row,
    name: `entry's proof: ${name}`,
    lies: {
      VerifiableGet: ({ response }) => {
        change(response.inclusionProof!);
        return response;
      },
    },
    expect: tooLarge,
  }) satisfies Forgery;

const entryPaths: readonly Forgery[] = [
  ...LENGTHS.map(([name, change]) => entryPath(31, name, (proof) => (proof.terms = change(proof.terms)))),
  entryPath(31, 'another position', (proof) => (proof.leaf += 1)),
  entryPath(31, 'the position before', (proof) => (proof.leaf -= 1)),
  entryPath(31, 'a wider tree', (proof) => (proof.width += 1)),
  entryPath(31, 'a narrower tree', (proof) => (proof.width -= 1)),
  entryPath(32, 'a tree of 2^31 - 1', (proof) => (proof.width = 2 ** 31 - 1)),
  entryPath(32, 'a tree of nothing', (proof) => (proof.width = 0)),
  entryPath(32, 'a negative position', (proof) => (proof.leaf = -1)),
  entryPath(32, 'position 2^31 - 1', (proof) => (proof.leaf = 2 ** 31 - 1)),
  {
    ...entryPath(32, '20,000 digests', (proof) => (proof.terms = many(20_000))),
    expect: (of: Case) => (isCostly(of) ? tooLarge() : undefined),
  },
];

const wholes: readonly Forgery[] = [
  { row: 31, name: 'no proof at all', lies: inTx((tx) => (tx.dualProof = undefined)), expect: invalid },
  {
    row: 31,
    name: 'no linear proof',
    lies: inProof((proof) => (proof.linearProof = undefined)),
    expect: invalid,
  },
  {
    row: 31,
    name: 'no older header',
    lies: inProof((proof) => (proof.sourceTxHeader = undefined)),
    expect: invalid,
  },
  {
    row: 31,
    name: 'no newer header',
    lies: inProof((proof) => (proof.targetTxHeader = undefined)),
    expect: invalid,
  },
  { row: 31, name: 'no transaction', lies: inTx((tx) => (tx.tx = undefined)), expect: invalid },
  {
    row: 31,
    name: 'the proof the other way round',
    lies: inProof((proof) => {
      [proof.sourceTxHeader, proof.targetTxHeader] = [proof.targetTxHeader, proof.sourceTxHeader];
    }),
    expect: invalid,
  },
  {
    row: 31,
    name: "the last tree's leaf: one bit turned",
    lies: inProof((proof) => (proof.targetBlTxAlh = flipped(proof.targetBlTxAlh))),
    expect: invalid,
  },
  {
    row: 33,
    name: 'a linear proof from further back',
    lies: inProof((proof) => (proof.linearProof!.sourceTxId -= 2n)),
    expect: invalid,
  },
  {
    row: 33,
    name: 'a linear proof of 40 steps that would have to be walked',
    lies: inProof((proof) => {
      proof.linearProof = { ...proof.linearProof!, sourceTxId: 1n, terms: many(40) };
    }),
    expect: tooLarge,
  },
  {
    row: 33,
    name: 'a linear advance of 20,000 steps',
    lies: inProof((proof) => {
      const step = { leaf: 0, width: 1, terms: [digest()] };
      proof.LinearAdvanceProof = {
        linearProofTerms: many(20_000),
        inclusionProofs: Array.from({ length: 20_000 }, () => step),
      };
    }),
    expect: (of: Case) => (isCostly(of) ? tooLarge() : undefined),
  },
  {
    row: 52,
    name: 'a linear proof to 2^64 - 1',
    lies: inProof((proof) => (proof.linearProof!.TargetTxId = 2n ** 64n - 1n)),
    expect: invalid,
  },
  {
    row: 32,
    name: '20,000 entries in one transaction',
    lies: only(
      inTx(({ tx }) => {
        tx!.entries = Array.from({ length: 20_000 }, () => tx!.entries[0]!);
      }),
      'VerifiableTxById',
      'VerifiableSet',
    ),
    expect: (of: Case) => (isCostly(of) ? tooLarge() : undefined),
  },
];

export const PROOF_FORGERIES: readonly Forgery[] = [...paths, ...entryPaths, ...wholes];
