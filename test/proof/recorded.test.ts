// Recorded answers of a real immudb 1.11.1 with both header versions: all are accepted, and say what was written. Here
// we agree with immudb.

import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../src/bytes.js';
import type { CheckedState, ProvenEntries } from '../../src/proof/index.js';
import { readProofFixtures } from '../support/proof-fixtures.js';
import { fingerprint, readRecorded, type Recorded } from './recorded.js';

const files = ['proof-v0', 'proof-v1'] as const;

describe.each(files)('%s', (file) => {
  const all = readRecorded(file);
  const byRpc = (rpc: string): readonly Recorded[] => all.filter((recorded) => recorded.rpc === rpc);
  const states = byRpc('CurrentState').map(
    (recorded) => (recorded.check(recorded.answer()) as CheckedState).state,
  );
  const alhs = new Map(states.map(({ txId, alh }) => [txId, fingerprint(alh)]));

  it('has every call, trust points from none to the newest, and the version it is named after', () => {
    expect(new Set(all.map(({ rpc }) => rpc))).toEqual(
      new Set([
        'CurrentState',
        'VerifiableGet',
        'VerifiableTxById',
        'VerifiableSet',
        'VerifiableSetReference',
        'VerifiableZAdd',
      ]),
    );
    expect(
      new Set(readProofFixtures(file).fixtures.map(({ trustedTxId }) => trustedTxId)).size,
    ).toBeGreaterThan(4);
    const version = file === 'proof-v0' ? 0 : 1;
    for (const recorded of byRpc('VerifiableTxById')) {
      expect((recorded.check(recorded.answer()) as ProvenEntries).header.version).toBe(version);
    }
  });

  it.each(all.map((recorded) => [recorded.name, recorded] as const))('%s is accepted', (_, recorded) => {
    const result = recorded.check(recorded.answer());
    expect(result).toBeDefined();
    if (recorded.rpc === 'CurrentState') return;
    const { header, alh, state, entries } = result as ProvenEntries;
    expect(fingerprint(alh), 'the alh of the state recorded at that transaction').toBe(alhs.get(header.id));
    expect(fingerprint(state.alh)).toBe(alhs.get(state.txId));
    expect(entries).toHaveLength(header.nentries);
  });

  it('ties every state to the next by the root that a proof foretells', () => {
    const proven = byRpc('VerifiableTxById').map(
      (recorded) => recorded.check(recorded.answer()) as ProvenEntries,
    );
    const headers = new Map(proven.map(({ header }) => [header.id, header]));
    let tied = 0;
    for (const { state, nextRoot } of proven) {
      const next = headers.get(state.txId + 1n);
      if (next === undefined) continue;
      expect(next.blRoot).toEqual(nextRoot);
      tied++;
    }
    expect(tied).toBeGreaterThan(0);
  });

  it('is base64 of what it decodes to', () => {
    for (const { request, response } of readProofFixtures(file).fixtures) {
      expect(fromBase64(request)).toBeDefined();
      expect(fromBase64(response)).toBeDefined();
    }
  });
});
