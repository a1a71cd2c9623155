// Lies about a Merkle path: each is refused for what it lies about, nothing of it is returned, and the trusted state does not move.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callService } from '../../../src/client/call.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { GrpcStatus, RpcFailure } from '../../../src/client/transport.js';
import { openEngine } from '../../../src/engine/engine.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type {
  VerifiableEntry,
  VerifiableGetRequest,
  VerifiableTx,
} from '../../../src/wire/immudb/schema/verifiable.js';
import { firstError } from '../../proof/naive-path.js';
import { LyingTransport } from '../verified/lying-transport.js';
import { bytes, randomKey } from '../verified/verified-client.js';

const { verifiableGet } = ImmuServiceDefinition.methods;

let transport: LyingTransport;
let client: ImmuClient;
let writer: ImmuClient;
const key = randomKey();
/** Of the first transaction, and of the one before the trusted one. */
let [early, late] = [0n, 0n];

beforeEach(async () => {
  const engine = await openEngine({});
  const local = () =>
    new LocalTransport(engine.service, { address: 'memory', close: () => Promise.resolve() });
  const open = (over: LocalTransport | LyingTransport) =>
    connect({
      url: 'immudb://immudb:immudb@localhost/defaultdb',
      transport: over,
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
  transport = new LyingTransport(local());
  writer = await open(local());
  const write = async () =>
    (
      await writer.verifiedSet(
        [key, randomKey(), randomKey()].map((one) => ({ key: one, value: bytes('v') })),
      )
    ).txId;
  early = await write();
  for (let i = 0; i < 9; i++) late = await write();
  await write();
  client = await open(transport);
  await client.verifiedState();
  // What the client has not seen would move its trusted state.
  await write();
  return () => engine.close();
});
afterEach(async () => {
  await client.close();
  await writer.close();
});

async function refuses(operation: () => Promise<unknown>, code: string): Promise<void> {
  const before = await client.trustedState();
  await expect(operation()).rejects.toMatchObject({ name: 'VerificationError', code });
  expect(await client.trustedState()).toEqual(before);
  transport.lies.clear();
}

describe('a Merkle path is refused', () => {
  type Change = (answer: VerifiableTx) => unknown;
  const flip = (hash: Uint8Array) => (hash[0]! ^= 1);
  const at = (when: 'early' | 'late' | 'newest') => () =>
    client.proofs.merklePath(key, when === 'newest' ? {} : { atTx: when === 'early' ? early : late });

  it.each<[string, 'early' | 'late' | 'newest', string, Change]>([
    ['another sibling', 'early', 'PROOF_INVALID', ({ dualProof }) => flip(dualProof!.inclusionProof[1]!)],
    [
      'siblings in another order',
      'early',
      'PROOF_INVALID',
      ({ dualProof }) => dualProof!.inclusionProof.reverse(),
    ],
    ['a sibling less', 'early', 'PROOF_INVALID', ({ dualProof }) => dualProof!.inclusionProof.pop()],
    [
      'another sibling of the last leaf',
      'late',
      'PROOF_INVALID',
      ({ dualProof }) => flip(dualProof!.lastInclusionProof[0]!),
    ],
    [
      'another root of the transactions',
      'early',
      'PROOF_INVALID',
      ({ dualProof }) => flip(dualProof!.targetTxHeader!.blRoot),
    ],
    ['another root of the entries', 'early', 'BINDING_MISMATCH', ({ tx }) => flip(tx!.header!.eH)],
    ['another value', 'early', 'PROOF_INVALID', ({ tx }) => flip(tx!.entries[0]!.hValue)],
    ['entries in another order', 'early', 'PROOF_INVALID', ({ tx }) => tx!.entries.reverse()],
    ['an entry less', 'early', 'PROOF_INVALID', ({ tx }) => tx!.entries.shift()],
    [
      'another value, newer than what is trusted',
      'newest',
      'PROOF_INVALID',
      ({ tx }) => flip(tx!.entries[0]!.hValue),
    ],
    ['another history', 'newest', 'PROOF_INVALID', ({ dualProof }) => flip(dualProof!.consistencyProof[0]!)],
  ])('with %s', async (_, when, code, change) => {
    transport.lies.set('VerifiableTxById', (answer: VerifiableTx) => void change(answer));
    transport.lies.set('VerifiableGet', ({ verifiableTx }: VerifiableEntry) => void change(verifiableTx!));
    await refuses(at(when), code);
    expect(firstError((await at(when)())!)).toBeUndefined();
  });

  it('of another transaction than was asked for', async () => {
    const other = await writer.verifiedTx(late);
    expect(other.txId).toBe(late);
    const answers: VerifiableTx[] = [];
    transport.lies.set('VerifiableTxById', (answer: VerifiableTx) => void answers.push(answer));
    await at('late')();
    transport.lies.set('VerifiableTxById', () => answers[0]);
    await refuses(at('early'), 'BINDING_MISMATCH');
  });

  it('of the latest write, where it is answered falsely', async () => {
    transport.lies.set('VerifiableGet', ({ entry }: VerifiableEntry) => void (entry!.value = bytes('lie')));
    await refuses(at('newest'), 'PROOF_INVALID');
  });

  it('of an older write than was proven before, and where none is answered although one was', async () => {
    await at('newest')();
    transport.lies.set('VerifiableGet', (_: unknown, { keyRequest, proveSinceTx }: VerifiableGetRequest) => {
      const older = { keyRequest: { ...keyRequest!, atTx: late }, proveSinceTx };
      return callService(writer.connection, verifiableGet, older, { kind: 'read' });
    });
    await refuses(at('newest'), 'STALE_READ');
    transport.lies.set('VerifiableGet', () => {
      throw new RpcFailure(GrpcStatus.UNKNOWN, 'key not found');
    });
    await refuses(at('newest'), 'OMISSION_DETECTED');
  });
});
