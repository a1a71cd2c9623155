// Looking after databases, on a real immudb.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { bytes, connectVerified } from '../verified/verified-client.js';

const CANARY = 'kanarienvogel-4711';

describeReal('administration of databases', (server) => {
  let root: ImmuClient;
  const code = async (promise: Promise<unknown>) => (await rejection(promise)).code;

  beforeAll(async () => {
    root = await connectVerified(server);
  });
  afterAll(() => root.close());

  async function fresh(): Promise<{ name: string; client: ImmuClient }> {
    const { name } = await root.createDatabase(freshDatabaseName('admin'));
    return { name, client: await root.useDatabase(name, { trust: { key: server.publicKeyPem } }) };
  }

  it('reads and changes settings, and keeps what is not named', async () => {
    const { name, client } = await fresh();
    const before = await client.admin.databaseSettings();
    expect(before).toMatchObject({
      maxConcurrency: 30,
      syncFrequency: 20n,
      replicationSettings: { replica: false },
    });
    const after = await root.admin.updateDatabase(name, {
      maxConcurrency: 31,
      indexSettings: { flushThreshold: 99 },
    });
    expect(after).toEqual({
      ...before,
      maxConcurrency: 31,
      indexSettings: { ...before.indexSettings, flushThreshold: 99 },
    });
    expect(await client.admin.databaseSettings()).toEqual(after);
    expect(await code(root.admin.updateDatabase(name, { maxKeyLen: 31 }))).toBe('INVALID_ARGUMENT');
    await client.close();
  });

  it("never shows the password of a replica's primary, which the server hands out", async () => {
    const replicationSettings = { replica: true, primaryPassword: CANARY, primaryUsername: 'ada' };
    const created = await root.createDatabase(freshDatabaseName('admin'), {
      settings: { replicationSettings },
    });
    const updated = await root.admin.updateDatabase(created.name, { replicationSettings });
    const client = await root.useDatabase(created.name, { trust: { firstUse: true } });
    const read = await client.admin.databaseSettings();
    expect(read.replicationSettings).toMatchObject({ replica: true, primaryUsername: 'ada' });
    const listed = await root.listDatabases();
    const shown = JSON.stringify([created, updated, read, listed], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(shown).not.toContain(CANARY);
    await client.close();
  });

  it('unloads, loads and deletes a database, once its name is given again', async () => {
    const { name, client } = await fresh();
    await client.set(bytes('key'), bytes('value'));
    const confirm = name;
    expect(await code(root.admin.deleteDatabase(name, { confirm }))).toBe('DATABASE_LOADED');
    await root.admin.unloadDatabase(name);
    expect(await code(root.admin.unloadDatabase(name))).toBe('DATABASE_UNAVAILABLE');
    expect(await code(client.get(bytes('key')))).toBe('DATABASE_UNAVAILABLE');
    await root.admin.loadDatabase(name);
    expect(await code(root.admin.loadDatabase(name))).toBe('DATABASE_LOADED');
    expect((await client.get(bytes('key')))?.value).toEqual(bytes('value'));
    await root.admin.unloadDatabase(name);
    const refused = await rejection(
      (async () => root.admin.deleteDatabase(name, { confirm: 'defaultdb' }))(),
    );
    expect(refused).toBeInstanceOf(TypeError);
    await root.admin.deleteDatabase(name, { confirm });
    expect((await root.listDatabases()).map((database) => database.name)).not.toContain(name);
    expect(await code(root.admin.deleteDatabase(name, { confirm }))).toBe('DATABASE_NOT_FOUND');
    expect(await code(root.admin.loadDatabase(name))).toBe('DATABASE_NOT_FOUND');
    await client.close();
  });

  it('flushes, compacts and truncates where there is something to do, and says where there is not', async () => {
    const { name, client } = await fresh();
    expect(await client.admin.compactIndex()).toBe(false);
    for (let n = 0; n < 4; n++) {
      await client.set(bytes('key'), bytes(String(n)));
      await client.admin.flushIndex({ cleanupPercentage: 10 * n, synced: n % 2 === 0 });
    }
    expect(await client.admin.compactIndex()).toBe(true);
    expect(await root.admin.truncateDatabase(name, { retentionMs: 86_400_000 })).toBe(false);
    expect(await client.databaseHealth()).toMatchObject({ pendingRequests: 0 });
    await client.close();
  });

  it('refuses what can do no good before it is sent', async () => {
    const { admin } = root;
    await expect(admin.truncateDatabase('x', { retentionMs: 0 })).rejects.toThrow(/at least 24 hours/);
    await expect(admin.flushIndex({ cleanupPercentage: 101 })).rejects.toThrow(TypeError);
    await expect(admin.loadDatabase('no-name')).rejects.toMatchObject({ code: 'INVALID_DATABASE_NAME' });
    await expect(admin.unloadDatabase('defaultdb')).rejects.toMatchObject({ code: 'INVALID_DATABASE_NAME' });
  });
});
