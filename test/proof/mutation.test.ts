// Recorded answers with one thing wrong. None may be accepted with another meaning, and nothing but a VerificationError
// may come out. What is accepted with the same meaning is listed by name, with the reason.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { refusalOf } from './expect-refused.js';
import { type BitChoice, bitMutants, everyBit, type Mutant, shapeMutants } from './mutate.js';
import { fingerprint, readRecorded, type Recorded } from './recorded.js';

Error.stackTraceLimit = 0;
vi.setConfig({ testTimeout: 120_000 });

const all = [...readRecorded('proof-v1'), ...readRecorded('proof-v0')];

/** Fields that may change without changing what is returned: they are part of no result. */
const unproven: ReadonlyMap<string, string> = new Map([
  ['precommittedTxId', 'not signed and not returned: only the committed state counts'],
  ['precommittedTxHash', 'not signed and not returned: only the committed state counts'],
  ['signature.publicKey', 'the key the server names is never used, only the pinned one'],
  ['verifiableTx.signature.publicKey', 'the key the server names is never used, only the pinned one'],
  ['entry.revision', 'no proof covers revision numbers, so none is returned'],
  ['entry.referencedBy.revision', 'no proof covers revision numbers, so none is returned'],
  ['tx.entries[].vLen', 'no hash covers it; it is not returned, and checked only where the value is known'],
  [
    'verifiableTx.tx.entries[].vLen',
    'no hash covers it; it is not returned, and checked only where the value is known',
  ],
]);

/** Further ones behind a reference: the answer shows the target's entry, of which only the key is proven. */
const behindReference: ReadonlyMap<string, string> = new Map([
  ['entry.value', 'the value of the target is not proven by a reference and not returned'],
  [
    'entry.tx',
    'the transaction of the target is not returned; for a bound reference it must be the one it is bound to',
  ],
  ['entry.metadata', 'attributes of the target are not returned; a deleted target is refused'],
  ['entry.metadata.nonIndexable', 'attributes of the target are not returned'],
  ['entry.metadata.expiration', 'attributes of the target are not returned'],
  ['entry.metadata.expiration.expiresAt', 'attributes of the target are not returned'],
]);

/** Other shapes of the same message. */
const sameShape: ReadonlyMap<string, string> = new Map([
  ['tx.kvEntries', 'an absent list is an empty one'],
  ['tx.zEntries', 'an absent list is an empty one'],
  ['tx.header.metadata', 'no metadata hashes like a message without attributes'],
  ['dualProof.sourceTxHeader.metadata', 'no metadata hashes like a message without attributes'],
  ['dualProof.targetTxHeader.metadata', 'no metadata hashes like a message without attributes'],
  [
    'dualProof.consistencyProof',
    'trees of one size need no terms; immudb sends two, which are checked if they are there',
  ],
  ['dualProof.targetBlTxAlh', 'before the first transaction there is no alh, which immudb writes as zeros'],
]);

function allowed(recorded: Recorded, field: string): boolean {
  const isReference =
    recorded.rpc === 'VerifiableGet' &&
    (recorded.answer() as ReferenceAnswer).entry.referencedBy !== undefined;
  if (unproven.has(field) || (isReference && behindReference.has(field))) return true;
  return sameShape.has(field.replace(/^verifiableTx\./, ''));
}

interface ReferenceAnswer {
  readonly entry: { readonly referencedBy?: unknown };
}

interface Tally {
  mutants: number;
  /** Fields of accepted mutants, all with the result of the original. */
  readonly same: Set<string>;
}

/** Checks every mutant, and fails on one that is accepted with another result or on any other error. */
function probe(recorded: Recorded, mutants: (answer: object) => Iterable<Mutant>): Tally {
  const answer = recorded.answer();
  const original = fingerprint(recorded.check(answer));
  const tally: Tally = { mutants: 0, same: new Set() };
  for (const mutant of mutants(answer)) {
    const undo = mutant.apply();
    tally.mutants++;
    let result: unknown;
    try {
      if (refusalOf(() => (result = recorded.check(answer))) !== undefined) continue;
      if (fingerprint(result) !== original)
        expect.fail(`${recorded.name}: ${mutant.field} ${mutant.change}: accepted with another result`);
      tally.same.add(mutant.field);
    } catch (error) {
      throw new Error(`${recorded.name}: ${mutant.field} ${mutant.change}`, { cause: error });
    } finally {
      undo();
    }
  }
  expect(fingerprint(recorded.check(answer)), 'the answer itself').toBe(original);
  const strangers = [...tally.same].filter((field) => !allowed(recorded, field));
  expect(strangers, `${recorded.name}: accepted, though neither proven nor listed`).toEqual([]);
  return tally;
}

