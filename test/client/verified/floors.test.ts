// What was proven here once cannot be taken back: older values, omitted keys and shortened histories are refused. What
// honest servers do (deletions, expiry, answers that were on their way) never is.

import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callService } from '../../../src/client/call.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { describeServers } from '../../support/describe-servers.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

const UNKNOWN = 2;
const NOT_FOUND = 'tbtree: key not found';
const plain = { deleted: false, nonIndexable: false };
const inSeconds = (seconds: number) => BigInt(Math.floor(Date.now() / 1000) + seconds);

describeServers('what was proven here', (server) => {
  let database: string;
  let other: ImmuClient;
  let suspect: Suspect;

  beforeAll(async () => {
    database = await createDatabase(server);
    other = await connectVerified(server, { database });
  });
  afterAll(() => other.close());
  afterEach(async () => {
    expect(suspect.latched).toEqual([]);
    await suspect[Symbol.asyncDispose]();
  });

  const set = (client: ImmuClient, key: Uint8Array, value: string) =>
    client.verifiedSet([{ key, value: bytes(value) }]);
  const get = async (key: Uint8Array) => {
    const found = await suspect.client.verifiedGet(key);
    return found && text(found.value);
  };
  const getAll = async (key: Uint8Array) => {
    const [found] = await suspect.client.verifiedGetAll([key]);
    return found && text(found.value);
  };
  const hide = () => {
    for (const rpc of ['Get', 'VerifiableGet'] as const) suspect.proxy.fail(rpc, UNKNOWN, NOT_FOUND);
    suspect.proxy.lie('GetAll', () => ({ entries: [] }));
  };

  // With room for what is proven a read is a plain Get, without it brings a proof each time.
  describe.each([
    ['from proven transactions', 64 * 1024 * 1024],
    ['with a proof each time', 1],
  ])('read %s', (_, maxProvenBytes) => {
    let key: Uint8Array;

    beforeEach(async () => {
      suspect = await Suspect.open(server, { database, memory: { maxProvenBytes } });
      key = randomKey();
    });

    const answerAsOf = (atTx: bigint) => {
      suspect.proxy.swap('Get', (request) => ({ ...request, atTx, sinceTx: 0n }));
      suspect.proxy.swap('VerifiableGet', (request) => ({
        ...request,
        keyRequest: { ...request.keyRequest!, atTx, sinceTx: 0n },
      }));
      suspect.proxy.lie('GetAll', async ({ response }) => {
        const older = await other.get(key, { atTx });
        return {
          entries: response.entries.map((entry) => ({ ...entry, tx: older!.txId, value: older!.value })),
        };
      });
    };

    it('is not answered with an older value, be its proof valid', async () => {
      const { txId } = await set(other, key, 'older');
      await set(other, key, 'newer');
      for (const read of [get, getAll]) {
        expect(await read(key)).toBe('newer');
        answerAsOf(txId);
        const error = await suspect.refuses(() => read(key), 'STALE_READ');
        expect(error.details).toMatchObject({ answeredTxId: txId });
      }
    });

    it('is not answered with a value older than the own write', async () => {
      const { txId } = await set(suspect.client, key, 'older');
      await set(suspect.client, key, 'newer');
      answerAsOf(txId);
      await suspect.refuses(() => get(key), 'STALE_READ');
    });

    it('is not denied, with or without a history to show for it', async () => {
      await set(suspect.client, key, 'mine');
      for (const read of [get, getAll]) {
        hide();
        await suspect.refuses(() => read(key), 'OMISSION_DETECTED');
        hide();
        suspect.proxy.fail('History', UNKNOWN, NOT_FOUND);
        await suspect.refuses(() => read(key), 'OMISSION_DETECTED');
        hide();
        suspect.proxy.lie('History', () => ({ entries: [] }));
        await suspect.refuses(() => read(key), 'OMISSION_DETECTED');
      }
      expect(await get(key)).toBe('mine');
    });

    it('is not denied by a deletion that was made up, or by an earlier one', async () => {
      await set(other, key, 'first');
      await other.delete([key]);
      const { txId } = await set(suspect.client, key, 'second');
      await set(other, randomKey(), 'unrelated');
      hide();
      suspect.proxy.lie('History', ({ response: { entries } }) => ({
        entries: entries.filter(({ metadata }) => metadata?.deleted === true),
      }));
      await suspect.refuses(() => get(key), 'OMISSION_DETECTED');
      hide();
      suspect.proxy.lie('History', ({ response: { entries } }) => {
        const metadata = { deleted: true, nonIndexable: false, expiration: undefined };
        return {
          entries: [{ ...entries[0]!, tx: txId + 1n, value: new Uint8Array(0), metadata }, ...entries],
        };
      });
      await suspect.refuses(() => get(key), 'BINDING_MISMATCH');
    });

    it('may be deleted by others, plainly or by a marked write', async () => {
      for (const read of [get, getAll]) {
        await set(suspect.client, key, 'soon gone');
        await other.delete([key]);
        expect(await read(key)).toBeUndefined();
        await set(suspect.client, key, 'back');
        const metadata = { deleted: true, nonIndexable: false };
        await other.verifiedSet([{ key, value: bytes('bye'), metadata }]);
        expect(await read(key)).toBeUndefined();
        expect(await read(key)).toBeUndefined();
      }
      expect(suspect.tampered).toEqual([]);
    });

    it('may have been deleted and written again while an answer was on its way', async () => {
      for (const read of [get, getAll]) {
        const written = randomKey();
        await set(suspect.client, written, 'first');
        await other.delete([written]);
        for (let i = 0; i < 5; i++) await set(other, written, `again ${i}`);
        // What the server rightly answered after the deletion arrives only now.
        hide();
        expect(await read(written)).toBeUndefined();
        suspect.proxy.clear();
        expect(await read(written)).toBe('again 4');
      }
      expect(suspect.tampered).toEqual([]);
    });

    it('may be a reference whose target is deleted, and never an older one', async () => {
      const { setReference } = ImmuServiceDefinition.methods;
      const refer = (target: Uint8Array) => {
        const request = { key, referencedKey: target, atTx: 0n, boundRef: false, noWait: false };
        return callService(
          other.connection,
          setReference,
          { ...request, preconditions: [] },
          { kind: 'write' },
        );
      };
      const targets = [randomKey('target'), randomKey('target')];
      for (const target of targets) await set(other, target, 'target');
      const { id: first } = await refer(targets[0]!);
      await refer(targets[1]!);
      expect(await get(key)).toBe('target');
      suspect.proxy.swap('VerifiableGet', (request) => ({
        ...request,
        keyRequest: { ...request.keyRequest!, atTx: first },
      }));
      await suspect.refuses(() => get(key), 'STALE_READ');
      await other.delete([targets[1]!]);
      expect(await get(key)).toBeUndefined();
      expect(await getAll(key)).toBeUndefined();
      expect(suspect.tampered).toHaveLength(1);
    });

    it('is not forgotten by what the application does to an entry', async () => {
      const metadata = { ...plain, expiresAt: inSeconds(7_200) };
      await other.verifiedSet([{ key, value: bytes('mine'), metadata }]);
      const entry = await suspect.client.verifiedGet(key);
      Object.assign(entry!.metadata!, { deleted: true });
      Object.assign(entry!, { txId: 0n });
      hide();
      suspect.proxy.lie('History', () => ({ entries: [] }));
      await suspect.refuses(() => get(key), 'OMISSION_DETECTED');
    });

    it('may not expire hours ahead', async () => {
      const metadata = { ...plain, expiresAt: inSeconds(7_200) };
      await suspect.client.verifiedSet([{ key, value: bytes('long'), metadata }]);
      hide();
      suspect.proxy.lie('History', ({ response: { entries } }) => ({
        entries: entries.map((entry) => ({ ...entry, value: new Uint8Array(0), expired: true })),
      }));
      await suspect.refuses(() => get(key), 'BINDING_MISMATCH');
    });

    it('is held against answers to later requests only', async () => {
      await set(suspect.client, key, 'older');
      const unwritten = randomKey();
      for (const rpc of ['Get', 'VerifiableGet', 'GetAll'] as const) suspect.proxy.delay(rpc, 150);
      const onTheirWay = [get(key), getAll(key), get(unwritten), getAll(unwritten)];
      await setTimeout(60);
      await set(suspect.client, key, 'newer');
      await set(suspect.client, unwritten, 'written');
      expect(await Promise.all(onTheirWay)).toEqual(['older', 'older', undefined, undefined]);
      suspect.proxy.clear();
      expect([await get(key), await get(unwritten)]).toEqual(['newer', 'written']);
    });

    it('is shown by the transaction that wrote it, whatever was written later', async () => {
      const { txId } = await set(suspect.client, key, 'mine');
      hide();
      await suspect.refuses(() => suspect.client.verifiedGet(key, { atTx: txId }), 'OMISSION_DETECTED');
      await other.delete([key]);
      expect(text((await suspect.client.verifiedGet(key, { atTx: txId }))!.value)).toBe('mine');
    });

    it('may have been seen in a history only', async () => {
      await set(other, key, 'older');
      await set(other, key, 'newer');
      const [first] = await suspect.client.verifiedHistory(key);
      suspect.proxy.lie('History', ({ response }) => ({ entries: response.entries.slice(0, -1) }));
      await suspect.refuses(() => suspect.client.verifiedHistory(key), 'OMISSION_DETECTED');
      answerAsOf(first!.txId);
      await suspect.refuses(() => get(key), 'STALE_READ');
    });

    it('is part of every history', async () => {
      await set(other, key, '1');
      const { txId } = await set(suspect.client, key, '2');
      await set(other, key, '3');
      for (const cut of [(tx: bigint) => tx !== txId, (tx: bigint) => tx < txId, () => false]) {
        suspect.proxy.lie('History', ({ response: { entries } }) => ({
          entries: entries.filter(({ tx }) => cut(tx)),
        }));
        await suspect.refuses(() => suspect.client.verifiedHistory(key), 'OMISSION_DETECTED');
      }
      expect(await suspect.client.verifiedHistory(key)).toHaveLength(3);
    });
  });

  it('may expire, by the clock of either side', async () => {
    suspect = await Suspect.open(server, { database });
    const key = randomKey();
    await other.verifiedSet([
      { key, value: bytes('short'), metadata: { ...plain, expiresAt: inSeconds(2) } },
    ]);
    expect(await get(key)).toBe('short');
    await setTimeout(2_100);
    expect(await get(key)).toBeUndefined();
    expect(await getAll(key)).toBeUndefined();
    // A server whose clock is ahead says so before we can tell.
    const early = randomKey();
    await other.verifiedSet([
      { key: early, value: bytes('short'), metadata: { ...plain, expiresAt: inSeconds(60) } },
    ]);
    expect(await get(early)).toBe('short');
    hide();
    suspect.proxy.lie('History', ({ response: { entries } }) => ({
      entries: entries.map((entry) => ({ ...entry, value: new Uint8Array(0), expired: true })),
    }));
    expect(await get(early)).toBeUndefined();
    expect(suspect.tampered).toEqual([]);
  });

  it('is forgotten for the least used keys beyond the bound, and nothing else', async () => {
    suspect = await Suspect.open(server, { database, memory: { maxFloors: 2 } });
    const keys = [randomKey(), randomKey(), randomKey()];
    for (const key of keys) await set(suspect.client, key, 'v');
    hide();
    expect(await get(keys[0]!)).toBeUndefined();
    await suspect.refuses(() => get(keys[2]!), 'OMISSION_DETECTED');
  });
});
