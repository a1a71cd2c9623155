// Recorded answers held against another question than the one they answer: the question is the client's own, and
// every byte of it counts.

import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../src/bytes.js';
import {
  type EntryRequest,
  type LedgerState,
  parseKeyMetadata,
  parseStateKey,
  type SetRequest,
  verifyEntry,
  verifySet,
  verifySetReference,
  verifySortedSetAdd,
  verifyTx,
} from '../../src/proof/index.js';
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
import { refusalOf } from './expect-refused.js';
import { fingerprint } from './recorded.js';

Error.stackTraceLimit = 0;

const files = [readProofFixtures('proof-v1'), readProofFixtures('proof-v0')];

interface Recording {
  readonly name: string;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  readonly trusted: LedgerState | undefined;
  readonly policy: { readonly database: string; readonly keys: readonly ReturnType<typeof parseStateKey>[] };
}

function recordings(rpc: string): readonly Recording[] {
  return files.flatMap(({ database, signingPublicKeyPEM, fixtures }) => {
    const policy = { database, keys: [parseStateKey(signingPublicKeyPEM)] };
    return fixtures
      .filter((fixture) => fixture.rpc === rpc)
      .map((fixture) => ({ ...decoded(fixture), policy }));
  });
}

function decoded({ name, request, response, trustedTxId, trustedTxHash }: ProofFixture) {
  const trusted =
    trustedTxId === 0 ? undefined : { txId: BigInt(trustedTxId), alh: fromBase64(trustedTxHash)! };
  return { name, request: fromBase64(request)!, response: fromBase64(response)!, trusted };
}

/** Every neighbour of some bytes: one bit other, one byte less or more. */
function neighbours(bytes: Uint8Array): Uint8Array[] {
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = new Uint8Array(bytes);
    copy[bit >>> 3]! ^= 1 << (bit & 7);
    return copy;
  });
  const shorter = bytes.length > 1 ? [bytes.slice(1), bytes.slice(0, -1)] : [];
  return [...flipped, ...shorter, new Uint8Array([...bytes, 0]), new Uint8Array([0, ...bytes])];
}

const otherMetadata = [
  { deleted: true, nonIndexable: false },
  { deleted: false, nonIndexable: true },
  { deleted: false, expiresAt: 12_345n, nonIndexable: false },
];

function refused(check: () => unknown, name: string): void {
  if (refusalOf(check) === undefined) expect.fail(`${name}: the answer passed for that of another question`);
}

describe('the answer for one key', () => {
  it('is not that for any other, nor for another transaction', () => {
    for (const { name, request, response, trusted, policy } of recordings('VerifiableGet')) {
      const { key, atTx } = VerifiableGetRequest.decode(request).keyRequest!;
      const answer = VerifiableEntry.decode(response);
      const check = (asked: EntryRequest) => () => verifyEntry(asked, answer, trusted, policy);
      const proven = check(atTx === 0n ? { key } : { key, atTx })();
      const writtenAt = proven.header.id;
      expect(verifyEntry({ key, atTx: writtenAt }, answer, trusted, policy).index).toBe(proven.index);
      for (const other of neighbours(key)) refused(check({ key: other }), name);
      for (const other of [writtenAt - 1n, writtenAt + 1n, writtenAt + 2n ** 32n, 2n ** 63n - 1n]) {
        if (other > 0n) refused(check({ key, atTx: other }), name);
      }
    }
  });
});

describe('the answer for one transaction', () => {
  it('is not that for any other', () => {
    for (const { name, request, response, trusted, policy } of recordings('VerifiableTxById')) {
      const { tx } = VerifiableTxRequest.decode(request);
      const answer = VerifiableTx.decode(response);
      for (const txId of [tx - 1n, tx + 1n, tx + 2n ** 32n, 2n ** 63n - 1n]) {
        if (txId > 0n) refused(() => verifyTx({ txId }, answer, trusted, policy), name);
      }
    }
  });
});

