// What a dishonest server or somebody on the way may try, one attack at a time, against every state of trust: nothing
// trusted yet, an older state, the newest, each with and without a pinned key. An attacker on the way cannot sign; a
// dishonest server signs whatever it likes.

import { describe, expect, it } from 'vitest';
import {
  type LedgerState,
  parseStateKey,
  type RawVerifiableEntry,
  type VerificationPolicy,
  verifyEntry,
  verifySet,
  verifyState,
  verifyTx,
} from '../../src/proof/index.js';
import type { VerificationErrorCode } from '../../src/errors.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import {
  bytes,
  filledLedger,
  h,
  type Mutable,
  naiveAlh,
  NaiveLedger,
  newSigningKey,
  plain,
} from './naive-ledger.js';
import { NaiveTree } from './naive-tree.js';
import { fingerprint } from './recorded.js';

const signer = newSigningKey();
const honest = filledLedger(8, { signingKey: signer.privateKey });
const TX = honest.commit([plain('account', 'owes 100'), plain('other', 'owes 5')]);
honest.commit([plain('account', 'owes 200')]);
const NEWEST = honest.commit([plain('later', 'x')]);

interface Trust {
  readonly name: string;
  readonly since: number;
  readonly policy: VerificationPolicy;
}

const unpinned: VerificationPolicy = { database: 'defaultdb' };
const pinned: VerificationPolicy = { database: 'defaultdb', keys: [parseStateKey(signer.publicKey)] };

const trusts: readonly Trust[] = [unpinned, pinned].flatMap((policy) =>
  [0, 1, 4, TX - 1, TX, TX + 1, NEWEST].map((since) => ({
    name: `${since === 0 ? 'nothing' : `tx ${since}`} trusted, ${policy === pinned ? 'a' : 'no'} key pinned`,
    since,
    policy,
  })),
);

function trustedState(since: number, ledger = honest): LedgerState | undefined {
  return since === 0 ? undefined : ledger.state(since);
}

function readAccount(answer: RawVerifiableEntry, { since, policy }: Trust) {
  return verifyEntry({ key: bytes('account') }, answer, trustedState(since), policy);
}

/** An attacker on the way: changes an honest answer and cannot sign. */
type Tamper = (answer: Mutable<RawVerifiableEntry>, since: number) => unknown;

const onTheWay: readonly [string, Tamper][] = [
  ['swaps the value of another key in', (a) => (a.entry!.value = bytes('owes 5'))],
  ['shows the value of a later transaction', (a) => (a.entry!.value = bytes('owes 200'))],
  ['shows a later transaction’s id', (a) => (a.entry!.tx = BigInt(TX + 1))],
  [
    'shows another key’s proof',
    (a, since) => (a.inclusionProof = honest.verifiableEntry(TX, 1, since).inclusionProof),
  ],
  ['shows the value as expired', (a) => (a.entry!.expired = true)],
  [
    'adds an expiry',
    (a) => (a.entry!.metadata = { deleted: false, expiration: { expiresAt: 1n }, nonIndexable: false }),
  ],
  ['adds a tombstone', (a) => (a.entry!.metadata = { deleted: true, nonIndexable: false })],
  [
    'claims the key was reached through a reference',
    (a) => (a.entry!.referencedBy = { tx: BigInt(TX), key: bytes('account'), atTx: 0n }),
  ],
  ['dates the transaction back', (a) => a.verifiableTx!.tx!.header!.ts--],
  [
    'dates it back in the proof as well',
    (a) => {
      [a.verifiableTx!.tx!.header!, ...headersOf(a)].forEach((x) => x.ts--);
    },
  ],
  ['lowers the version of the header beside the proof', (a) => (a.verifiableTx!.tx!.header!.version = 0)],
  [
    'lowers the version everywhere',
    (a) => {
      [a.verifiableTx!.tx!.header!, ...headersOf(a)].forEach((x) => (x.version = 0));
    },
  ],
  ['hides an entry of the transaction', (a) => a.verifiableTx!.tx!.entries.pop()],
  ['shows an entry twice', (a) => a.verifiableTx!.tx!.entries.push(a.verifiableTx!.tx!.entries[0]!)],
  ['claims a wider tree', (a) => (a.inclusionProof!.width = 3)],
  ['claims another position', (a) => (a.inclusionProof!.leaf = 1)],
  ['lengthens the path', (a) => a.inclusionProof!.terms.push(h())],
  ['empties the path', (a) => (a.inclusionProof!.terms = [])],
  ['shortens a hash', (a) => (a.inclusionProof!.terms[0] = a.inclusionProof!.terms[0]!.slice(1))],
  ['pads a hash', (a) => (a.inclusionProof!.terms[0] = new Uint8Array([...a.inclusionProof!.terms[0]!, 0]))],
  [
    'shortens the tree that a header claims',
    (a) => {
      headersOf(a).forEach((x) => x.blTxId--);
    },
  ],
  ['leaves the proof out', (a) => (a.verifiableTx!.dualProof = undefined)],
  ['leaves the chain out', (a) => (a.verifiableTx!.dualProof!.linearProof = undefined)],
];

