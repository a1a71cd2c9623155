// What a caller may ask for, and how long it may take: each slip has its own error before anything is sent, and one
// operation has one deadline, however many calls it is made of.

import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CallScope } from '../../../src/client/call-scope.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { VerifiedContext } from '../../../src/client/verified/context.js';
import { settle } from '../../../src/client/verified/settle.js';
import type { ProvenTx } from '../../../src/proof/index.js';
import { describeServers } from '../../support/describe-servers.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import { rejection } from '../fake-transport.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

describeServers('verified operations', (server) => {
  let suspect: Suspect;
  let client: ImmuClient;
  let other: ImmuClient;
  let key: Uint8Array;
  const value = bytes('v');

  beforeAll(async () => {
    const database = await createDatabase(server);
    suspect = await Suspect.open(server, { database, memory: { maxProvenBytes: 1 } });
    ({ client } = suspect);
    other = await connectVerified(server, { database });
    await client.verifiedSet([{ key: (key = randomKey()), value }]);
  });
  afterEach(() => {
    suspect.proxy.clear();
    expect(suspect.tampered).toEqual([]);
  });
  afterAll(async () => {
    await other.close();
    await suspect[Symbol.asyncDispose]();
  });

  const large = new Uint8Array(1024);
  const empty = new Uint8Array(0);
  const many = Array.from({ length: 1025 }, (_, i) => ({ key: bytes(`many ${i}`), value }));
  const text = 'not bytes' as unknown as Uint8Array;

  it.each<[string, string, () => Promise<unknown>]>([
    ['an empty key to read', 'INVALID_ARGUMENT', () => client.verifiedGet(empty)],
    ['an empty key among many', 'INVALID_ARGUMENT', () => client.verifiedGetAll([key, empty])],
    ['an empty key to list', 'INVALID_ARGUMENT', () => client.verifiedHistory(empty)],
    ['an empty key to write', 'INVALID_ARGUMENT', () => client.verifiedSet([{ key: empty, value }])],
    ['nothing to write', 'INVALID_ARGUMENT', () => client.verifiedSet([])],
    ['too long a key to read', 'KEY_TOO_LARGE', () => client.verifiedGet(large)],
    ['too long a key among many', 'KEY_TOO_LARGE', () => client.verifiedGetAll([large])],
    ['too long a key to list', 'KEY_TOO_LARGE', () => client.verifiedHistory(large)],
    ['too long a key to write', 'KEY_TOO_LARGE', () => client.verifiedSet([{ key: large, value }])],
    [
      'too large a value',
      'VALUE_TOO_LARGE',
      () => client.verifiedSet([{ key, value: new Uint8Array(2 ** 25) }]),
    ],
    ['too many entries', 'BATCH_TOO_LARGE', () => client.verifiedSet(many)],
    [
      'a key twice',
      'DUPLICATE_KEY',
      () =>
        client.verifiedSet([
          { key, value },
          { key, value },
        ]),
    ],
  ])('refuse %s, and send nothing', async (_, code, operation) => {
    suspect.proxy.clear();
    const error = await rejection(operation());
    expect(error).toMatchObject({ code, retryable: false });
    const calls: UnaryName[] = ['VerifiableGet', 'Get', 'GetAll', 'History', 'VerifiableSet'];
    expect(calls.map((name) => suspect.proxy.calls(name))).toEqual([0, 0, 0, 0, 0]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['text for a key', () => client.verifiedGet(text)],
    ['text among keys', () => client.verifiedGetAll([text])],
    ['transaction 0', () => client.verifiedTx(0n)],
    ['a negative transaction', () => client.verifiedGet(key, { atTx: -1n })],
    ['transaction 0 to read at', () => client.verifiedGet(key, { atTx: 0n })],
    ['a number for a transaction', () => client.verifiedTx(1 as unknown as bigint)],
    ['two points in time', () => client.verifiedGet(key, { atTx: 1n, sinceTx: 1n })],
    ['no time at all', () => client.verifiedGet(key, { timeoutMs: 0 })],
  ])('are a mistake with %s', async (_, operation) => {
    expect(await rejection(operation())).toBeInstanceOf(TypeError);
  });

  it('name the transaction that is not there yet', async () => {
    const { txId } = (await client.trustedState())!;
    for (const missing of [txId + 1n, 2n ** 63n - 1n]) {
      await expect(client.verifiedTx(missing)).rejects.toMatchObject({ code: 'TX_NOT_FOUND' });
      await expect(client.verifiedGet(key, { atTx: missing })).rejects.toMatchObject({
        code: 'TX_NOT_FOUND',
      });
    }
    await expect(client.verifiedGet(key, { sinceTx: txId + 1n })).rejects.toMatchObject({
      code: 'SERVER_BEHIND',
    });
    expect((await client.verifiedGet(key, { sinceTx: txId }))!.key).toEqual(key);
  });

  describe('of many calls', () => {
    const elapsed = async (operation: () => Promise<unknown>): Promise<[string | undefined, number]> => {
      const start = performance.now();
      const { code } = await rejection(operation());
      return [code, performance.now() - start];
    };

    it('have one deadline', async () => {
      for (let i = 0; i < 3; i++) await other.verifiedSet([{ key, value: bytes(String(i)) }]);
      suspect.proxy.delay('History', 300);
      suspect.proxy.delay('GetAll', 300);
      suspect.proxy.delay('VerifiableTxById', 300);
      for (const operation of [
        () => client.verifiedHistory(key, { timeoutMs: 450 }),
        () => client.verifiedGetAll([key], { timeoutMs: 450 }),
      ]) {
        const [code, ms] = await elapsed(operation);
        expect(code).toBe('DEADLINE_EXCEEDED');
        expect(ms).toBeLessThan(590);
      }
    });

    it('end at once when the caller gives up', async () => {
      const state = await client.trustedState();
      for (const rpc of ['VerifiableGet', 'GetAll', 'History', 'VerifiableTxById'] as const)
        suspect.proxy.swallow(rpc);
      for (const operation of [
        (signal: AbortSignal) => client.verifiedGet(key, { signal }),
        (signal: AbortSignal) => client.verifiedGetAll([key], { signal }),
        (signal: AbortSignal) => client.verifiedHistory(key, { signal }),
        (signal: AbortSignal) => client.verifiedTx(1n, { signal }),
      ]) {
        const caller = new AbortController();
        const reason = new Error('enough');
        setTimeout(30).then(
          () => {
            caller.abort(reason);
          },
          () => undefined,
        );
        const error = await rejection(operation(caller.signal));
        expect(error).toMatchObject({ code: 'ABORTED', cause: reason });
      }
      expect(await client.trustedState()).toEqual(state);
    });
  });
});

describe('settling a result', () => {
  const proven = { header: { id: 7n } } as ProvenTx;
  const stuck = { keeper: { settle: () => new Promise(() => undefined) } } as unknown as VerifiedContext;
  const open = () => new AbortController();

  it('is not waited for beyond the time of its operation', async () => {
    const scope = new CallScope('verifiedGet', 40, open().signal);
    const error = await rejection(settle(stuck, proven, scope));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { txId: 7n, executed: 'yes' } });
    expect(error.message).toContain('Transaction 7 came with a valid proof');
  });

  it('is given up with the caller, and not with the connection', async () => {
    const [caller, closing] = [open(), open()];
    const settling = rejection(
      settle(stuck, proven, new CallScope('verifiedGet', 5_000, closing.signal, caller.signal)),
    );
    closing.abort();
    await setTimeout(20);
    caller.abort(new Error('enough'));
    expect(await settling).toMatchObject({ code: 'ABORTED', cause: new Error('enough') });
  });
});