/** One of each kind, and of each relation between what is asked for and what is trusted. */
const specimens = [
  'proof-v1: get plain since 8',
  'proof-v1: get bound since 31',
  'proof-v1: get unbound since 0',
  'proof-v1: get expiring since 1',
  'proof-v1: tx 4 since 3',
  'proof-v1: tx 17 since 1',
  'proof-v1: set five since 9',
  'proof-v1: set attributes since 22',
  'proof-v1: set reference bound since 23',
  'proof-v1: sorted set add unbound since 12',
  'proof-v1: state@17',
  'proof-v1: state@0',
  'proof-v0: get plain since 24',
  'proof-v0: tx 9 since 9',
  'proof-v0: set one since 1',
];

function named(name: string): Recorded {
  const found = all.find((recorded) => recorded.name === name);
  if (found === undefined) throw new Error(`There is no recording of ${name}.`);
  return found;
}

describe('every bit of every hash, integer and flag', () => {
  it.each(specimens)('%s', (name) => {
    expect(probe(named(name), (answer) => bitMutants(answer, everyBit)).mutants).toBeGreaterThan(400);
  });
});

const seed = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_007);

/** A few bits of every byte string, others in every run; the seed is printed with a failure. */
function someBits(count: number): BitChoice {
  let state = seed;
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
  return (bitCount) => Array.from({ length: bitCount === 0 ? 0 : count }, () => random() % bitCount);
}

describe(`some bits of all recordings (PROOF_SEED=${seed})`, () => {
  it.each([...new Set(all.map(({ rpc }) => rpc))])('%s', (rpc) => {
    for (const recorded of all)
      if (recorded.rpc === rpc) probe(recorded, (answer) => bitMutants(answer, someBits(1)));
  });
});

describe('lengths, items, presence and types', () => {
  it.each(specimens)('%s', (name) => {
    expect(probe(named(name), (answer) => shapeMutants(answer)).mutants).toBeGreaterThan(50);
  });
});

describe('what is listed as unproven', () => {
  it('is no more than what really is', () => {
    const fewest = [
      'state@17',
      'get bound since 31',
      'get unbound since 0',
      'get set/expiring since 8',
      'tx 17 since 1',
    ];
    const seen = new Set<string>();
    for (const name of fewest) {
      for (const field of probe(named(`proof-v1: ${name}`), (answer) => bitMutants(answer, someBits(1))).same)
        seen.add(field);
      for (const field of probe(named(`proof-v1: ${name}`), (answer) => shapeMutants(answer)).same)
        seen.add(field);
    }
    const listed = [...unproven.keys(), ...behindReference.keys()];
    const neverSeen = listed.filter((field) => !seen.has(field));
    // No recorded target has attributes, so nothing of them can be flipped; the whole message can be added.
    expect(neverSeen.filter((field) => !field.startsWith('entry.metadata.'))).toEqual([]);
  });
});

describe(`anything in the place of anything (PROOF_SEED=${seed})`, () => {
  const replacement = fc.anything({
    withBigInt: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
  });

  it.each(specimens)('%s', (name) => {
    const recorded = named(name);
    const original = fingerprint(recorded.check(recorded.answer()));
    const places = [...placesOf(recorded.answer())];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), replacement), { minLength: 1, maxLength: 3 }), (changes) => {
        const answer = recorded.answer();
        const fields = changes.map(([at, value]) => replaceAt(answer, places[at % places.length]!, value));
        let result: unknown;
        if (refusalOf(() => (result = recorded.check(answer))) !== undefined) return true;
        if (fingerprint(result) !== original) return false;
        const unchanged = fingerprint(answer) === fingerprint(recorded.answer());
        return unchanged || fields.every((field) => field === undefined || allowed(recorded, field));
      }),
      { seed, numRuns: 150 },
    );
    for (const whole of [undefined, null, 0, 'text', [], {}, new Uint8Array(8), () => 0]) {
      expect(
        refusalOf(() => recorded.check(whole)),
        typeof whole,
      ).toBeDefined();
    }
  });
});

function* placesOf(root: object, path: readonly string[] = []): Generator<readonly string[]> {
  for (const [name, value] of Object.entries(root)) {
    yield [...path, name];
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      yield* placesOf(value as object, [...path, name]);
  }
}

/** Replaces what is at a path, if the path still leads anywhere, and names the field. */
function replaceAt(root: object, path: readonly string[], value: unknown): string | undefined {
  let owner: unknown = root;
  for (const name of path.slice(0, -1)) {
    if (typeof owner !== 'object' || owner === null) return undefined;
    owner = (owner as Record<string, unknown>)[name];
  }
  if (typeof owner !== 'object' || owner === null || ArrayBuffer.isView(owner) || Object.isFrozen(owner))
    return undefined;
  (owner as Record<string, unknown>)[path.at(-1)!] = value;
  return path.join('.').replaceAll(/\.\d+/g, '[]');
}
