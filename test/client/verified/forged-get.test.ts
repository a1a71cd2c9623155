// Lies about one key: answers to other questions, with genuine proofs, and answers nobody could have signed.

import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callService } from '../../../src/client/call.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuError, VerificationError } from '../../../src/errors.js';
import { stateSignaturePayload } from '../../../src/proof/layout/ledger-state.js';
import { alhOf } from '../../../src/proof/layout/tx-header.js';
import { parseHeader } from '../../../src/proof/verify/parse-header.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { VerifiableEntry } from '../../../src/wire/immudb/schema/verifiable.js';
import { describeReal } from '../../support/describe-real.js';
import { RawClient } from '../../support/raw-client.js';
import { rejection } from '../fake-transport.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

const { setReference, verifiableGet } = ImmuServiceDefinition.methods;

describeReal('verifiedGet is not deceived by', (server) => {
  let database: string;
  let writer: ImmuClient;
  let suspect: Suspect;
  let older: Uint8Array;
  let newer: Uint8Array;

  const write = async (value = 'v', key = randomKey()): Promise<Uint8Array> => {
    await writer.verifiedSet([{ key, value: bytes(value) }]);
    return key;
  };
  const refer = (key: Uint8Array, target: Uint8Array, atTx = 0n) =>
    callService(
      writer.connection,
      setReference,
      { key, referencedKey: target, atTx, boundRef: atTx > 0n, noWait: false, preconditions: [] },
      { kind: 'write' },
    );

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 6; i++) await write();
  });
  afterAll(() => writer.close());
  beforeEach(async ({ onTestFinished }) => {
    older = await write('older');
    await write();
    suspect = await Suspect.open(server, { database, memory: { maxProvenBytes: 1 } });
    newer = await write('newer');
    onTestFinished(() => suspect[Symbol.asyncDispose]());
  });

  it.each(['older', 'newer'])('the answer for another key (%s than what is trusted)', async (age) => {
    const [asked, answered] = age === 'older' ? [older, newer] : [newer, older];
    suspect.proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, key: answered },
    }));
    await suspect.refuses(() => suspect.client.verifiedGet(asked), 'BINDING_MISMATCH');
  });

  it('the answer for another key under the name of the one asked for', async () => {
    suspect.proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, key: newer },
    }));
    suspect.proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      entry: { ...response.entry!, key: older },
    }));
    await suspect.refuses(() => suspect.client.verifiedGet(older), 'PROOF_INVALID');
  });

  it('the answer for another transaction', async () => {
    const first = await writer.verifiedSet([{ key: older, value: bytes('again') }]);
    const { txId } = await writer.verifiedSet([{ key: older, value: bytes('and again') }]);
    suspect.proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, atTx: txId },
    }));
    const error = await suspect.refuses(
      () => suspect.client.verifiedGet(older, { atTx: first.txId }),
      'BINDING_MISMATCH',
    );
    expect(error.details).toMatchObject({ expected: first.txId, found: txId });
  });

  it('the latest write in place of the one of a transaction', async () => {
    const first = await writer.verifiedSet([{ key: older, value: bytes('again') }]);
    await writer.verifiedSet([{ key: older, value: bytes('and again') }]);
    suspect.proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, atTx: 0n },
    }));
    await suspect.refuses(() => suspect.client.verifiedGet(older, { atTx: first.txId }), 'BINDING_MISMATCH');
  });

  it('a proof since another transaction', async () => {
    suspect.proxy.swap('VerifiableGet', (request) => ({
      ...request,
      proveSinceTx: request.proveSinceTx - 1n,
    }));
    await suspect.refuses(() => suspect.client.verifiedGet(newer), 'BINDING_MISMATCH');
  });

  it('its own earlier answer, after the trusted state has moved', async () => {
    let earlier: VerifiableEntry | undefined;
    suspect.proxy.lie('VerifiableGet', ({ response }) => (earlier = response));
    await suspect.client.verifiedGet(newer);
    suspect.proxy.clear();
    await write();
    await suspect.client.verifiedState();
    suspect.proxy.lie('VerifiableGet', () => structuredClone(earlier!));
    await suspect.refuses(() => suspect.client.verifiedGet(newer), 'BINDING_MISMATCH');
  });

  it('the same key, value and transaction of another database', async () => {
    // Two databases with as many transactions of the same shape: only hashes and the signed name differ.
    const twin = await createDatabase(server);
    const other = await connectVerified(server, { database: twin });
    const { txId } = (await writer.trustedState())!;
    for (let tx = 1n; tx < txId; tx++) await other.verifiedSet([{ key: randomKey(), value: bytes('x') }]);
    await other.verifiedSet([{ key: newer, value: bytes('newer') }]);
    await other.close();
    const raw = await RawClient.open(server.address, twin);
    suspect.proxy.lie('VerifiableGet', ({ request }) => raw.call(verifiableGet, request));
    const error = await suspect.refuses(() => suspect.client.verifiedGet(newer), 'SIGNATURE_INVALID');
    expect(error.message).toContain(database);
    await raw.close();
  });

  it('an answer without signature', async () => {
    suspect.proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      verifiableTx: { ...response.verifiableTx!, signature: undefined },
    }));
    for (const key of [older, newer])
      await expect(suspect.client.verifiedGet(key)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
    await suspect.refuses(() => suspect.client.verifiedGet(newer), 'SIGNATURE_MISSING');
  });

  it('a signature by somebody else, whose key comes with it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    suspect.proxy.lie('VerifiableGet', ({ response }) => {
      const verifiableTx = response.verifiableTx!;
      const { header } = parseHeader(verifiableTx.dualProof!.targetTxHeader, 'target');
      const payload = stateSignaturePayload(database, { txId: header.id, alh: alhOf(header) });
      const signature = new Uint8Array(sign('sha256', payload, privateKey));
      const ownKey = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
      return { ...response, verifiableTx: { ...verifiableTx, signature: { signature, publicKey: ownKey } } };
    });
    await suspect.refuses(() => suspect.client.verifiedGet(newer), 'SIGNATURE_INVALID');
  });

  it('"expired" about a live value', async () => {
    suspect.proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      entry: { ...response.entry!, expired: true },
    }));
    await suspect.refuses(() => suspect.client.verifiedGet(newer), 'BINDING_MISMATCH');
  });

  it('a revision number, which is never returned', async () => {
    suspect.proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      entry: { ...response.entry!, revision: 12_345n },
    }));
    const found = await suspect.client.verifiedGet(newer);
    expect(Object.values(found!)).not.toContain(12_345n);
    expect(found).not.toHaveProperty('revision');
  });

  it('a message cut short anywhere, or followed by anything', async () => {
    let honest: Uint8Array = new Uint8Array(0);
    suspect.proxy.lie('VerifiableGet', ({ response }) => {
      honest = VerifiableEntry.encode(response).finish();
      return Uint8Array.of(0xff);
    });
    await expect(suspect.client.verifiedGet(newer)).rejects.toBeInstanceOf(ImmuError);
    const state = await suspect.client.trustedState();
    const damaged = Array.from({ length: 60 }, (_, i) =>
      honest.slice(0, Math.floor((honest.length * i) / 60)),
    );
    // An unknown wire type, a length beyond the end, an endless varint, an unopened group.
    for (const tail of [[0x0f], [0x0a, 0xff, 0x7f], Array<number>(12).fill(0xff), [0x0c]])
      damaged.push(Uint8Array.of(...honest, ...tail));
    for (const message of damaged) {
      suspect.proxy.lie('VerifiableGet', () => message, { times: 1 });
      const error = await rejection(suspect.client.verifiedGet(newer));
      expect(error instanceof VerificationError || error instanceof ImmuError, String(error)).toBe(true);
    }
    expect(await suspect.client.trustedState()).toEqual(state);
    suspect.proxy.clear();
    await suspect.worksHonestly();
  });

  describe('a reference', () => {
    let target: Uint8Array;
    let reference: Uint8Array;

    beforeEach(async () => {
      target = await write('target');
      reference = randomKey('reference');
      await refer(reference, target);
    });

    it('to nothing but its target, proven as well', async () => {
      const found = await suspect.client.verifiedGet(reference);
      expect([text(found!.value), found!.key]).toEqual(['target', target]);
      expect(found!.via).toMatchObject({ key: reference, atTx: 0n });
      expect(found!.via!.proof.txId).toBe(found!.txId + 1n);
    });

    it('whose target has a forged value', async () => {
      suspect.proxy.lie('VerifiableGet', ({ response }) => ({
        ...response,
        entry: { ...response.entry!, value: bytes('forged') },
      }));
      await suspect.refuses(() => suspect.client.verifiedGet(reference), 'PROOF_INVALID');
    });

    it('with a forged value in its own answer, which is not looked at', async () => {
      suspect.proxy.lie(
        'VerifiableGet',
        ({ response }) => ({ ...response, entry: { ...response.entry!, value: bytes('forged') } }),
        { times: 1 },
      );
      expect(text((await suspect.client.verifiedGet(reference))!.value)).toBe('target');
    });

    it('bent to another key', async () => {
      suspect.proxy.lie('VerifiableGet', ({ request, response }) =>
        text(request.keyRequest!.key) === text(reference)
          ? { ...response, entry: { ...response.entry!, key: older } }
          : response,
      );
      await suspect.refuses(() => suspect.client.verifiedGet(reference), 'PROOF_INVALID');
    });

    it('whose target is answered for another key', async () => {
      suspect.proxy.swap('VerifiableGet', (request) =>
        text(request.keyRequest!.key) === text(target)
          ? { ...request, keyRequest: { ...request.keyRequest!, key: older } }
          : request,
      );
      await suspect.refuses(() => suspect.client.verifiedGet(reference), 'BINDING_MISMATCH');
    });

    it('hidden as a plain value', async () => {
      suspect.proxy.lie('VerifiableGet', ({ response }) => ({
        ...response,
        entry: { ...response.entry!, key: reference, referencedBy: undefined },
      }));
      await suspect.refuses(
        () => suspect.client.verifiedGet(reference),
        ['PROOF_INVALID', 'BINDING_MISMATCH'],
      );
    });

    it('made up for a plain value', async () => {
      suspect.proxy.lie('VerifiableGet', ({ response }) => {
        const entry = response.entry!;
        const referencedBy = { tx: entry.tx, key: newer, atTx: 0n, metadata: undefined, revision: 1n };
        return { ...response, entry: { ...entry, key: older, referencedBy } };
      });
      await suspect.refuses(() => suspect.client.verifiedGet(newer), ['PROOF_INVALID', 'BINDING_MISMATCH']);
    });

    it('bound to a transaction, and answered from a later one', async () => {
      const bound = randomKey('bound');
      const { txId } = await writer.verifiedSet([{ key: target, value: bytes('second') }]);
      await refer(bound, target, txId);
      await write('third', target);
      suspect.proxy.swap('VerifiableGet', (request) =>
        text(request.keyRequest!.key) === text(target)
          ? { ...request, keyRequest: { ...request.keyRequest!, atTx: 0n } }
          : request,
      );
      await suspect.refuses(() => suspect.client.verifiedGet(bound), 'BINDING_MISMATCH');
      expect(text((await suspect.client.verifiedGet(bound))!.value)).toBe('second');
    });
  });
});