function headersOf(answer: Mutable<RawVerifiableEntry>) {
  const { sourceTxHeader, targetTxHeader } = answer.verifiableTx!.dualProof!;
  return [sourceTxHeader!, targetTxHeader!];
}

describe.each(trusts)('with $name', (trust) => {
  const answer = () => honest.verifiableEntry(TX, 0, trust.since);

  it('the honest answer is accepted', () => {
    expect(readAccount(answer(), trust)).toMatchObject({ kind: 'value', value: bytes('owes 100') });
  });

  it.each(onTheWay)('nobody on the way %s', (_, tamper) => {
    const changed = answer();
    tamper(changed, trust.since);
    const refusal = refusalOf(() => readAccount(changed, trust));
    if (refusal === undefined) expect.fail('it was accepted');
    expect(['PROOF_INVALID', 'BINDING_MISMATCH', 'MALFORMED_PROOF', 'SIGNATURE_INVALID']).toContain(
      refusal.code,
    );
  });

  it('an answer is never older than what it is asked to follow', () => {
    if (trust.since < TX) return;
    const request = {
      entries: [
        { key: bytes('account'), value: bytes('owes 100') },
        { key: bytes('other'), value: bytes('owes 5') },
      ],
    };
    const replayed = honest.verifiableTx(TX, trust.since);
    expectRefused(
      () => verifySet(request, replayed, trustedState(trust.since), trust.policy),
      'BINDING_MISMATCH',
      /older/,
    );
  });
});

describe('a dishonest server that signs what it likes', () => {
  /** Another history from some transaction on, consistent in itself and signed. */
  function rewritten(from: number): NaiveLedger {
    const forged = filledLedger(from - 1, { signingKey: signer.privateKey });
    for (let id = from; id <= NEWEST; id++)
      forged.commit([plain('account', 'owes nothing'), plain('other', `rewritten ${id}`)]);
    return forged;
  }

  it.each([2, 5, 8, TX])('cannot rewrite tx %i under a trusted state', (from) => {
    const forged = rewritten(from);
    for (const { since, policy } of trusts) {
      const verify = () =>
        verifyTx({ txId: BigInt(TX) }, forged.verifiableTx(TX, since), trustedState(since), policy);
      if (since >= from) expectRefused(verify, 'FORK_DETECTED');
      else expect(verify().alh).toEqual(forged.state(TX).alh);
    }
  });

  it('cannot splice its history onto the trusted one', () => {
    const forged = rewritten(5);
    for (const since of [5, 8, TX]) {
      const spliced = forged.verifiableTx(NEWEST, since);
      const own = honest.verifiableTx(NEWEST, since).dualProof!;
      for (const part of ['sourceTxHeader', 'inclusionProof', 'consistencyProof'] as const)
        Object.assign(spliced.dualProof!, { [part]: own[part] });
      const verify = () => verifyTx({ txId: BigInt(NEWEST) }, spliced, honest.state(since), pinned);
      expectRefused(verify, 'PROOF_INVALID');
    }
  });

  it('cannot give a transaction another id', () => {
    for (const since of [0, 4, NEWEST]) {
      const renumbered = honest.verifiableTx(TX, since);
      const verify = () => verifyTx({ txId: BigInt(TX + 1) }, renumbered, trustedState(since), pinned);
      expectRefused(verify, 'BINDING_MISMATCH');
      const claimed = honest.verifiableTx(TX, since);
      claimed.tx!.header!.id++;
      const { sourceTxHeader, targetTxHeader } = claimed.dualProof!;
      for (const header of [sourceTxHeader!, targetTxHeader!]) if (header.id === BigInt(TX)) header.id++;
      expect(
        refusalOf(() => verifyTx({ txId: BigInt(TX + 1) }, claimed, trustedState(since), pinned)),
      ).toBeDefined();
    }
  });

  it('cannot sign two states of one transaction unnoticed', () => {
    const forged = rewritten(TX);
    for (const id of [TX, NEWEST]) {
      const equivocal = forged.currentState(id);
      expect(verifyState(equivocal, undefined, pinned).signed).toBe(true);
      const error = expectRefused(() => verifyState(equivocal, honest.state(id), pinned), 'FORK_DETECTED');
      expect(error.evidence).toBe(equivocal);
    }
  });

  it('cannot go back behind what was shown', () => {
    for (let id = 0; id < NEWEST; id++) {
      expectRefused(() => verifyState(honest.currentState(id), honest.state(), pinned), 'ROLLBACK_DETECTED');
    }
  });

  it('cannot pass an empty ledger off as an older one', () => {
    const empty = new NaiveLedger({ signingKey: signer.privateKey });
    expectRefused(() => verifyState(empty.currentState(0), honest.state(1), pinned), 'ROLLBACK_DETECTED');
    expect(verifyState(empty.currentState(0), undefined, pinned).state.txId).toBe(0n);
  });

  it('cannot answer from another database it signs for', () => {
    const other = filledLedger(NEWEST, { signingKey: signer.privateKey, database: 'payroll' });
    for (const since of [0, 4]) {
      const verify = () =>
        verifyTx({ txId: 5n }, other.verifiableTx(5, since), trustedState(since, other), pinned);
      expectRefused(verify, 'SIGNATURE_INVALID');
    }
    expectRefused(() => verifyState(other.currentState(), undefined, pinned), 'DATABASE_MISMATCH');
    const renamed = { ...other.currentState(), db: 'defaultdb' };
    expectRefused(() => verifyState(renamed, undefined, pinned), 'SIGNATURE_INVALID');
  });
});

