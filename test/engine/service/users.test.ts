/* eslint-disable @typescript-eslint/no-deprecated -- 1.11.1 still answers the older methods, and so does the engine */
import { describe, expect, it } from 'vitest';
import { PermissionAction } from '../../../src/wire/immudb/schema/user.js';
import { administrator, bytes, Caller, methods, refusal, text } from './engine-caller.js';

const KVs = [{ key: bytes('k'), value: bytes('v') }];
const NAMES = ['Set', 'GetAll', 'Get', 'Scan', 'History', 'FlushIndex', 'GetDatabaseSettings', 'streamSet'];

async function withUser(permission: number, database = 'bank'): Promise<{ admin: Caller; user: Caller }> {
  const admin = await administrator({ databases: ['bank', 'shop'] });
  await admin.call(methods.createUser, { user: bytes('ada'), password: bytes('pw'), permission, database });
  await (await new Caller(admin.service).session(database)).call(methods.set, { KVs });
  return { admin, user: await new Caller(admin.service).session(database, 'ada', 'pw') };
}

/** Which of `NAMES` a caller is denied. */
async function denied(caller: Caller): Promise<string[]> {
  const key = bytes('k');
  const answers = await Promise.all([
    refusal(caller.call(methods.set, { KVs })),
    refusal(caller.call(methods.getAll, { keys: [key] })),
    refusal(caller.call(methods.get, { key })),
    refusal(caller.call(methods.scan, {})),
    refusal(caller.call(methods.history, { key })),
    refusal(caller.call(methods.flushIndex, {})),
    refusal(caller.call(methods.getDatabaseSettings, {})),
    refusal(caller.stream(methods.streamSet, [])),
  ]);
  return NAMES.filter((_, index) => answers[index] === '13 permission denied [XX000]');
}

describe('a permission', () => {
  it.each([
    ['reader', 1, ['Set', 'GetAll', 'FlushIndex', 'streamSet']],
    ['writer', 2, ['FlushIndex']],
    ["database's administrator", 254, []],
  ])('of a %s (%s) denies %j', async (_, permission, expected) => {
    const { user } = await withUser(permission);
    expect(await denied(user)).toEqual(expected);
  });

  it('is for its database only', async () => {
    const { admin, user } = await withUser(254);
    const said = '7 Logged in user does not have permission on this database';
    expect(await refusal(user.call(methods.useDatabase, { databaseName: 'shop' }))).toBe(said);
    expect(await refusal(new Caller(admin.service).session('shop', 'ada', 'pw'))).toBe(said);
    expect(await refusal(new Caller(admin.service).session('systemdb', 'ada', 'pw'))).toBe(said);
  });

  it('that changes ends the sessions of its user, and counts from then on', async () => {
    const { admin, user } = await withUser(1);
    const change = { username: 'ada', database: 'bank', permission: 2, action: PermissionAction.GRANT };
    await admin.call(methods.changePermission, change);
    expect(await refusal(user.call(methods.currentState))).toBe('7 session not found [08001]');
    expect(await denied(await user.session('bank', 'ada', 'pw'))).toEqual(['FlushIndex']);
    expect(await refusal(admin.call(methods.keepAlive))).toBe('ok');
  });

  it('that is taken leaves nothing', async () => {
    const { admin, user } = await withUser(2);
    const change = { username: 'ada', database: 'bank', permission: 2, action: PermissionAction.REVOKE };
    await admin.call(methods.changePermission, change);
    expect(await refusal(user.session('bank', 'ada', 'pw'))).toMatch(/^7 Logged in user does not have/);
  });

  it('is resolved at each call: a token outlives it no more than a session', async () => {
    const { admin } = await withUser(2);
    const caller = new Caller(admin.service);
    const { token: unbound } = await caller.call(methods.login, {
      user: bytes('ada'),
      password: bytes('pw'),
    });
    const bind = new Caller(admin.service, { authorization: unbound });
    const { token } = await bind.call(methods.useDatabase, { databaseName: 'bank' });
    const user = new Caller(admin.service, { authorization: token });
    expect(await denied(user)).toEqual(['FlushIndex']);
    await admin.call(methods.setActiveUser, { username: 'ada', active: false });
    expect(await refusal(user.call(methods.currentState))).toBe('2 not logged in [28000]');
  });
});

