// The generated codecs against recorded answers: they read all a real server sent, and would send the same bytes.
// The naming of what must be among the recordings keeps a new recording from covering less.
import { expect, it } from 'vitest';
import { Empty } from '../../src/wire/google/protobuf/empty.js';
import type { MessageFns } from '../../src/wire/immudb/schema/kv.js';
import { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import type { Tx, TxHeader } from '../../src/wire/immudb/schema/tx.js';
import * as verifiable from '../../src/wire/immudb/schema/verifiable.js';
import { readProofFixtures, type ProofFixture } from '../support/proof-fixtures.js';

function rewrite<T>(codec: MessageFns<T>): (message: Uint8Array) => Uint8Array {
  return (message) => codec.encode(codec.decode(message)).finish();
}

const rewriters: Record<string, (message: Uint8Array) => Uint8Array> = {
  'google.protobuf.Empty': rewrite(Empty),
  'immudb.schema.ImmutableState': rewrite(ImmutableState),
  'immudb.schema.VerifiableEntry': rewrite(verifiable.VerifiableEntry),
  'immudb.schema.VerifiableGetRequest': rewrite(verifiable.VerifiableGetRequest),
  'immudb.schema.VerifiableReferenceRequest': rewrite(verifiable.VerifiableReferenceRequest),
  'immudb.schema.VerifiableSetRequest': rewrite(verifiable.VerifiableSetRequest),
  'immudb.schema.VerifiableTx': rewrite(verifiable.VerifiableTx),
  'immudb.schema.VerifiableTxRequest': rewrite(verifiable.VerifiableTxRequest),
  'immudb.schema.VerifiableZAddRequest': rewrite(verifiable.VerifiableZAddRequest),
};

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** The transaction an answer is about. */
function txOf(fixture: ProofFixture): Tx | undefined {
  const response = bytes(fixture.response);
  if (fixture.responseType === 'immudb.schema.VerifiableEntry') {
    return verifiable.VerifiableEntry.decode(response).verifiableTx?.tx;
  }
  if (fixture.responseType === 'immudb.schema.VerifiableTx')
    return verifiable.VerifiableTx.decode(response).tx;
  return undefined;
}

function headersOf(fixtures: readonly ProofFixture[]): TxHeader[] {
  return fixtures.map((fixture) => txOf(fixture)?.header).filter((header) => header !== undefined);
}

const recordings = (['proof-v0', 'proof-v1'] as const).map((name) => readProofFixtures(name));
const all = recordings.flatMap(({ database, fixtures }) =>
  fixtures.map((fixture) => ({ database, ...fixture })),
);

it.each(all)('reads and writes $database: $name', (fixture) => {
  for (const half of ['request', 'response'] as const) {
    const sent = bytes(fixture[half]);
    expect(rewriters[fixture[`${half}Type`]]!(sent)).toEqual(sent);
  }
});

it('has every recorded method in both databases', () => {
  const methods = [
    'CurrentState',
    'VerifiableGet',
    'VerifiableSet',
    'VerifiableSetReference',
    'VerifiableTxById',
    'VerifiableZAdd',
  ];
  for (const { fixtures } of recordings) {
    expect([...new Set(fixtures.map(({ rpc }) => rpc))].sort()).toEqual(methods);
  }
});

it.each([
  [0, 0],
  [1, 1],
])('has only headers of version %i in that file', (index, version) => {
  const headers = headersOf(recordings[index]!.fixtures);
  expect(headers.length).toBeGreaterThan(50);
  expect(new Set(headers.map((header) => header.version))).toEqual(new Set([version]));
});

it('has transactions with metadata, with attributes, and with many entries', () => {
  const { fixtures } = recordings[1]!;
  const headers = headersOf(fixtures);
  expect(headers.some((header) => header.metadata?.extra.length)).toBe(true);
  expect(Math.max(...headers.map((header) => header.nentries))).toBe(37);
  const entries = fixtures.flatMap((fixture) => txOf(fixture)?.entries ?? []);
  expect(entries.some(({ metadata }) => metadata?.deleted)).toBe(true);
  expect(entries.some(({ metadata }) => metadata?.nonIndexable)).toBe(true);
  expect(entries.some(({ metadata }) => metadata?.expiration)).toBe(true);
});

it('has an empty state, references, and trust older and newer than the answer', () => {
  for (const { fixtures } of recordings) {
    expect(fixtures[0]!.name).toBe('state@0');
    const entries = fixtures
      .filter(({ rpc }) => rpc === 'VerifiableGet')
      .map(({ response }) => verifiable.VerifiableEntry.decode(bytes(response)));
    expect(entries.some(({ entry }) => entry?.referencedBy?.atTx === 0n)).toBe(true);
    expect(entries.some(({ entry }) => entry?.referencedBy?.atTx === 1n)).toBe(true);
    const proven = fixtures
      .filter(({ trustedTxId }) => trustedTxId > 0)
      .map((fixture) => ({ trusted: fixture.trustedTxId, id: Number(txOf(fixture)?.header?.id) }));
    expect(proven.some(({ trusted, id }) => trusted < id)).toBe(true);
    expect(proven.some(({ trusted, id }) => trusted > id)).toBe(true);
    expect(proven.some(({ trusted, id }) => trusted === id)).toBe(true);
  }
});

it('stays small enough to be read in a review', () => {
  expect(JSON.stringify(recordings).length).toBeLessThan(400_000);
});
