// What must and must not compile, and the public names of `immurepo/proof`.

import { describe, expect, expectTypeOf, it } from 'vitest';
import * as proof from '../../src/proof/index.js';
import type {
  MerkleStep,
  PathChain,
  ProvenEntries,
  ProvenEntryPath,
  ProvenKeyValue,
  ProvenPath,
  ProvenReference,
  ProvenTx,
  RawDualProof,
  RawImmutableState,
  RawVerifiableEntry,
  RawVerifiableTx,
  verifyEntry,
} from '../../src/proof/index.js';
import type { DualProof } from '../../src/wire/immudb/schema/proof.js';
import type { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import type { VerifiableEntry, VerifiableTx } from '../../src/wire/immudb/schema/verifiable.js';

describe('types', () => {
  it('generated messages are raw answers', () => {
    expectTypeOf<VerifiableEntry>().toExtend<RawVerifiableEntry>();
    expectTypeOf<VerifiableTx>().toExtend<RawVerifiableTx>();
    expectTypeOf<DualProof>().toExtend<RawDualProof>();
    expectTypeOf<ImmutableState>().toExtend<RawImmutableState>();
  });

  it('a raw answer is no proven one', () => {
    expectTypeOf<RawVerifiableTx>().not.toExtend<ProvenTx>();
    expectTypeOf<RawVerifiableEntry>().not.toExtend<ProvenEntries>();
  });

  it('a read is a value or a reference, and only a value has one', () => {
    expectTypeOf<ReturnType<typeof verifyEntry>>().toEqualTypeOf<ProvenKeyValue | ProvenReference>();
    expectTypeOf<ProvenKeyValue>().toHaveProperty('value');
    expectTypeOf<ProvenReference>().not.toHaveProperty('value');
  });

  it('a path may be missing, and has steps to a tree only where there is one', () => {
    expectTypeOf<ProvenEntryPath['path']>().toEqualTypeOf<ProvenPath | undefined>();
    const stepsOf = (chain: PathChain) => (chain.kind === 'tree' ? chain.steps : undefined);
    expectTypeOf<PathChain>().not.toHaveProperty('steps');
    expectTypeOf<MerkleStep['side']>().toEqualTypeOf<'left' | 'right'>();
    expect(stepsOf({ kind: 'same' })).toBeUndefined();
  });

  it('results are read-only', () => {
    const change = (proven: ProvenKeyValue): void => {
      // @ts-expect-error: what is proven does not change
      proven.value = new Uint8Array(0);
      // @ts-expect-error: nor does the list of its entries
      proven.entries = [];
    };
    expect(change).toBeTypeOf('function');
  });
});

describe('public names', () => {
  it('are these', () => {
    expect(Object.keys(proof).toSorted()).toEqual([
      'DOCUMENT_KEY_START',
      'EMPTY_HASH',
      'NO_PEAKS',
      'SCHEMA_CHECK',
      'alhOf',
      'documentIndexKeyStart',
      'documentKey',
      'encodeKeyMetadata',
      'encodeSqlKey',
      'encodeTxMetadata',
      'entryDigest',
      'expectedOperations',
      'extendsHead',
      'highestColumnId',
      'holdsExpected',
      'innerHash',
      'isSqlCatalogKey',
      'kvKey',
      'kvValue',
      'leafHash',
      'nodeHash',
      'parseExported',
      'parseKeyMetadata',
      'parseReferenceValue',
      'parseSqlCatalog',
      'parseStateKey',
      'peaksBefore',
      'referenceValue',
      'requireDocumentId',
      'sha256',
      'sortedSetKey',
      'sqlRowKey',
      'sqlTableOf',
      'stateSignaturePayload',
      'verifyDocument',
      'verifyEntry',
      'verifyExecAll',
      'verifyPath',
      'verifySet',
      'verifySetReference',
      'verifySortedSetAdd',
      'verifySqlRow',
      'verifyState',
      'verifyStreamedEntry',
      'verifyStreamedSet',
      'verifyTrees',
      'verifyTx',
      'verifyTxChain',
      'verifyTxHeader',
      'withTransaction',
    ]);
  });
});
