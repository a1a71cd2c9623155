// Forged fixtures as an attacker would write them: decoded, changed in one place, encoded again. Each is named after
// the change; the code says at which check it ends.

import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64, utf8 } from '../../src/bytes.js';
import { sha256 } from '../../src/proof/index.js';
import { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import {
  VerifiableEntry,
  VerifiableGetRequest,
  VerifiableReferenceRequest,
  VerifiableSetRequest,
  VerifiableTx,
  VerifiableTxRequest,
  VerifiableZAddRequest,
} from '../../src/wire/immudb/schema/verifiable.js';
import { type ProofFixture, readProofFixtures } from '../support/proof-fixtures.js';
import { parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';

const files = { v0: readProofFixtures('proof-v0'), v1: readProofFixtures('proof-v1') };

interface Message<T> {
  decode(bytes: Uint8Array): T;
  encode(message: T): { finish(): Uint8Array };
}

function named(name: string, version: 'v0' | 'v1' = 'v1'): ProofFixture {
  const found = files[version].fixtures.find((fixture) => fixture.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

/** The verdict on a fixture with one of its messages changed. */
function verdictOn<T>(
  fixture: ProofFixture,
  field: 'request' | 'response',
  message: Message<T>,
  change: (content: T) => unknown,
  version: 'v0' | 'v1' = 'v1',
): string {
  const content = message.decode(fromBase64(fixture[field])!);
  change(content);
  const { pinned } = parseFixtureFile(JSON.stringify(files[version]));
  const verdict = judge({ ...fixture, [field]: toBase64(message.encode(content).finish()) }, pinned);
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.code;
}

describe('a forged VerifiableGet', () => {
  type Forgery = (answer: VerifiableEntry) => unknown;
  const expiring = { deleted: false, expiration: { expiresAt: 1n }, nonIndexable: false };

  it.each<[string, string, Forgery, string]>([
    ['untouched', 'get plain since 8', () => undefined, 'accepted'],
    ['revision', 'get plain since 8', (a) => (a.entry!.revision = 99n), 'accepted'],
    ['value', 'get plain since 8', (a) => (a.entry!.value = utf8('forged')), 'PROOF_INVALID'],
    [
      'value-and-hash',
      'get plain since 8',
      (a) => {
        a.entry!.value = utf8('forged');
        a.verifiableTx!.tx!.entries[0]!.hValue = sha256(utf8('\0forged'));
      },
      'PROOF_INVALID',
    ],
    ['key', 'get plain since 8', (a) => (a.entry!.key = utf8('other')), 'BINDING_MISMATCH'],
    ['tx', 'get plain since 8', (a) => a.entry!.tx++, 'BINDING_MISMATCH'],
    ['expired', 'get plain since 8', (a) => (a.entry!.expired = true), 'BINDING_MISMATCH'],
    ['metadata-added', 'get plain since 8', (a) => (a.entry!.metadata = expiring), 'PROOF_INVALID'],
    ['metadata-dropped', 'get expiring since 1', (a) => (a.entry!.metadata = undefined), 'PROOF_INVALID'],
    [
      'metadata-deleted',
      'get expiring since 1',
      (a) => (a.entry!.metadata!.deleted = true),
      'BINDING_MISMATCH',
    ],
    [
      'expiry-moved',
      'get expiring since 1',
      (a) => a.entry!.metadata!.expiration!.expiresAt++,
      'PROOF_INVALID',
    ],
    ['reference-target', 'get bound since 8', (a) => (a.entry!.key = utf8('other')), 'PROOF_INVALID'],
    ['reference-binding', 'get bound since 8', (a) => a.entry!.referencedBy!.atTx++, 'BINDING_MISMATCH'],
    [
      'reference-binding-and-tx',
      'get bound since 8',
      (a) => {
        a.entry!.referencedBy!.atTx++;
        a.entry!.tx++;
      },
      'PROOF_INVALID',
    ],
    ['reference-unbound', 'get bound since 8', (a) => (a.entry!.referencedBy!.atTx = 0n), 'PROOF_INVALID'],
    [
      'reference-key',
      'get bound since 8',
      (a) => (a.entry!.referencedBy!.key = utf8('plain')),
      'BINDING_MISMATCH',
    ],
    [
      'reference-metadata',
      'get bound since 8',
      (a) => (a.entry!.referencedBy!.metadata = expiring),
      'PROOF_INVALID',
    ],
    ['reference-target-value', 'get bound since 8', (a) => (a.entry!.value = utf8('forged')), 'accepted'],
    [
      'reference-dropped',
      'get bound since 8',
      (a) => (a.entry!.referencedBy = undefined),
      'BINDING_MISMATCH',
    ],
    ['inclusion-leaf-negative', 'get plain since 8', (a) => (a.inclusionProof!.leaf = -1), 'MALFORMED_PROOF'],
    ['inclusion-width-plus', 'get plain since 8', (a) => a.inclusionProof!.width++, 'PROOF_INVALID'],
    [
      'inclusion-width-huge',
      'get plain since 8',
      (a) => (a.inclusionProof!.width = 2 ** 31 - 1),
      'MALFORMED_PROOF',
    ],
    [
      'inclusion-term-added',
      'get plain since 8',
      (a) => a.inclusionProof!.terms.push(new Uint8Array(32)),
      'PROOF_INVALID',
    ],
    ['inclusion-dropped', 'get plain since 8', (a) => (a.inclusionProof = undefined), 'MALFORMED_PROOF'],
    ['entry-dropped', 'get plain since 8', (a) => (a.entry = undefined), 'MALFORMED_PROOF'],
    ['entries-dropped', 'get plain since 8', (a) => (a.verifiableTx!.tx!.entries = []), 'PROOF_INVALID'],
    [
      'entries-doubled',
      'get plain since 8',
      (a) => a.verifiableTx!.tx!.entries.push(a.verifiableTx!.tx!.entries[0]!),
      'PROOF_INVALID',
    ],
    [
      'outer-header-version',
      'get plain since 8',
      (a) => (a.verifiableTx!.tx!.header!.version = 0),
      'BINDING_MISMATCH',
    ],
    [
      'outer-header-id',
      'get plain since 8',
      (a) => (a.verifiableTx!.tx!.header!.id++, a.verifiableTx!.tx!.header!.blTxId++),
      'BINDING_MISMATCH',
    ],
    [
      'outer-header-dropped',
      'get plain since 8',
      (a) => (a.verifiableTx!.tx!.header = undefined),
      'MALFORMED_PROOF',
    ],
    [
      'dual-proof-dropped',
      'get plain since 8',
      (a) => (a.verifiableTx!.dualProof = undefined),
      'MALFORMED_PROOF',
    ],
    [
      'signature-dropped',
      'get plain since 8',
      (a) => (a.verifiableTx!.signature = undefined),
      'SIGNATURE_MISSING',
    ],
    [
      'signature-emptied',
      'get plain since 8',
      (a) => (a.verifiableTx!.signature!.signature = new Uint8Array(0)),
      'SIGNATURE_MISSING',
    ],
    [
      'signature-extended',
      'get plain since 8',
      (a) =>
        (a.verifiableTx!.signature!.signature = new Uint8Array([...a.verifiableTx!.signature!.signature, 0])),
      'SIGNATURE_INVALID',
    ],
    [
      'signature-key',
      'get plain since 8',
      (a) => (a.verifiableTx!.signature!.publicKey = new Uint8Array(65)),
      'accepted',
    ],
    [
      'everything-dropped',
      'get plain since 8',
      (a) => Object.assign(a, VerifiableEntry.create()),
      'MALFORMED_PROOF',
    ],
  ])('%s (%s)', (_, name, forge, code) => {
    expect(verdictOn(named(name), 'response', VerifiableEntry, forge)).toBe(code);
  });

  it('metadata-invented-in-version-0', () => {
    const forge: Forgery = (a) => (a.entry!.metadata = expiring);
    expect(verdictOn(named('get plain since 8', 'v0'), 'response', VerifiableEntry, forge, 'v0')).toBe(
      'MALFORMED_PROOF',
    );
  });

  it.each<[string, (asked: VerifiableGetRequest) => unknown, string]>([
    ['other-key', (q) => (q.keyRequest!.key = utf8('empty')), 'BINDING_MISMATCH'],
    ['at-other-tx', (q) => (q.keyRequest!.atTx = 1n), 'BINDING_MISMATCH'],
    ['at-tx-beyond-all', (q) => (q.keyRequest!.atTx = 2n ** 64n - 1n), 'MALFORMED_FIXTURE'],
    ['no-key', (q) => (q.keyRequest!.key = new Uint8Array(0)), 'MALFORMED_FIXTURE'],
    ['no-key-request', (q) => (q.keyRequest = undefined), 'MALFORMED_FIXTURE'],
    // What else is asked of the server does not change what its answer proves.
    ['since-tx', (q) => (q.keyRequest!.sinceTx = 3n), 'accepted'],
    ['at-revision', (q) => (q.keyRequest!.atRevision = 1n), 'accepted'],
  ])('for the request %s', (_, change, code) => {
    expect(verdictOn(named('get plain since 8'), 'request', VerifiableGetRequest, change)).toBe(code);
  });
});

describe('a forged VerifiableTxById', () => {
  type Forgery = (answer: VerifiableTx) => unknown;
  const digest = new Uint8Array(32);

  it.each<[string, string, Forgery, string]>([
    ['untouched', 'tx 17 since 3', () => undefined, 'accepted'],
    ['source-time', 'tx 17 since 3', (a) => a.dualProof!.sourceTxHeader!.ts++, 'PROOF_INVALID'],
    ['target-time', 'tx 17 since 3', (a) => a.dualProof!.targetTxHeader!.ts++, 'PROOF_INVALID'],
    [
      'target-and-outer-time',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.ts++, a.tx!.header!.ts++),
      'PROOF_INVALID',
    ],
    ['bl-tx-id-minus', 'tx 17 since 3', (a) => a.dualProof!.targetTxHeader!.blTxId--, 'PROOF_INVALID'],
    ['bl-tx-id-equal', 'tx 17 since 3', (a) => a.dualProof!.targetTxHeader!.blTxId++, 'PROOF_INVALID'],
    [
      'bl-tx-id-huge',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.blTxId = 2n ** 63n),
      'MALFORMED_PROOF',
    ],
    [
      'id-huge',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.id = 2n ** 64n - 1n),
      'MALFORMED_PROOF',
    ],
    ['version-2', 'tx 17 since 3', (a) => (a.dualProof!.targetTxHeader!.version = 2), 'MALFORMED_PROOF'],
    [
      'version-negative',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.version = -1),
      'MALFORMED_PROOF',
    ],
    [
      'nentries-negative',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.nentries = -1),
      'MALFORMED_PROOF',
    ],
    [
      'nentries-huge',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.nentries = 2 ** 31 - 1),
      'PROOF_TOO_LARGE',
    ],
    [
      'header-extra-long',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader!.metadata = { truncatedTxID: 0n, extra: new Uint8Array(257) }),
      'MALFORMED_PROOF',
    ],
    ['inclusion-term-dropped', 'tx 17 since 3', (a) => a.dualProof!.inclusionProof.pop(), 'PROOF_INVALID'],
    [
      'inclusion-65-terms',
      'tx 17 since 3',
      (a) => (a.dualProof!.inclusionProof = new Array<Uint8Array>(65).fill(digest)),
      'PROOF_TOO_LARGE',
    ],
    [
      'consistency-terms-swapped',
      'tx 17 since 3',
      (a) => a.dualProof!.consistencyProof.reverse(),
      'PROOF_INVALID',
    ],
    [
      'last-inclusion-dropped',
      'tx 17 since 3',
      (a) => (a.dualProof!.lastInclusionProof = []),
      'PROOF_INVALID',
    ],
    ['target-bl-tx-alh', 'tx 17 since 3', (a) => (a.dualProof!.targetBlTxAlh = digest), 'PROOF_INVALID'],
    ['linear-dropped', 'tx 17 since 3', (a) => (a.dualProof!.linearProof = undefined), 'MALFORMED_PROOF'],
    [
      'linear-term-short',
      'tx 17 since 3',
      (a) => (a.dualProof!.linearProof!.terms[0] = digest.slice(1)),
      'MALFORMED_PROOF',
    ],
    ['linear-target', 'tx 17 since 3', (a) => a.dualProof!.linearProof!.TargetTxId++, 'PROOF_INVALID'],
    [
      'advance-added',
      'tx 17 since 3',
      (a) => (a.dualProof!.LinearAdvanceProof = { linearProofTerms: [digest], inclusionProofs: [] }),
      'PROOF_INVALID',
    ],
    [
      'source-and-target-swapped',
      'tx 17 since 3',
      (a) => {
        const d = a.dualProof!;
        [d.sourceTxHeader, d.targetTxHeader] = [d.targetTxHeader, d.sourceTxHeader];
      },
      'BINDING_MISMATCH',
    ],
    [
      'source-as-target',
      'tx 17 since 3',
      (a) => (a.dualProof!.targetTxHeader = a.dualProof!.sourceTxHeader),
      'BINDING_MISMATCH',
    ],
    ['entry-key', 'tx 17 since 3', (a) => (a.tx!.entries[0]!.key = utf8('\0forged')), 'PROOF_INVALID'],
    [
      'entry-key-empty',
      'tx 17 since 3',
      (a) => (a.tx!.entries[0]!.key = new Uint8Array(0)),
      'MALFORMED_PROOF',
    ],
    [
      'entry-key-huge',
      'tx 17 since 3',
      (a) => (a.tx!.entries[0]!.key = new Uint8Array(65_536)),
      'MALFORMED_PROOF',
    ],
    [
      'entry-metadata',
      'tx 17 since 3',
      (a) => (a.tx!.entries[0]!.metadata = { deleted: true, expiration: undefined, nonIndexable: false }),
      'PROOF_INVALID',
    ],
    [
      'entry-value-shown',
      'tx 17 since 3',
      (a) => (a.tx!.entries[0]!.value = utf8('forged')),
      'PROOF_INVALID',
    ],
    [
      'resolved-entry-shown',
      'tx 17 since 3',
      (a) =>
        a.tx!.kvEntries.push(VerifiableEntry.decode(fromBase64(named('get plain since 8').response)!).entry!),
      'MALFORMED_PROOF',
    ],
  ])('%s (%s)', (_, name, forge, code) => {
    expect(verdictOn(named(name), 'response', VerifiableTx, forge)).toBe(code);
  });

  it('of another transaction than asked for', () => {
    const change = (asked: VerifiableTxRequest) => asked.tx++;
    expect(verdictOn(named('tx 17 since 3'), 'request', VerifiableTxRequest, change)).toBe(
      'BINDING_MISMATCH',
    );
  });

  it('with filtered entries is accepted for its header, if what is listed is right in itself', () => {
    const fixture = named('tx 17 since 3');
    const request = VerifiableTxRequest.decode(fromBase64(fixture.request)!);
    request.entriesSpec = {
      kvEntriesSpec: { action: 2 },
      zEntriesSpec: undefined,
      sqlEntriesSpec: undefined,
    };
    const filtered = { ...fixture, request: toBase64(VerifiableTxRequest.encode(request).finish()) };
    const verdict = (change: (answer: VerifiableTx) => unknown) =>
      verdictOn(filtered, 'response', VerifiableTx, change);
    expect(verdict(() => undefined)).toBe('accepted');
    expect(verdict((a) => (a.tx!.entries = []))).toBe('accepted');
    expect(verdict((a) => (a.tx!.entries = [{ ...a.tx!.entries[0]!, value: utf8('forged') }]))).toBe(
      'PROOF_INVALID',
    );
    expect(verdict((a) => (a.tx!.header!.ts += 1n))).toBe('BINDING_MISMATCH');
  });
});

