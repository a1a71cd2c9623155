// Two honest-looking histories. A server that proves another one than the trusted is told apart from a damaged message,
// because only the first is evidence.

import { describe, expect, it } from 'vitest';
import {
  type LedgerState,
  parseStateKey,
  verifyEntry,
  verifySet,
  verifyState,
  verifyTx,
} from '../../src/proof/index.js';
import { bytes } from './naive-ledger.js';
import { expectRefused } from './expect-refused.js';
import { filledLedger, h, newSigningKey, plain } from './naive-ledger.js';

const signer = newSigningKey();
const pinned = { database: 'defaultdb', keys: [parseStateKey(signer.publicKey)] };
const unpinned = { database: 'defaultdb' };

const ours = filledLedger(12, { signingKey: signer.privateKey });
const theirs = ours.fork();
for (let id = 13; id <= 20; id++) {
  ours.commit([plain('key', `ours ${id}`)]);
  theirs.commit([plain('key', `theirs ${id}`)]);
}

describe('an answer from another history', () => {
  const relations: readonly [string, number, number][] = [
    ['after the trusted transaction', 16, 18],
    ['right after it', 16, 17],
    ['of the trusted transaction itself', 16, 16],
    ['before it', 16, 14],
    ['right before it', 16, 15],
    ['from before the fork', 16, 5],
  ];

  it.each(relations)('is a fork, for a transaction %s (trusting %i, asking for %i)', (_, trustedId, id) => {
    const trusted = ours.state(trustedId);
    const answer = theirs.verifiableTx(id, trustedId);
    for (const policy of [pinned, unpinned]) {
      const error = expectRefused(
        () => verifyTx({ txId: BigInt(id) }, answer, trusted, policy),
        'FORK_DETECTED',
      );
      expect(error.trusted).toEqual(trusted);
      expect(error.offered).toEqual(theirs.state(trustedId));
      expect(error.evidence).toBe(answer);
    }
    const honest = ours.verifiableTx(id, trustedId);
    expect(verifyTx({ txId: BigInt(id) }, honest, trusted, pinned).alh).toEqual(ours.state(id).alh);
  });

  it.each(relations)(
    'is no fork but a refusal where it is not signed by a pinned key: %s',
    (_, trustedId, id) => {
      const trusted = ours.state(trustedId);
      const stranger = { database: 'defaultdb', keys: [parseStateKey(newSigningKey().publicKey)] };
      const answer = theirs.verifiableTx(id, trustedId);
      expectRefused(() => verifyTx({ txId: BigInt(id) }, answer, trusted, stranger), 'SIGNATURE_INVALID');
      expectRefused(
        () => verifyTx({ txId: BigInt(id) }, { ...answer, signature: undefined }, trusted, pinned),
        'SIGNATURE_MISSING',
      );
    },
  );

  it.each(relations)('is no fork but damage where it does not hold in itself: %s', (_, trustedId, id) => {
    const trusted = ours.state(trustedId);
    const answer = theirs.verifiableTx(id, trustedId);
    answer.dualProof!.linearProof!.terms[0] = h();
    expectRefused(() => verifyTx({ txId: BigInt(id) }, answer, trusted, unpinned), 'PROOF_INVALID');
  });

  it('is a fork for reads and writes alike', () => {
    const trusted = ours.state(16);
    const read = theirs.verifiableEntry(17, 0, 16);
    expectRefused(() => verifyEntry({ key: bytes('key') }, read, trusted, pinned), 'FORK_DETECTED');
    const write = { entries: [{ key: bytes('key'), value: bytes('theirs 17') }] };
    expectRefused(() => verifySet(write, theirs.verifiableTx(17, 16), trusted, pinned), 'FORK_DETECTED');
  });

  it('cannot be told where nothing of it is trusted yet', () => {
    expect(verifyTx({ txId: 18n }, theirs.verifiableTx(18), undefined, pinned).trusted).toBeUndefined();
    expect(verifyTx({ txId: 18n }, theirs.verifiableTx(18, 12), ours.state(12), pinned).trusted).toEqual(
      ours.state(12),
    );
  });
});

describe('a proof about other transactions than asked for and trusted', () => {
  it.each([
    ['an older transaction', 9, 10, 16],
    ['a newer transaction', 11, 10, 16],
    ['from an older state', 18, 18, 15],
    ['from a newer state', 18, 18, 17],
    ['from no state', 18, 18, 0],
  ])('%s is refused', (_, answered, asked, since) => {
    const answer = ours.verifiableTx(answered, since);
    expectRefused(
      () => verifyTx({ txId: BigInt(asked) }, answer, ours.state(16), pinned),
      'BINDING_MISMATCH',
    );
  });

  it('is refused on first contact as well, where the server may otherwise show what it likes', () => {
    for (const [id, since] of [
      [17, 16],
      [16, 17],
      [16, 0],
    ] as const) {
      expectRefused(
        () => verifyTx({ txId: 17n }, ours.verifiableTx(id, since), undefined, unpinned),
        'BINDING_MISMATCH',
      );
    }
    const forged = ours.verifiableTx(17);
    forged.dualProof!.lastInclusionProof[0] = h();
    expectRefused(() => verifyTx({ txId: 17n }, forged, undefined, unpinned), 'PROOF_INVALID');
  });

  it('takes the state of an empty ledger for first contact, and says what it was checked against', () => {
    const empty: LedgerState = { txId: 0n, alh: h() };
    const proven = verifyTx({ txId: 17n }, ours.verifiableTx(17), empty, pinned);
    expect([proven.trusted, proven.state]).toEqual([empty, ours.state(17)]);
  });
});

