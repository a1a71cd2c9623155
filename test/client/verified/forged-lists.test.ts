// Lies about many keys, histories and transactions: what is listed must be what was asked for, each item proven.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callService } from '../../../src/client/call.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { describeReal } from '../../support/describe-real.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

describeReal('lists', (server) => {
  let database: string;
  let writer: ImmuClient;
  let suspect: Suspect;
  let keys: Uint8Array[];

  const write = async (value = 'v', key = randomKey()): Promise<Uint8Array> => {
    await writer.verifiedSet([{ key, value: bytes(value) }]);
    return key;
  };

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 6; i++) await write();
  });
  afterAll(() => writer.close());
  beforeEach(async ({ onTestFinished }) => {
    keys = [await write('0'), await write('1')];
    suspect = await Suspect.open(server, { database });
    keys.push(await write('2'), await write('3'));
    onTestFinished(() => suspect[Symbol.asyncDispose]());
  });

  describe('verifiedGetAll refuses', () => {
    const getAll = () => suspect.client.verifiedGetAll(keys);

    it('values swapped between two keys', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => {
        [entries[0]!.value, entries[1]!.value] = [entries[1]!.value, entries[0]!.value];
        return { entries };
      });
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('names swapped between two keys', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => {
        [entries[0]!.key, entries[3]!.key] = [entries[3]!.key, entries[0]!.key];
        return { entries };
      });
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('a key nobody asked for', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: [...entries, { ...entries[0]!, key: bytes('unasked') }],
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('two answers for one key', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: [...entries, { ...entries[1]!, key: entries[0]!.key }],
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it.each([0n, 2n ** 63n, 2n ** 64n - 1n])('a transaction %i, which cannot be', async (tx) => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, tx })),
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it.each([1, 4])('%i transactions the server does not have', async (count) => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: entries.map((entry, index) =>
          index < count ? { ...entry, tx: 1_000_000n + BigInt(index) } : entry,
        ),
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('another transaction in which the key was not written', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, tx: entries[0]!.tx })),
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('"expired", or a deletion mark, about live values', async () => {
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, expired: true })),
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
      const metadata = { deleted: true, expiration: undefined, nonIndexable: false };
      suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, metadata })),
      }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });

    it('proofs of other transactions', async () => {
      suspect.proxy.swap('VerifiableTxById', (request) => ({ ...request, tx: request.tx - 1n }));
      await suspect.refuses(getAll, 'BINDING_MISMATCH');
    });
  });

  it('verifiedGetAll does not believe that a key is a reference, but looks', async () => {
    const reference = randomKey('reference');
    const request = { key: reference, referencedKey: keys[0]!, atTx: 0n, boundRef: false, noWait: false };
    const { setReference } = ImmuServiceDefinition.methods;
    await callService(writer.connection, setReference, { ...request, preconditions: [] }, { kind: 'write' });
    suspect.proxy.lie('GetAll', ({ response: { entries } }) => ({
      entries: entries.map((entry) => {
        const key = entry.referencedBy === undefined ? entry.key : reference;
        const referencedBy = { tx: 1n, key, atTx: 0n, metadata: undefined, revision: 0n };
        return { ...entry, value: bytes('forged'), referencedBy };
      }),
    }));
    const found = await suspect.client.verifiedGetAll([...keys, reference]);
    expect(found.map((entry) => text(entry!.value))).toEqual(['0', '1', '2', '3', '0']);
    expect(found[4]!.key).toEqual(keys[0]);
  });

  describe('verifiedHistory refuses', () => {
    const history = () => suspect.client.verifiedHistory(keys[0]!);

    beforeEach(async () => {
      for (const value of ['again', 'and again']) await write(value, keys[0]);
    });

    it('the history of another key', async () => {
      suspect.proxy.swap('History', (request) => ({ ...request, key: keys[1]! }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
    });

    it('revisions out of order', async () => {
      suspect.proxy.lie('History', ({ response }) => ({ entries: response.entries.toReversed() }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
    });

    it('a revision twice', async () => {
      suspect.proxy.lie('History', ({ response: { entries } }) => ({ entries: [entries[0]!, ...entries] }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
    });

    it('a revision made up', async () => {
      suspect.proxy.lie('History', ({ response: { entries } }) => ({
        entries: [{ ...entries[0]!, tx: entries[0]!.tx - 1n }, ...entries],
      }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
    });

    it.each([0n, 2n ** 64n - 1n])('a transaction %i, which cannot be', async (tx) => {
      suspect.proxy.lie('History', ({ response: { entries } }) => ({ entries: [{ ...entries[0]!, tx }] }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
    });

    it('values that are said to have expired, with an expiry far ahead or none', async () => {
      const metadata = {
        deleted: false,
        nonIndexable: false,
        expiresAt: BigInt(Math.floor(Date.now() / 1000)) + 7200n,
      };
      const key = randomKey('expiring');
      await writer.verifiedSet([{ key, value: bytes('secret'), metadata }]);
      suspect.proxy.lie('History', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, value: new Uint8Array(0), expired: true })),
      }));
      for (const forged of [key, keys[0]!])
        await expect(suspect.client.verifiedHistory(forged)).rejects.toMatchObject({
          code: 'BINDING_MISMATCH',
        });
      await suspect.refuses(history, 'BINDING_MISMATCH');
      expect(text((await suspect.client.verifiedGet(key))!.value)).toBe('secret');
    });

    it('a history that never ends, at the first page that is made up', async () => {
      suspect.proxy.lie('History', ({ request, response: { entries } }) => ({
        entries: Array.from({ length: request.limit }, (_, index) => ({
          ...entries[0]!,
          tx: request.offset + BigInt(index) + 1n,
        })),
      }));
      await suspect.refuses(history, 'BINDING_MISMATCH');
      expect(suspect.proxy.calls('History')).toBeLessThanOrEqual(1);
    });
  });

  it('verifiedHistory reads in pages, smaller ones where they do not fit a message', async () => {
    const key = randomKey('large');
    const large = new Uint8Array(700_000);
    for (let i = 0; i < 8; i++) await writer.verifiedSet([{ key, value: large.fill(i) }]);
    await using reader = await Suspect.open(server, { database, maxMessageBytes: 2_000_000 });
    const revisions = await reader.client.verifiedHistory(key);
    expect(revisions.map((revision) => 'value' in revision && revision.value[0])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  describe('verifiedTx refuses', () => {
    it.each([-1n, 1n])('another transaction (%i beside)', async (beside) => {
      const { txId } = (await suspect.client.trustedState())!;
      await suspect.client.verifiedState();
      suspect.proxy.swap('VerifiableTxById', (request) => ({ ...request, tx: request.tx + beside }));
      await suspect.refuses(() => suspect.client.verifiedTx(txId), 'BINDING_MISMATCH');
    });

    it('entries with values resolved, which nothing proves', async () => {
      const { txId } = (await suspect.client.trustedState())!;
      suspect.proxy.lie('VerifiableTxById', ({ response }) => {
        const entry = { tx: txId, key: keys[1]!, value: bytes('forged'), metadata: undefined };
        const kvEntries = [{ ...entry, referencedBy: undefined, expired: false, revision: 0n }];
        return { ...response, tx: { ...response.tx!, kvEntries } };
      });
      await suspect.refuses(() => suspect.client.verifiedTx(txId), 'MALFORMED_PROOF');
    });
  });
});
