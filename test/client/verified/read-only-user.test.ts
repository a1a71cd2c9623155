// A user who may only read gets the same proofs. The server lets such a user read many keys only one by one.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callService } from '../../../src/client/call.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { describeServers } from '../../support/describe-servers.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

const READ = 1;

describeServers('a user who may only read', (server) => {
  const user = `reader${randomBytes(4).toString('hex')}`;
  const password = 'Reader1!password';
  let writer: ImmuClient;
  let reader: ImmuClient;
  let proxy: LyingProxy;

  beforeAll(async () => {
    const database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    const request = { user: bytes(user), password: bytes(password), permission: READ, database };
    const { createUser } = ImmuServiceDefinition.methods;
    await callService(writer.connection, createUser, request, { kind: 'control' });
    proxy = await LyingProxy.start(server.address);
    reader = await connect({
      url: `immudb://${user}:${encodeURIComponent(password)}@${proxy.address}`,
      database,
      trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
  });
  afterAll(async () => {
    await reader.close();
    await writer.close();
    await proxy.close();
  });

  it('reads one key, many, a history, a transaction and the state, all proven', async () => {
    const keys = Array.from({ length: 30 }, () => randomKey());
    const [, ...written] = keys;
    const { txId } = await writer.verifiedSet(written.map((key) => ({ key, value: key })));
    await writer.verifiedSet([{ key: keys[1]!, value: bytes('again') }]);
    proxy.clear();
    const found = await reader.verifiedGetAll([...keys, keys[2]!]);
    expect(found[0]).toBeUndefined();
    expect(text(found[1]!.value)).toBe('again');
    expect(found.slice(2).map((entry) => entry!.value)).toEqual([...keys.slice(2), keys[2]!]);
    expect(proxy.calls('GetAll')).toBe(1);
    expect(proxy.calls('VerifiableGet') + proxy.calls('Get')).toBe(31);
    expect(await reader.verifiedHistory(keys[1]!)).toHaveLength(2);
    expect((await reader.verifiedTx(txId)).entries).toHaveLength(29);
    expect(await reader.verifiedState()).toEqual(await writer.verifiedState());
  });

  it('is not deceived on that way either', async () => {
    const keys = [randomKey(), randomKey()];
    await writer.verifiedSet(keys.map((key) => ({ key, value: key })));
    proxy.lie('VerifiableGet', ({ response }) => ({
      ...response,
      entry: { ...response.entry!, value: bytes('forged') },
    }));
    const state = await reader.trustedState();
    await expect(reader.verifiedGetAll(keys)).rejects.toMatchObject({ code: 'PROOF_INVALID' });
    expect(await reader.trustedState()).toEqual(state);
    proxy.clear();
    expect(await reader.verifiedGetAll(keys)).toMatchObject(keys.map((key) => ({ key, value: key })));
  });

  it('is told that writing is not permitted, and nothing is written', async () => {
    const key = randomKey();
    await expect(reader.verifiedSet([{ key, value: key }])).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(await writer.get(key)).toBeUndefined();
  });
});