describe('the answer for one write', () => {
  it('is not that for other keys, values, attributes, orders or numbers of entries', () => {
    for (const { name, request, response, trusted, policy } of recordings('VerifiableSet')) {
      const { KVs } = VerifiableSetRequest.decode(request).setRequest!;
      const entries = KVs.map(({ key, value, metadata }) => ({
        key,
        value,
        metadata: parseKeyMetadata(metadata),
      }));
      const answer = VerifiableTx.decode(response);
      const check = (asked: SetRequest) => () => verifySet(asked, answer, trusted, policy);
      expect(check({ entries })().entries).toHaveLength(entries.length);
      for (const [i, entry] of entries.entries()) {
        const replaced = (other: Partial<typeof entry>) =>
          check({ entries: entries.with(i, { ...entry, ...other }) });
        for (const key of neighbours(entry.key)) refused(replaced({ key }), name);
        for (const value of neighbours(entry.value)) refused(replaced({ value }), name);
        for (const metadata of otherMetadata) {
          if (fingerprint(metadata) !== fingerprint(entry.metadata)) refused(replaced({ metadata }), name);
        }
        if (entry.metadata !== undefined) refused(replaced({ metadata: undefined }), name);
        if (entries.length > 1) refused(check({ entries: entries.toSpliced(i, 1) }), name);
        refused(check({ entries: entries.toSpliced(i, 0, entry) }), name);
      }
      if (entries.length > 1) refused(check({ entries: entries.toReversed() }), name);
    }
  });

  it('is not that for another reference', () => {
    for (const { name, request, response, trusted, policy } of recordings('VerifiableSetReference')) {
      const asked = VerifiableReferenceRequest.decode(request).referenceRequest!;
      const answer = VerifiableTx.decode(response);
      const check = (other: Partial<typeof asked>) => () =>
        verifySetReference({ ...asked, ...other }, answer, trusted, policy);
      expect(check({})().entries).toHaveLength(1);
      for (const key of neighbours(asked.key)) refused(check({ key }), name);
      for (const referencedKey of neighbours(asked.referencedKey)) refused(check({ referencedKey }), name);
      for (const atTx of [0n, 1n, asked.atTx + 1n, 2n ** 63n - 1n])
        if (atTx !== asked.atTx) refused(check({ atTx }), name);
      const plain = { entries: [{ key: asked.key, value: asked.referencedKey }] };
      refused(() => verifySet(plain, answer, trusted, policy), name);
    }
  });

  it('is not that for another member of a sorted set', () => {
    for (const { name, request, response, trusted, policy } of recordings('VerifiableZAdd')) {
      const asked = VerifiableZAddRequest.decode(request).zAddRequest!;
      const answer = VerifiableTx.decode(response);
      const check = (other: Partial<typeof asked>) => () =>
        verifySortedSetAdd({ ...asked, ...other }, answer, trusted, policy);
      expect(check({})().entries).toHaveLength(1);
      for (const set of neighbours(asked.set)) refused(check({ set }), name);
      for (const key of neighbours(asked.key)) refused(check({ key }), name);
      for (const score of [asked.score + 1e-9, -asked.score, -0, 0, 1e300, Infinity, -Infinity]) {
        if (!Object.is(score, asked.score)) refused(check({ score }), name);
      }
      for (const atTx of [0n, asked.atTx + 1n]) if (atTx !== asked.atTx) refused(check({ atTx }), name);
    }
  });
});

describe('the answer against one trusted state', () => {
  it('is not that against any other alh of the same transaction', () => {
    for (const rpc of ['VerifiableGet', 'VerifiableTxById', 'VerifiableSet']) {
      for (const { name, request, response, trusted, policy } of recordings(rpc)) {
        if (trusted === undefined) continue;
        const check = (state: LedgerState) => () => {
          if (rpc === 'VerifiableGet') {
            const { key } = VerifiableGetRequest.decode(request).keyRequest!;
            return verifyEntry({ key }, VerifiableEntry.decode(response), state, policy);
          }
          if (rpc === 'VerifiableTxById') {
            const { tx: txId } = VerifiableTxRequest.decode(request);
            return verifyTx({ txId }, VerifiableTx.decode(response), state, policy);
          }
          const { KVs } = VerifiableSetRequest.decode(request).setRequest!;
          const entries = KVs.map((kv) => ({ ...kv, metadata: parseKeyMetadata(kv.metadata) }));
          return verifySet({ entries }, VerifiableTx.decode(response), state, policy);
        };
        expect(refusalOf(check(trusted)), name).toBeUndefined();
        for (const bit of [0, 100, 255]) {
          const alh = new Uint8Array(trusted.alh);
          alh[bit >>> 3]! ^= 1 << (bit & 7);
          expect(refusalOf(check({ ...trusted, alh }))?.code, name).toBe('FORK_DETECTED');
        }
        for (const txId of [trusted.txId - 1n, trusted.txId + 1n])
          if (txId > 0n) refused(check({ ...trusted, txId }), name);
      }
    }
  });
});
