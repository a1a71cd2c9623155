// Lies about writes: an answer proves that exactly this write was committed, now, and once.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import { describeReal } from '../../support/describe-real.js';
import { RawClient } from '../../support/raw-client.js';
import { refusal, Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

const { verifiableTxById } = ImmuServiceDefinition.methods;

describeReal('writes and states', (server) => {
  let database: string;
  let writer: ImmuClient;
  let suspect: Suspect;
  let raw: RawClient;
  const key = randomKey();
  const entries = [{ key, value: bytes('mine') }];

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    raw = await RawClient.open(server.address, database);
    for (let i = 0; i < 6; i++) await writer.verifiedSet([{ key: randomKey(), value: bytes('v') }]);
  });
  afterAll(async () => {
    await writer.close();
    await raw.close();
  });
  beforeEach(async ({ onTestFinished }) => {
    suspect = await Suspect.open(server, { database });
    onTestFinished(() => suspect[Symbol.asyncDispose]());
  });

  const write = () => suspect.client.verifiedSet(entries);
  const revisions = async () => (await writer.verifiedHistory(key)).length;

  describe('verifiedSet refuses', () => {
    it.each([
      ['another value', { key, value: bytes('forged') }],
      ['another key', { key: randomKey(), value: bytes('mine') }],
      [
        'metadata',
        {
          key,
          value: bytes('mine'),
          metadata: { deleted: true, nonIndexable: false, expiration: undefined },
        },
      ],
    ])('%s written instead', async (_, forged) => {
      suspect.proxy.swap('VerifiableSet', (request) => ({
        ...request,
        setRequest: { ...request.setRequest!, KVs: [{ metadata: undefined, ...forged }] },
      }));
      await suspect.refuses(write, 'BINDING_MISMATCH');
    });

    it('an entry more, and one less', async () => {
      suspect.proxy.swap('VerifiableSet', (request) => {
        const { KVs } = request.setRequest!;
        return {
          ...request,
          setRequest: { ...request.setRequest!, KVs: [...KVs, { ...KVs[0]!, key: randomKey() }] },
        };
      });
      await suspect.refuses(write, 'BINDING_MISMATCH');
      suspect.proxy.swap('VerifiableSet', (request) => {
        const { KVs } = request.setRequest!;
        return { ...request, setRequest: { ...request.setRequest!, KVs: KVs.slice(1) } };
      });
      const two = [...entries, { key: randomKey(), value: bytes('mine') }];
      await suspect.refuses(() => suspect.client.verifiedSet(two), 'BINDING_MISMATCH');
    });

    it('metadata left out', async () => {
      const metadata = { deleted: false, nonIndexable: true };
      suspect.proxy.swap('VerifiableSet', (request) => {
        const KVs = request.setRequest!.KVs.map((entry) => ({ ...entry, metadata: undefined }));
        return { ...request, setRequest: { ...request.setRequest!, KVs } };
      });
      await suspect.refuses(
        () => suspect.client.verifiedSet([{ ...entries[0]!, metadata }]),
        'BINDING_MISMATCH',
      );
    });

    it('the answer to the same write made earlier', async () => {
      let earlier: VerifiableTx | undefined;
      suspect.proxy.lie('VerifiableSet', ({ response }) => (earlier = response), { times: 1 });
      await write();
      suspect.proxy.lie('VerifiableSet', () => structuredClone(earlier!));
      await suspect.refuses(write, 'BINDING_MISMATCH');
    });

    it('an earlier transaction with the same content, freshly proven, in place of writing', async () => {
      const { txId } = await write();
      await suspect.client.verifiedSet([{ key: randomKey(), value: bytes('v') }]);
      const before = await revisions();
      suspect.proxy.swap('VerifiableSet', (request) => ({
        ...request,
        setRequest: { ...request.setRequest!, KVs: [{ ...request.setRequest!.KVs[0]!, key: randomKey() }] },
      }));
      suspect.proxy.lie('VerifiableSet', async ({ request }) =>
        raw.call(verifiableTxById, {
          tx: txId,
          proveSinceTx: request.proveSinceTx,
          keepReferencesUnresolved: true,
        }),
      );
      await suspect.refuses(write, 'BINDING_MISMATCH');
      expect(await revisions()).toBe(before);
    });

    it('one transaction for two writes of the same content at the same time', async () => {
      const before = await revisions();
      let first: Promise<VerifiableTx> | undefined;
      // The server is asked for the second write with another key: it is never made.
      suspect.proxy.lie('VerifiableSet', async ({ response }) =>
        structuredClone(await (first ??= Promise.resolve(response))),
      );
      const spare = randomKey();
      suspect.proxy.swap('VerifiableSet', (request) => {
        const taken = first !== undefined;
        const KVs = taken ? [{ ...request.setRequest!.KVs[0]!, key: spare }] : request.setRequest!.KVs;
        return { ...request, setRequest: { ...request.setRequest!, KVs } };
      });
      const outcomes = await Promise.allSettled([write(), write()]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect((await refusal(Promise.reject(refused[0]!.reason as Error))).message).toContain('another write');
      suspect.proxy.clear();
      expect(await revisions()).toBeGreaterThan(before);
      await suspect.worksHonestly();
    });

    it('an answer without signature', async () => {
      suspect.proxy.lie('VerifiableSet', ({ response }) => ({ ...response, signature: undefined }));
      await suspect.refuses(write, 'SIGNATURE_MISSING');
    });
  });

  it('a write goes on with the bytes it was called with, whatever becomes of them', async () => {
    const [name, value] = [randomKey(), bytes('as called')];
    const called = name.slice();
    suspect.proxy.delay('VerifiableSet', 20);
    const writing = suspect.client.verifiedSet([{ key: name, value }]);
    name.fill(0);
    value.fill(0);
    const written = await writing;
    expect(text(written.entries[0]!.value)).toBe('as called');
    expect(text((await suspect.client.verifiedGet(called))!.value)).toBe('as called');
  });

  it("evidence that is handed out is nobody else's: what is done to it changes nothing here", async () => {
    const { entries: written, alh } = await write();
    const read = await suspect.client.verifiedGet(key);
    const state = await suspect.client.trustedState();
    for (const shared of [
      alh,
      state!.alh,
      read!.proof.alh,
      read!.proof.checkedAgainst.alh,
      written[0]!.proof.alh,
    ])
      shared.fill(0);
    await suspect.worksHonestly();
    await suspect.client.verifiedState();
  });

  describe('verifiedState refuses', () => {
    const state = () => suspect.client.verifiedState();

    it('the state of another database, by its name and by its signature', async () => {
      const other = await RawClient.open(server.address, await createDatabase(server));
      await other.call(ImmuServiceDefinition.methods.set, { KVs: entries });
      const { currentState } = ImmuServiceDefinition.methods;
      suspect.proxy.lie('CurrentState', ({ response: _ }) => other.call(currentState, {}));
      await suspect.refuses(state, 'DATABASE_MISMATCH');
      suspect.proxy.lie('CurrentState', async () => ({
        ...(await other.call(currentState, {})),
        db: database,
      }));
      await suspect.refuses(state, 'SIGNATURE_INVALID');
      await other.close();
    });

    it('an earlier state', async () => {
      const { currentState } = ImmuServiceDefinition.methods;
      const earlier = await raw.call(currentState, {});
      await write();
      suspect.proxy.lie('CurrentState', () => structuredClone(earlier));
      await suspect.refuses(state, 'ROLLBACK_DETECTED');
    });

    it('a hash that is not the one it then proves', async () => {
      await using unsigned = await Suspect.open(server, { database, unsigned: true });
      await write();
      unsigned.proxy.lie('CurrentState', ({ response }) => ({
        ...response,
        txHash: response.txHash.fill(7),
      }));
      await unsigned.refuses(() => unsigned.client.verifiedState(), 'BINDING_MISMATCH');
    });

    it('a state it cannot prove', async () => {
      await using unsigned = await Suspect.open(server, { database, unsigned: true });
      unsigned.proxy.lie('CurrentState', ({ response }) => ({ ...response, txId: response.txId + 1_000n }));
      await expect(unsigned.client.verifiedState()).rejects.toMatchObject({ code: 'TX_NOT_FOUND' });
      await unsigned.worksHonestly();
    });
  });
});