describe('a forged write', () => {
  it.each<[string, string, (asked: VerifiableSetRequest) => unknown, string]>([
    [
      'other-value',
      'set one since 1',
      (q) => (q.setRequest!.KVs[0]!.value = utf8('forged')),
      'BINDING_MISMATCH',
    ],
    ['other-key', 'set one since 1', (q) => (q.setRequest!.KVs[0]!.key = utf8('forged')), 'BINDING_MISMATCH'],
    [
      'metadata-not-asked-for',
      'set attributes since 22',
      (q) => (q.setRequest!.KVs[0]!.metadata = undefined),
      'BINDING_MISMATCH',
    ],
    ['one-key-less', 'set five since 9', (q) => q.setRequest!.KVs.pop(), 'BINDING_MISMATCH'],
    ['other-order', 'set five since 9', (q) => q.setRequest!.KVs.reverse(), 'BINDING_MISMATCH'],
    ['no-keys', 'set one since 1', (q) => (q.setRequest!.KVs = []), 'MALFORMED_FIXTURE'],
    ['no-set-request', 'set one since 1', (q) => (q.setRequest = undefined), 'MALFORMED_FIXTURE'],
  ])('for the request %s (%s)', (_, name, change, code) => {
    expect(verdictOn(named(name), 'request', VerifiableSetRequest, change)).toBe(code);
  });

  it('answered by an older transaction', () => {
    const one = named('set one since 1');
    const later = { ...one, trustedTxId: 23, trustedTxHash: alhOf(23) };
    const { pinned } = parseFixtureFile(JSON.stringify(files.v1));
    expect(judge(later, pinned)).toMatchObject({ verdict: 'rejected', code: 'BINDING_MISMATCH' });
  });

  it.each<[string, (asked: VerifiableReferenceRequest) => unknown, string]>([
    ['other-target', (q) => (q.referenceRequest!.referencedKey = utf8('forged')), 'BINDING_MISMATCH'],
    ['other-binding', (q) => q.referenceRequest!.atTx++, 'BINDING_MISMATCH'],
    ['bound-to-nothing', (q) => (q.referenceRequest!.atTx = 0n), 'MALFORMED_FIXTURE'],
    ['not-bound', (q) => (q.referenceRequest!.boundRef = false), 'MALFORMED_FIXTURE'],
    ['no-reference-request', (q) => (q.referenceRequest = undefined), 'MALFORMED_FIXTURE'],
  ])('of a reference, for the request %s', (_, change, code) => {
    expect(
      verdictOn(named('set reference bound since 1'), 'request', VerifiableReferenceRequest, change),
    ).toBe(code);
  });

  it.each<[string, (asked: VerifiableZAddRequest) => unknown, string]>([
    ['other-score', (q) => q.zAddRequest!.score++, 'BINDING_MISMATCH'],
    ['negative-score', (q) => (q.zAddRequest!.score = -q.zAddRequest!.score), 'BINDING_MISMATCH'],
    ['score-nan', (q) => (q.zAddRequest!.score = Number.NaN), 'MALFORMED_FIXTURE'],
    ['other-set', (q) => (q.zAddRequest!.set = utf8('forged')), 'BINDING_MISMATCH'],
    ['no-set', (q) => (q.zAddRequest!.set = new Uint8Array(0)), 'MALFORMED_FIXTURE'],
    ['no-request', (q) => (q.zAddRequest = undefined), 'MALFORMED_FIXTURE'],
  ])('of a member of a sorted set, for the request %s', (_, change, code) => {
    expect(verdictOn(named('sorted set add bound since 1'), 'request', VerifiableZAddRequest, change)).toBe(
      code,
    );
  });
});