describe('the header shown beside the proof', () => {
  it.each([
    [
      'of another transaction',
      (answer: ReturnType<typeof ours.verifiableTx>) => (answer.tx!.header = ours.verifiableTx(9).tx!.header),
    ],
    [
      'with another version',
      (answer: ReturnType<typeof ours.verifiableTx>) => (answer.tx!.header!.version = 0),
    ],
    ['with another time', (answer: ReturnType<typeof ours.verifiableTx>) => answer.tx!.header!.ts++],
    [
      'with metadata',
      (answer: ReturnType<typeof ours.verifiableTx>) =>
        (answer.tx!.header!.metadata = { truncatedTxID: 3n, extra: new Uint8Array(0) }),
    ],
    [
      'of the other history',
      (answer: ReturnType<typeof ours.verifiableTx>) =>
        (answer.tx!.header = theirs.verifiableTx(17).tx!.header),
    ],
  ])('%s is refused', (_, change) => {
    for (const since of [0, 12, 16, 17, 20]) {
      const answer = ours.verifiableTx(17, since);
      change(answer);
      const trusted = since === 0 ? undefined : ours.state(since);
      expectRefused(
        () => verifyTx({ txId: 17n }, answer, trusted, pinned),
        'BINDING_MISMATCH',
        /header shown/,
      );
    }
  });
});

describe('a state', () => {
  it.each([
    ['first', undefined, 16],
    ['newer', 12, 16],
    ['equal', 16, 16],
  ] as const)('is %s', (relation, trusted, id) => {
    const checked = verifyState(ours.currentState(id), trusted && ours.state(trusted), pinned);
    expect(checked).toEqual({ state: ours.state(id), signed: true, relation });
  });

  it('is unsigned only where no key is pinned', () => {
    expect(verifyState(ours.currentState(), undefined, unpinned).signed).toBe(false);
  });

  it('that is older is a rollback, also down to nothing', () => {
    const trusted = ours.state(16);
    for (const id of [15, 1, 0]) {
      const error = expectRefused(
        () => verifyState(ours.currentState(id), trusted, pinned),
        'ROLLBACK_DETECTED',
      );
      expect([error.trusted, error.offered]).toEqual([trusted, ours.state(id)]);
    }
  });

  it('of the same transaction and another history is a fork', () => {
    const error = expectRefused(
      () => verifyState(theirs.currentState(16), ours.state(16), pinned),
      'FORK_DETECTED',
    );
    expect([error.trusted, error.offered]).toEqual([ours.state(16), theirs.state(16)]);
  });

  it('that is not signed is neither, whatever it claims', () => {
    const unsigned = { ...theirs.currentState(16), signature: undefined };
    expectRefused(() => verifyState(unsigned, ours.state(16), pinned), 'SIGNATURE_MISSING');
    expectRefused(
      () => verifyState({ ...ours.currentState(3), signature: undefined }, ours.state(16), pinned),
      'SIGNATURE_MISSING',
    );
  });

  it.each(['otherdb', 'DEFAULTDB', 'defaultdb ', ''])('of database %j is refused', (db) => {
    expectRefused(
      () => verifyState({ ...ours.currentState(), db }, undefined, pinned),
      'DATABASE_MISMATCH',
      /database/,
    );
    expectRefused(
      () => verifyState({ ...ours.currentState(), db }, undefined, unpinned),
      'DATABASE_MISMATCH',
    );
  });

  it.each([
    ['an empty ledger with a history', { txId: 0n, txHash: h(h()) }, 'PROOF_INVALID'],
    ['an id below zero', { txId: -1n }, 'MALFORMED_PROOF'],
    ['an id beyond all ids', { txId: 2n ** 63n }, 'MALFORMED_PROOF'],
    ['an id that is a number', { txId: 7 }, 'MALFORMED_PROOF'],
    ['a hash of 31 bytes', { txHash: new Uint8Array(31) }, 'MALFORMED_PROOF'],
    ['no hash', { txHash: undefined }, 'MALFORMED_PROOF'],
  ] as const)('with %s is refused', (_, change, code) => {
    const state = Object.assign(ours.currentState(), change);
    expectRefused(() => verifyState(state, undefined, unpinned), code);
  });
});
