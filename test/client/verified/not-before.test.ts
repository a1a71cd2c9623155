// A floor that a caller names travels between processes: what one wrote, another is sure to see. It is held against
// one answer and never remembered, and a server that does not have the transaction yet is not called a liar.

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

describeServers('a floor that the caller names', (server) => {
  let database: string;
  let other: ImmuClient;
  let suspect: Suspect;
  let key: Uint8Array;

  beforeAll(async () => {
    database = await createDatabase(server);
    other = await connectVerified(server, { database });
  });
  afterAll(() => other.close());
  beforeEach(() => {
    key = randomKey();
  });
  afterEach(async () => {
    expect(suspect.latched).toEqual([]);
    await suspect[Symbol.asyncDispose]();
  });

  const write = async (value: string, name = key) => {
    const { txId } = await other.verifiedSet([{ key: name, value: bytes(value) }]);
    return txId;
  };
  const get = async (notBefore?: bigint) => {
    const found = await suspect.client.verifiedGet(key, { ...(notBefore && { notBefore }) });
    return found && text(found.value);
  };
  const getAll = async (notBefore?: bigint) => {
    const [found] = await suspect.client.verifiedGetAll([key], { ...(notBefore && { notBefore }) });
    return found && text(found.value);
  };
  const history = async (notBefore?: bigint) => {
    const revisions = await suspect.client.verifiedHistory(key, { ...(notBefore && { notBefore }) });
    const last = revisions.at(-1);
    return last?.kind === 'value' ? text(last.value) : undefined;
  };
  const hide = (times = Infinity) => {
    for (const rpc of ['Get', 'VerifiableGet'] as const)
      suspect.proxy.fail(rpc, UNKNOWN, NOT_FOUND, { times });
    suspect.proxy.lie('GetAll', () => ({ entries: [] }), { times });
  };
  const hideHistory = () => {
    suspect.proxy.lie('History', () => ({ entries: [] }));
  };
  /** Genuine answers of a moment at which `atTx` was the newest write of the key. */
  const answerAsOf = (atTx: bigint, times = Infinity) => {
    suspect.proxy.swap('Get', (request) => ({ ...request, atTx, sinceTx: 0n }), { times });
    const older = (request: { atTx: bigint; sinceTx: bigint } | undefined) =>
      ({ ...request, atTx, sinceTx: 0n }) as never;
    suspect.proxy.swap(
      'VerifiableGet',
      (request) => ({ ...request, keyRequest: older(request.keyRequest) }),
      {
        times,
      },
    );
    suspect.proxy.lie(
      'GetAll',
      async ({ response }) => {
        const found = await other.get(key, { atTx });
        const entries = response.entries.map((entry) => ({ ...entry, tx: found!.txId, value: found!.value }));
        return { entries };
      },
      { times },
    );
    const upTo = ({ tx }: { tx: bigint }) => tx <= atTx;
    suspect.proxy.lie('History', ({ response }) => ({ entries: response.entries.filter(upTo) }), { times });
  };

  describe.each([
    ['with what is proven remembered', 64 * 1024 * 1024],
    ['with a proof each time', 1],
  ])('%s', (_, maxProvenBytes) => {
    beforeEach(async () => {
      suspect = await Suspect.open(server, { database, memory: { maxProvenBytes } });
    });

    it('is met by the write it names, and by later ones', async () => {
      const first = await write('1');
      for (const read of [get, getAll, history]) expect(await read(first)).toBe('1');
      const second = await write('2');
      for (const read of [get, getAll, history]) {
        expect(await read(first)).toBe('2');
        expect(await read(second)).toBe('2');
      }
      expect(suspect.tampered).toEqual([]);
    });

    it('costs no call more where it is met', async () => {
      const txId = await write('1');
      for (const [read, rpc] of [
        [get, 'VerifiableGet'],
        [getAll, 'GetAll'],
        [history, 'History'],
      ] as const) {
        suspect.proxy.clear();
        await read(txId);
        expect(suspect.proxy.calls(rpc)).toBe(1);
      }
    });

    it('refuses an older answer of a client that never saw the newer one', async () => {
      const first = await write('older');
      const second = await write('newer');
      for (const read of [get, getAll]) {
        answerAsOf(first);
        expect(await read()).toBe('older');
        const error = await suspect.refuses(() => read(second), 'STALE_READ');
        expect(error.details).toMatchObject({ answeredTxId: first, notBefore: second });
        expect(error.message).toMatch(/knows of a write in transaction \d+ or later \(notBefore\)/);
      }
      answerAsOf(first);
      const error = await suspect.refuses(() => history(second), 'OMISSION_DETECTED');
      expect(error.details).toMatchObject({ notBefore: second });
    });

    it('refuses an older answer where that transaction was proven here by another of its keys', async () => {
      const first = await write('older');
      const sibling = randomKey();
      const { txId: second } = await other.verifiedSet([
        { key, value: bytes('newer') },
        { key: sibling, value: bytes('beside it') },
      ]);
      await suspect.client.verifiedGet(sibling);
      for (const read of [get, getAll]) {
        answerAsOf(first);
        await suspect.refuses(() => read(second), 'STALE_READ');
      }
      expect(await get(second)).toBe('newer');
    });

    it('refuses that there is no such key, with or without a history to show for it', async () => {
      const txId = await write('there');
      for (const read of [get, getAll]) {
        hide();
        expect(await read()).toBeUndefined();
        const error = await suspect.refuses(() => read(txId), 'OMISSION_DETECTED');
        expect(error.details).toMatchObject({ notBefore: txId });
        hide();
        hideHistory();
        await suspect.refuses(() => read(txId), 'OMISSION_DETECTED');
      }
      hideHistory();
      await suspect.refuses(() => history(txId), 'OMISSION_DETECTED');
    });

    it('allows a key to be absent that was deleted since, or in that very transaction, and not before', async () => {
      const before = await write('1');
      await other.delete([key]);
      const back = await write('2');
      for (const read of [get, getAll]) {
        hide();
        await suspect.refuses(() => read(back), 'OMISSION_DETECTED');
      }
      await other.delete([key]);
      for (const read of [get, getAll]) {
        expect(await read(before)).toBeUndefined();
        expect(await read(back)).toBeUndefined();
      }
      const metadata = { ...plain, deleted: true };
      const { txId } = await other.verifiedSet([{ key, value: bytes('bye'), metadata }]);
      for (const read of [get, getAll]) expect(await read(txId)).toBeUndefined();
      expect(await history(txId)).toBeUndefined();
      expect(suspect.tampered).toHaveLength(2);
    });

    it('allows a key to be absent that was written to expire by now', async () => {
      const metadata = { ...plain, expiresAt: 1n };
      const { txId } = await other.verifiedSet([{ key, value: bytes('short'), metadata }]);
      for (const read of [get, getAll]) expect(await read(txId)).toBeUndefined();
      expect(suspect.tampered).toEqual([]);
    });

    it('of a transaction the server does not have is no lie, and worth a retry', async () => {
      const txId = await write('1');
      const expected = { code: 'SERVER_BEHIND', retryable: true, details: { sinceTx: txId + 1000n } };
      for (const read of [get, getAll, history]) {
        await expect(read(txId + 1000n)).rejects.toMatchObject(expected);
        expect(await read(txId)).toBe('1');
        await expect(read(txId + 1000n)).rejects.toMatchObject(expected);
      }
      const unwritten = suspect.client.verifiedGetAll([randomKey()], { notBefore: txId + 1000n });
      await expect(unwritten).rejects.toMatchObject(expected);
      expect(suspect.tampered).toEqual([]);
    });

    it('is met by a server that catches up while it is asked', async () => {
      for (const read of [get, getAll, history]) {
        suspect.proxy.clear();
        key = randomKey();
        const first = await write('older');
        const second = await write('newer');
        answerAsOf(first, 1);
        expect(await read(second)).toBe('newer');
      }
      for (const read of [get, getAll]) {
        suspect.proxy.clear();
        key = randomKey();
        const txId = await write('there');
        hide(1);
        hideHistory();
        expect(await read(txId)).toBe('there');
      }
      expect(suspect.tampered).toEqual([]);
    });

    it('does not lower what was proven here', async () => {
      const first = await write('older');
      await write('newer');
      for (const read of [get, getAll, history]) {
        expect(await read()).toBe('newer');
        answerAsOf(first);
        const error = await suspect.refuses(() => read(first), ['STALE_READ', 'OMISSION_DETECTED']);
        expect(error.details).not.toHaveProperty('notBefore');
      }
    });

    it('is not remembered: a caller who was wrong has lost one answer', async () => {
      const txId = await write('1');
      const later = await write('of another key', randomKey());
      for (const read of [get, getAll, history])
        await suspect.refuses(() => read(later), ['STALE_READ', 'OMISSION_DETECTED']);
      for (const read of [get, getAll, history]) expect(await read()).toBe('1');
      expect((await suspect.client.verifiedGet(key))?.txId).toBe(txId);
    });

    it('speaks of the reference where there is one', async () => {
      const target = randomKey('target');
      await write('target', target);
      const { setReference } = ImmuServiceDefinition.methods;
      const request = {
        key,
        referencedKey: target,
        atTx: 0n,
        boundRef: false,
        noWait: false,
        preconditions: [],
      };
      const { id } = await callService(other.connection, setReference, request, { kind: 'write' });
      for (const read of [get, getAll]) expect(await read(id)).toBe('target');
      const later = await write('target again', target);
      for (const read of [get, getAll]) await suspect.refuses(() => read(later), 'STALE_READ');
      expect(await get(id)).toBe('target again');
    });
  });

  it('is one for all keys, or one for each', async () => {
    suspect = await Suspect.open(server, { database });
    const keys = [randomKey(), randomKey(), randomKey()];
    const first = await write('1', keys[0]);
    const second = await write('2', keys[1]);
    const values = async (notBefore: bigint | (bigint | undefined)[]) => {
      const found = await suspect.client.verifiedGetAll(keys.slice(0, 2), { notBefore });
      return found.map((entry) => entry && text(entry.value));
    };
    expect(await values(first)).toEqual(['1', '2']);
    expect(await values([first, second])).toEqual(['1', '2']);
    expect(await values([undefined, second])).toEqual(['1', '2']);
    await suspect.refuses(() => values(second), 'STALE_READ');
    await suspect.refuses(() => values([second, undefined]), 'STALE_READ');
    await suspect.refuses(
      () => suspect.client.verifiedGetAll([keys[2]!, keys[0]!], { notBefore: [first, undefined] }),
      'OMISSION_DETECTED',
    );
  });

  it('is held against every answer where a user may not read many keys at once', async () => {
    suspect = await Suspect.open(server, { database });
    const first = await write('older');
    const second = await write('newer');
    const forbid = () => {
      suspect.proxy.fail('GetAll', 13, 'permission denied');
    };
    forbid();
    expect(await getAll(second)).toBe('newer');
    forbid();
    await expect(getAll(second + 1000n)).rejects.toMatchObject({ code: 'SERVER_BEHIND' });
    const fresh = await Suspect.open(server, { database, proxy: suspect.proxy });
    forbid();
    answerAsOf(first);
    await fresh.refuses(() => fresh.client.verifiedGetAll([key], { notBefore: second }), 'STALE_READ');
    await fresh.client.close();
  });

  it('goes together with an oldest moment, and not with an exact one', async () => {
    suspect = await Suspect.open(server, { database });
    const txId = await write('1');
    const { client } = suspect;
    expect(await client.verifiedGet(key, { sinceTx: txId, notBefore: txId })).toBeDefined();
    await expect(client.verifiedGet(key, { atTx: txId, notBefore: txId })).rejects.toThrow(
      /atTx cannot be given together with sinceTx or notBefore/,
    );
    for (const wrong of [0n, -1n, 2n ** 64n, 1, '1', null] as bigint[]) {
      await expect(client.verifiedGet(key, { notBefore: wrong })).rejects.toBeInstanceOf(TypeError);
      await expect(client.verifiedHistory(key, { notBefore: wrong })).rejects.toBeInstanceOf(TypeError);
      await expect(client.verifiedGetAll([key], { notBefore: wrong })).rejects.toBeInstanceOf(TypeError);
      await expect(client.verifiedGetAll([key], { notBefore: [wrong] })).rejects.toBeInstanceOf(TypeError);
    }
    for (const wrong of [[], [txId, txId]]) {
      await expect(client.verifiedGetAll([key], { notBefore: wrong })).rejects.toThrow(/one for each key/);
    }
    expect(suspect.tampered).toEqual([]);
  });
});