function alhOf(txId: number): string {
  return toBase64(ImmutableState.decode(fromBase64(named(`state@${txId}`).response)!).txHash);
}

describe('a forged CurrentState', () => {
  it.each<[string, (answer: ImmutableState) => unknown, string]>([
    ['untouched', () => undefined, 'accepted'],
    [
      'precommitted',
      (a) => Object.assign(a, { precommittedTxId: 99n, precommittedTxHash: new Uint8Array(32) }),
      'accepted',
    ],
    ['tx-id', (a) => a.txId++, 'SIGNATURE_INVALID'],
    ['tx-hash', (a) => (a.txHash = new Uint8Array(32)), 'SIGNATURE_INVALID'],
    ['tx-hash-short', (a) => (a.txHash = a.txHash.slice(1)), 'MALFORMED_PROOF'],
    ['empty-with-a-history', (a) => (a.txId = 0n), 'PROOF_INVALID'],
    ['database', (a) => (a.db = 'otherdb'), 'DATABASE_MISMATCH'],
    ['database-case', (a) => (a.db = a.db.toUpperCase()), 'DATABASE_MISMATCH'],
    ['signature-dropped', (a) => (a.signature = undefined), 'SIGNATURE_MISSING'],
    [
      'signature-of-another-state',
      (a) => (a.signature = ImmutableState.decode(fromBase64(named('state@4').response)!).signature),
      'SIGNATURE_INVALID',
    ],
    ['everything-dropped', (a) => Object.assign(a, ImmutableState.create()), 'MALFORMED_PROOF'],
  ])('%s', (_, forge, code) => {
    expect(verdictOn(named('state@9'), 'response', ImmutableState, forge)).toBe(code);
  });
});
