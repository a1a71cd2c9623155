// How many calls an operation may cost. A server that lies cannot make it more than these.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { describeServers } from '../../support/describe-servers.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

const COUNTED: readonly UnaryName[] = [
  'OpenSession',
  'CurrentState',
  'Get',
  'GetAll',
  'History',
  'VerifiableGet',
  'VerifiableSet',
  'VerifiableTxById',
];

describeServers('an operation costs', (server) => {
  let database: string;
  let writer: ImmuClient;
  let suspect: Suspect;

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 4; i++) await write();
  });
  afterAll(() => writer.close());
  beforeEach(async ({ onTestFinished }) => {
    suspect = await Suspect.open(server, { database });
    onTestFinished(() => suspect[Symbol.asyncDispose]());
  });

  const write = async (key = randomKey()): Promise<Uint8Array> => {
    await writer.verifiedSet([{ key, value: bytes('v') }]);
    return key;
  };
  /** The calls an operation makes. */
  const costOf = async (operation: () => Promise<unknown>): Promise<Partial<Record<UnaryName, number>>> => {
    suspect.proxy.clear();
    await operation();
    const counts = COUNTED.map((name) => [name, suspect.proxy.calls(name)] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  };
  const get = (key: Uint8Array) => () => suspect.client.verifiedGet(key);

  it('one to open at the trusted state, and one more to catch up', async () => {
    const { store, proxy } = suspect;
    const open = () => Suspect.open(server, { database, store, proxy });
    expect(await costOf(open)).toEqual({ OpenSession: 1, CurrentState: 1 });
    await write();
    expect(await costOf(open)).toEqual({ OpenSession: 1, CurrentState: 1, VerifiableTxById: 1 });
  });

  it('one to read a key, cold or warm, old or new, there or not', async () => {
    const key = await write();
    expect(await costOf(get(key))).toEqual({ VerifiableGet: 1 });
    expect(await costOf(get(key))).toEqual({ Get: 1 });
    expect(await costOf(get(randomKey()))).toEqual({ VerifiableGet: 1 });
    const { txId } = (await suspect.client.trustedState())!;
    expect(await costOf(() => suspect.client.verifiedGet(key, { atTx: txId }))).toEqual({ Get: 1 });
  });

  it('one proof more to read a key that was written by others since', async () => {
    const key = await write();
    await get(key)();
    await write(key);
    expect(await costOf(get(key))).toEqual({ Get: 1, VerifiableTxById: 1 });
  });

  it('one to write, and one to read what was written', async () => {
    const keys = [randomKey(), randomKey()];
    const entries = keys.map((key) => ({ key, value: bytes('v') }));
    expect(await costOf(() => suspect.client.verifiedSet(entries))).toEqual({ VerifiableSet: 1 });
    for (const key of keys) expect(await costOf(get(key))).toEqual({ Get: 1 });
    expect(await costOf(() => suspect.client.verifiedGetAll(keys))).toEqual({ GetAll: 1 });
  });

  it('one to read many keys, and one proof for each transaction not proven yet', async () => {
    const keys = [await write(), await write(), await write(), randomKey()];
    const getAll = () => suspect.client.verifiedGetAll([...keys, ...keys]);
    expect(await costOf(getAll)).toEqual({ GetAll: 1, VerifiableTxById: 3 });
    expect(await costOf(getAll)).toEqual({ GetAll: 1 });
    keys.push(await write());
    expect(await costOf(getAll)).toEqual({ GetAll: 1, VerifiableTxById: 1 });
  });

  it('one to read a history, and one proof for each revision not proven yet', async () => {
    const key = await write();
    for (let i = 0; i < 3; i++) await write(key);
    const history = () => suspect.client.verifiedHistory(key);
    expect(await costOf(history)).toEqual({ History: 1, VerifiableTxById: 4 });
    expect(await costOf(history)).toEqual({ History: 1 });
  });

  it('one to read a transaction, one for the state, and one proof where it moved', async () => {
    expect(await costOf(() => suspect.client.verifiedTx(1n))).toEqual({ VerifiableTxById: 1 });
    expect(await costOf(() => suspect.client.verifiedState())).toEqual({ CurrentState: 1 });
    await write();
    expect(await costOf(() => suspect.client.verifiedState())).toEqual({
      CurrentState: 1,
      VerifiableTxById: 1,
    });
  });

  it('one history and its proof where a key was deleted, and only the first time', async () => {
    const key = await write();
    await get(key)();
    await writer.delete([key]);
    expect(await costOf(get(key))).toEqual({ Get: 1, History: 1, VerifiableTxById: 1 });
    expect(await costOf(get(key))).toEqual({ Get: 1 });
  });

  it('no more where it is refused, but a question for the state of a server that is behind', async () => {
    const keys = [await write(), await write()];
    for (const key of keys) await get(key)();
    const refused = (operation: () => Promise<unknown>) => () => expect(operation()).rejects.toThrow();
    suspect.proxy.clear();
    suspect.proxy.lie('Get', ({ response }) => ({ ...response, value: bytes('forged') }));
    await refused(get(keys[0]!))();
    expect([suspect.proxy.calls('Get'), suspect.proxy.calls('VerifiableTxById')]).toEqual([1, 0]);
    expect(await costOf(refused(() => suspect.client.verifiedTx(1_000_000n)))).toEqual({
      VerifiableTxById: 1,
      CurrentState: 1,
    });
  });
});