describe('the linear fake (CVE-2022-36111)', () => {
  // The source says its tree ends early, so that transactions between are only chained; the target's tree holds others
  // in their places. Each proof is right by the rules of old; the headers themselves are what is refused.
  function fake(sourceBlTxId: number, changedId: number) {
    const alhs = Array.from({ length: 6 }, (_, i) => honest.state(i + 1).alh);
    const source = structuredClone(honest.verifiableTx(6).tx!.header!) as Mutable<
      NonNullable<ReturnType<typeof honest.verifiableTx>['tx']>
    >['header'] &
      object;
    source.blTxId = BigInt(sourceBlTxId);
    source.blRoot = new NaiveTree(alhs).root(sourceBlTxId);
    const sourceAlh = naiveAlh(source);
    const leaves = alhs.with(changedId - 1, h(bytes('another'))).with(5, sourceAlh);
    const tree = new NaiveTree(leaves);
    const target = structuredClone(honest.verifiableTx(7).tx!.header!) as typeof source;
    Object.assign(target, { prevAlh: sourceAlh, blTxId: 6n, blRoot: tree.root(6) });
    const proof = honest.dualProof(6, 7);
    Object.assign(proof, {
      sourceTxHeader: source,
      targetTxHeader: target,
      targetBlTxAlh: sourceAlh,
      consistencyProof: tree.consistency(sourceBlTxId, 6),
      lastInclusionProof: tree.inclusion(5, 6),
    });
    return { proof, source, sourceAlh, target };
  }

  it.each([
    [2, 3],
    [2, 4],
    [3, 5],
    [1, 5],
  ])('with a tree that ends at %i and tx %i exchanged is refused', (blTxId, changedId) => {
    const { proof, source, sourceAlh, target } = fake(blTxId, changedId);
    const answer = { tx: { ...honest.verifiableTx(7).tx!, header: target }, dualProof: proof };
    const trusted = { txId: source.id, alh: sourceAlh };
    expectRefused(
      () => verifyTx({ txId: 7n }, answer, trusted, unpinned),
      'PROOF_INVALID',
      /older than 1\.4/,
    );
  });
});

describe('what cannot be proven is not returned', () => {
  it('a stale value is a proven one: nothing says it is the latest', () => {
    const stale = readAccount(honest.verifiableEntry(TX, 0, NEWEST), {
      name: '',
      since: NEWEST,
      policy: pinned,
    });
    expect(stale.header.id).toBeLessThan(BigInt(TX + 1));
    expect(Object.keys(stale).toSorted()).toEqual([
      'alh',
      'entries',
      'header',
      'index',
      'key',
      'kind',
      'metadata',
      'nextRoot',
      'state',
      'trusted',
      'value',
    ]);
  });

  it('a revision number is not part of any result', () => {
    const answer = honest.verifiableEntry(TX, 0);
    const without = fingerprint(readAccount(answer, trusts[0]!));
    Object.assign(answer.entry!, { revision: 77n });
    expect(fingerprint(readAccount(answer, trusts[0]!))).toBe(without);
  });

  it('whether it has expired is for the caller: nothing here reads a clock', () => {
    const ledger = new NaiveLedger();
    ledger.commit([plain('a', 'b', { deleted: false, expiration: { expiresAt: 1n }, nonIndexable: false })]);
    const proven = verifyEntry({ key: bytes('a') }, ledger.verifiableEntry(1, 0), undefined, unpinned);
    expect(proven.metadata?.expiresAt).toBe(1n);
  });
});

describe('every refusal', () => {
  const codes: VerificationErrorCode[] = [
    'MALFORMED_PROOF',
    'PROOF_TOO_LARGE',
    'PROOF_INVALID',
    'BINDING_MISMATCH',
  ];

  it('names the trusted state, the offered one and the evidence as far as they are known', () => {
    for (const [, tamper] of onTheWay) {
      const answer = honest.verifiableEntry(TX, 0, 4);
      tamper(answer, 4);
      const error = refusalOf(() => readAccount(answer, { name: '', since: 4, policy: unpinned }));
      expect(codes).toContain(error?.code);
      expect(error?.trusted).toEqual(honest.state(4));
      expect(error?.evidence).toBe(answer);
      expect(error?.message).toMatch(/^Refused the server's answer\. .+\.$/);
    }
  });
});
