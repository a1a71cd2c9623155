// Users and what they may do, on a real immudb: a reader among them.

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { DatabasePermission } from '../../../src/client/admin/users.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal } from '../../support/describe-real.js';
import { startServer } from '../../support/real-server.js';
import { rejection } from '../fake-transport.js';
import { bytes, connectVerified } from '../verified/verified-client.js';

const PASSWORD = 'kanarienvogel-4711';
const freshUser = () => `user_${randomBytes(6).toString('hex')}`;

describeReal('users', (server) => {
  let root: ImmuClient;
  const code = async (promise: Promise<unknown>) => (await rejection(promise)).code;
  const open = (
    user: string,
    password = PASSWORD,
    { address, database } = { address: server.address, database: root.database },
  ) =>
    connect({
      url: `immudb://${address}`,
      user,
      password,
      database,
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
  const userInfo = async (name: string) => (await root.admin.listUsers()).find((user) => user.name === name);

  beforeAll(async () => {
    root = await connectVerified(server);
  });
  afterAll(() => root.close());

  it('are created with a permission, listed, deactivated and activated', async () => {
    const name = freshUser();
    await root.admin.createUser(name, PASSWORD, { permission: 'readWrite' });
    const info = await userInfo(name);
    expect(info).toMatchObject({
      active: true,
      createdBy: 'immudb',
      permissions: [{ database: root.database, permission: 'readWrite' }],
    });
    expect(Math.abs(Date.now() - info!.createdAt!.getTime())).toBeLessThan(60_000);
    expect(info!.sqlPrivileges).toContainEqual({ database: root.database, privilege: 'INSERT' });
    expect((await userInfo('immudb'))!.permissions).toEqual([{ database: '*', permission: 'systemAdmin' }]);
    expect(await code(root.admin.createUser(name, PASSWORD, { permission: 'read' }))).toBe('USER_EXISTS');
    await root.admin.setUserActive(name, false);
    expect(await code(open(name))).toBe('USER_INACTIVE');
    await root.admin.setUserActive(name, true);
    await (await open(name)).close();
  });

  it('are given and taken permissions, one per database, and SQL privileges are reset by that', async () => {
    const name = freshUser();
    await root.admin.createUser(name, PASSWORD, { permission: 'read' });
    const privileges = async () =>
      (await userInfo(name))!.sqlPrivileges.map(({ privilege }) => privilege).sort();
    expect(await privileges()).toEqual(['SELECT']);
    await root.admin.grantSqlPrivileges(name, ['INSERT', 'UPDATE']);
    expect(await privileges()).toEqual(['INSERT', 'SELECT', 'UPDATE']);
    await root.admin.revokeSqlPrivileges(name, ['INSERT']);
    expect(await privileges()).toEqual(['SELECT', 'UPDATE']);
    await root.admin.grantPermission(name, 'admin');
    expect((await userInfo(name))!.permissions).toEqual([{ database: root.database, permission: 'admin' }]);
    await root.admin.grantPermission(name, 'read');
    expect(await privileges()).toEqual(['SELECT']);
    await root.admin.revokePermission(name, 'read');
    expect((await userInfo(name))!.permissions).toEqual([]);
    expect(await code(open(name))).toBe('PERMISSION_DENIED');
  });

  it('lose their sessions by a grant, and a client opens another', async () => {
    const name = freshUser();
    await root.admin.createUser(name, PASSWORD, { permission: 'read' });
    const client = await open(name);
    expect(await code(client.set(bytes('k'), bytes('v')))).toBe('PERMISSION_DENIED');
    await root.admin.grantPermission(name, 'readWrite');
    await client.set(bytes('k'), bytes('v'));
    await client.close();
  });

  it('that are not there are told', async () => {
    const { admin } = root;
    const nobody = freshUser();
    expect(await code(admin.setUserActive(nobody, false))).toBe('USER_NOT_FOUND');
    expect(await code(admin.grantPermission(nobody, 'read'))).toBe('USER_NOT_FOUND');
    expect(await code(admin.grantSqlPrivileges(nobody, ['SELECT']))).toBe('USER_NOT_FOUND');
    expect(await code(admin.changePassword(nobody, PASSWORD))).toBe('USER_NOT_FOUND');
    expect(await code(admin.createUser(nobody, PASSWORD, { permission: 'read', database: 'missing' }))).toBe(
      'DATABASE_NOT_FOUND',
    );
    expect(await code(admin.grantPermission('immudb', 'read'))).toBe('INVALID_ARGUMENT');
    expect(await code(admin.setUserActive('immudb', false))).toBe('INVALID_ARGUMENT');
  });

  it('have names and passwords the server can take, or nothing is sent', async () => {
    const { admin } = root;
    const read = { permission: 'read' } as const;
    for (const name of ['', 'with space', 'x'.repeat(64), 'ü'])
      expect(await code(admin.createUser(name, PASSWORD, read))).toBe('INVALID_ARGUMENT');
    for (const password of ['', 'x'.repeat(73), 'ü'.repeat(37), '\ud800'])
      expect(await code(admin.createUser(freshUser(), password, read))).toBe('INVALID_ARGUMENT');
    const name = freshUser();
    await admin.createUser(name, 'ü'.repeat(36), read);
    await (await open(name, 'ü'.repeat(36))).close();
    const wrong = { permission: 'root' as DatabasePermission };
    await expect(admin.createUser(freshUser(), PASSWORD, wrong)).rejects.toThrow(TypeError);
    await expect(admin.grantSqlPrivileges(name, [])).rejects.toThrow(TypeError);
  });

  it('never find their passwords in an error', async () => {
    const name = freshUser();
    const shown: string[] = [];
    for (const call of [
      () => root.admin.createUser(name, PASSWORD.repeat(10), { permission: 'read' }),
      () => root.admin.createUser('immudb', PASSWORD, { permission: 'read' }),
      () => root.admin.changePassword(name, PASSWORD, { oldPassword: PASSWORD }),
    ]) {
      const error = await rejection(call());
      shown.push(inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), error.stack ?? '');
    }
    expect(shown.join('\n')).not.toContain(PASSWORD);
  });

  it('have their passwords changed by who created them', async () => {
    const name = freshUser();
    await root.admin.createUser(name, PASSWORD, { permission: 'admin' });
    const client = await open(name);
    expect(await code(client.admin.changePassword(name, 'another'))).toBe('USER_NOT_FOUND');
    await root.admin.changePassword(name, 'another');
    expect(await code(client.currentState())).toBe('INVALID_CREDENTIALS');
    await client.close();
    await (await open(name, 'another')).close();
  });

  describe('that may only read', () => {
    let reader: ImmuClient;

    beforeAll(async () => {
      const name = freshUser();
      await root.admin.createUser(name, PASSWORD, { permission: 'read' });
      await root.documents.createCollection('things', { fields: [{ name: 'n', type: 'integer' }] });
      await root.documents.insert('things', [{ n: 1 }]);
      await root.verifiedSet([{ key: bytes('key'), value: bytes('value') }]);
      reader = await open(name);
    });
    afterAll(() => reader.close());

    it('can read and prove all there is', async () => {
      expect((await reader.verifiedGet(bytes('key')))!.value).toEqual(bytes('value'));
      for await (const { id } of reader.documents.search('things', { where: { n: 1 } }))
        expect((await reader.documents.verifiedGet('things', id))!.document).toEqual({ n: 1, _id: id });
      expect(await reader.documents.count('things')).toBe(1n);
      expect(await reader.admin.databaseSettings()).toMatchObject({ maxTxEntries: 1024 });
      expect((await reader.admin.listUsers()).map(({ permissions }) => permissions)).toEqual([
        [{ database: root.database, permission: 'read' }],
      ]);
      expect((await reader.listDatabases()).map(({ name }) => name)).toEqual([root.database]);
    });

    it('can change nothing, and is told so', async () => {
      const { admin, documents, database } = reader;
      const refused = [
        () => reader.set(bytes('k'), bytes('v')),
        () => documents.insert('things', [{ n: 2 }]),
        () => documents.verifiedInsert('things', [{ n: 2 }]),
        () => documents.replace('things', { where: {} }, { n: 3 }),
        () => documents.delete('things', { where: {} }),
        () => documents.createCollection('others'),
        () => documents.deleteCollection('things'),
        () => admin.createUser(freshUser(), PASSWORD, { permission: 'read' }),
        () => admin.changePassword(freshUser(), PASSWORD),
        () => admin.updateDatabase(database, { maxConcurrency: 1 }),
        () => admin.unloadDatabase(database),
        () => admin.truncateDatabase(database, { retentionMs: 86_400_000 }),
        () => admin.flushIndex(),
        () => admin.compactIndex(),
        () => admin.exportTx(1n),
        () => admin.exportTxs().next(),
        () => reader.createDatabase('another'),
      ];
      for (const call of refused)
        expect([await code(call()), String(call)]).toEqual(['PERMISSION_DENIED', String(call)]);
      expect(await root.documents.count('things')).toBe(1n);
    });
  });
});

describeReal('the system administrator', () => {
  it('changes the own password with the old one, and works on with the new', async () => {
    await using server = await startServer();
    const trust = { firstUse: true, store: new MemoryTrustStore() } as const;
    await using client = await connect({ url: `immudb://${server.address}`, trust });
    const wrong = client.admin.changePassword('immudb', PASSWORD, { oldPassword: 'wrong' });
    expect(await rejection(wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await client.set(bytes('k'), bytes('1'));
    await client.admin.changePassword('immudb', PASSWORD, { oldPassword: 'immudb' });
    await client.set(bytes('k'), bytes('2'));
    await (await client.useDatabase('defaultdb', { trust })).close();
    const old = await rejection(connect({ url: `immudb://${server.address}`, trust }));
    expect(old).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
});