describe('users', () => {
  it('are switched off and on', async () => {
    const { admin, user } = await withUser(2);
    await admin.call(methods.setActiveUser, { username: 'ada', active: false });
    expect(await refusal(user.call(methods.keepAlive))).toBe('7 session not found [08001]');
    expect(await refusal(user.session('bank', 'ada', 'pw'))).toBe('2 user is not active [08004]');
    expect(await refusal(user.session('bank', 'ada', 'wrong'))).toBe(
      '2 invalid user name or password [08004]',
    );
    await admin.call(methods.setActiveUser, { username: 'ada', active: true });
    expect(await refusal(user.session('bank', 'ada', 'pw'))).toBe('ok');
  });

  it('lose their sessions with their password', async () => {
    const { admin, user } = await withUser(2);
    await admin.call(methods.changePassword, { user: bytes('ada'), newPassword: bytes('new') });
    expect(await refusal(user.call(methods.keepAlive))).toBe('7 session not found [08001]');
    expect(await refusal(user.session('bank', 'ada', 'pw'))).toMatch(/^2 invalid user name/);
    expect(await refusal(user.session('bank', 'ada', 'new'))).toBe('ok');
  });

  it('include an administrator, who changes the own password by the old one', async () => {
    const admin = await administrator();
    const change = { user: bytes('immudb'), oldPassword: bytes('x'), newPassword: bytes('new') };
    expect(await refusal(admin.call(methods.changePassword, change))).toBe('7 old password is incorrect');
    await admin.call(methods.changePassword, { ...change, oldPassword: bytes('immudb') });
    expect(await refusal(admin.session('defaultdb', 'immudb', 'new'))).toBe('ok');
  });

  it('are listed: all to the administrator, those of a database to its own, others only to themselves', async () => {
    const { admin, user } = await withUser(254);
    const more = { password: bytes('pw'), permission: 1 };
    await user.call(methods.createUser, { ...more, user: bytes('bob'), database: 'bank' });
    await admin.call(methods.createUser, { ...more, user: bytes('carl'), database: 'shop' });
    const bob = await new Caller(admin.service).session('bank', 'bob', 'pw');
    const seen = async (caller: Caller) =>
      (await caller.call(methods.listUsers)).users.map((listed) => text(listed.user));
    expect(await seen(admin)).toEqual(['ada', 'bob', 'carl', 'immudb']);
    expect(await seen(user)).toEqual(['ada', 'bob']);
    expect(await seen(bob)).toEqual(['bob']);
  });

  it('are shown with their rights, who made them, and when', async () => {
    const admin = await administrator({ now: () => 1_714_521_600n });
    const request = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: '' };
    await admin.call(methods.createUser, request);
    const { users } = await admin.call(methods.listUsers);
    expect(users).toEqual([
      {
        user: bytes('ada'),
        permissions: [{ database: 'defaultdb', permission: 1 }],
        createdby: 'immudb',
        createdat: '2024-05-01 00:00:00 +0000 UTC',
        active: true,
        sqlPrivileges: [{ database: 'defaultdb', privilege: 'SELECT' }],
      },
      expect.objectContaining({ user: bytes('immudb'), permissions: [{ database: '*', permission: 255 }] }),
    ]);
  });

  it('keep privileges that the engine has no use for', async () => {
    const { admin } = await withUser(1);
    const change = {
      username: 'ada',
      database: 'bank',
      privileges: ['INSERT'],
      action: PermissionAction.GRANT,
    };
    await admin.call(methods.changeSQLPrivileges, change);
    const { users } = await admin.call(methods.listUsers);
    const ada = users.find((listed) => text(listed.user) === 'ada');
    expect(ada!.sqlPrivileges.map(({ privilege }) => privilege)).toEqual(['SELECT', 'INSERT']);
  });

  it('cannot be made twice, not even at once', async () => {
    const admin = await administrator();
    const request = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: 'defaultdb' };
    const said = await Promise.all([1, 2, 3].map(() => refusal(admin.call(methods.createUser, request))));
    expect(said.sort()).toEqual(['2 user already exists', '2 user already exists', 'ok']);
  });

  it.each([
    [{ user: bytes('') }, '2 username can not be empty'],
    [{ user: bytes('a-b') }, '3 username can only contain letters, digits and underscores'],
    [{ password: bytes('') }, '2 password is empty'],
    [
      { password: bytes('x'.repeat(73)) },
      '2 error hashing password: bcrypt: password length exceeds 72 bytes',
    ],
    [{ permission: 3 }, '2 unrecognized permission'],
    [{ permission: 256 }, '2 unrecognized permission'],
    [{ permission: 255 }, '2 can not create another system admin'],
    [{ database: 'nowhere' }, '2 database nowhere does not exist'],
  ])('cannot be made with %j', async (wrong, said) => {
    const admin = await administrator();
    const request = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: 'defaultdb' };
    expect(await refusal(admin.call(methods.createUser, { ...request, ...wrong }))).toBe(said);
  });

  it('are made by whoever administers the database, and by nobody else', async () => {
    const { user } = await withUser(254);
    const request = { user: bytes('bob'), password: bytes('pw'), permission: 1 };
    expect(await refusal(user.call(methods.createUser, { ...request, database: 'bank' }))).toBe('ok');
    const said = '2 you do not have permission on this database';
    expect(await refusal(user.call(methods.createUser, { ...request, database: 'shop' }))).toBe(said);
  });
});
