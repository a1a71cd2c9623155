// Changing users: permissions, activity, passwords and privileges.
import { utf8 } from '../../../src/bytes.js';
import { PermissionAction } from '../../../src/wire/immudb/schema/user.js';
import type { RequestOf } from '../rpc-backend.js';
import { Probe, type Row } from './table.js';
import { DATABASE, OTHER, PASSWORD, READ, WRITE, type UserPlace } from './user-place.js';

const { GRANT, REVOKE } = PermissionAction;

const permission =
  (more: RequestOf<'changePermission'>) =>
  ({ admin }: UserPlace) =>
    admin.ask('changePermission', {
      action: GRANT,
      username: 'writer',
      database: DATABASE,
      permission: WRITE,
      ...more,
    });

const PERMISSIONS: readonly Row<UserPlace>[] = [
  [
    'ChangePermission without a user',
    permission({ username: '' }),
    'INVALID_ARGUMENT | username can not be empty',
  ],
  [
    'ChangePermission without a database',
    permission({ database: '' }),
    'INVALID_ARGUMENT | database can not be empty',
  ],
  [
    'ChangePermission on an unknown database',
    permission({ database: 'nowhere' }),
    'INVALID_ARGUMENT | database does not exist',
  ],
  ['ChangePermission to 0', permission({ permission: 0 }), 'INVALID_ARGUMENT | unrecognized permission'],
  ['ChangePermission to 3', permission({ permission: 3 }), 'INVALID_ARGUMENT | unrecognized permission'],
  [
    'ChangePermission with an unknown action',
    permission({ action: 7 as PermissionAction }),
    'INVALID_ARGUMENT | action not recognized',
  ],
  [
    'ChangePermission of oneself',
    permission({ username: 'immudb' }),
    'INVALID_ARGUMENT | changing your own permissions is not allowed',
  ],
  [
    'ChangePermission of immudb by another',
    async (place) =>
      (await place.sessionOf('boss')).ask('changePermission', {
        username: 'immudb',
        database: DATABASE,
        permission: READ,
      }),
    'INVALID_ARGUMENT | changing sysadmin permissions is not allowed',
  ],
  [
    'ChangePermission of an unknown user',
    permission({ username: 'nobody' }),
    'NOT_FOUND | user nobody not found',
  ],
  [
    'ChangePermission of an inactive user',
    permission({ username: 'idle' }),
    'FAILED_PRECONDITION | user idle is not active',
  ],
  [
    'ChangePermission to write systemdb',
    permission({ database: 'systemdb' }),
    'INTERNAL XX000 | permission denied',
  ],
  [
    'ChangePermission by a reader',
    async (place) =>
      (await place.sessionOf('reader')).ask('changePermission', {
        username: 'writer',
        database: DATABASE,
        permission: READ,
      }),
    'PERMISSION_DENIED | you do not have permission on this database',
  ],
  [
    'a permission granted on another database',
    async (place) => {
      const name = await place.user('mover', READ);
      const granted = await permission({ username: name, database: OTHER })(place);
      return `${granted}, then ${await place.opens(name, PASSWORD, OTHER)}`;
    },
    'ok, then ok',
  ],
  [
    'a permission granted in place of another',
    async (place) => {
      const name = await place.user('riser', READ);
      const granted = await permission({ username: name })(place);
      const set = await (await place.sessionOf(name)).ask('set', { KVs: [{ key: utf8('k') }] });
      return `${granted}, then ${set}`;
    },
    'ok, then ok',
  ],
  [
    'a permission revoked',
    async (place) => {
      const name = await place.user('loser', WRITE);
      const session = await place.sessionOf(name);
      const revoked = await permission({ username: name, action: REVOKE })(place);
      const get = await session.ask('get', { key: utf8('k') });
      return `${revoked}; the session: ${get}; a new one: ${await place.opens(name)}`;
    },
    'ok; the session: PERMISSION_DENIED 08001 | session not found; a new one: PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
];

const ACTIVITY: readonly Row<UserPlace>[] = [
  ['OpenSession of an inactive user', (place) => place.opens('idle'), 'UNKNOWN 08004 | user is not active'],
  [
    'OpenSession of the same with a wrong password',
    (place) => place.opens('idle', 'wrong'),
    'UNKNOWN 08004 | invalid user name or password',
  ],
  [
    'Login of the same',
    ({ backend }) =>
      new Probe(backend.withHeaders({})).ask('login', { user: utf8('idle'), password: utf8(PASSWORD) }),
    'UNKNOWN 08004 | user is not active',
  ],
  [
    'SetActiveUser without a name',
    ({ admin }) => admin.ask('setActiveUser', {}),
    'UNKNOWN | username can not be empty',
  ],
  [
    'SetActiveUser of oneself',
    ({ admin }) => admin.ask('setActiveUser', { username: 'immudb', active: false }),
    'UNKNOWN | changing your own status is not allowed',
  ],
  [
    'SetActiveUser of an unknown user',
    ({ admin }) => admin.ask('setActiveUser', { username: 'nobody' }),
    'UNKNOWN | user nobody not found',
  ],
  [
    'SetActiveUser by a reader',
    async (place) => (await place.sessionOf('reader')).ask('setActiveUser', { username: 'writer' }),
    'UNKNOWN | user is not system admin nor admin in any of the databases',
  ],
  [
    "SetActiveUser of another's user",
    async (place) => (await place.sessionOf('boss')).ask('setActiveUser', { username: 'writer' }),
    'UNKNOWN | writer was not created by you',
  ],
  [
    'SetActiveUser of an own user',
    async (place) =>
      (await place.sessionOf('boss')).ask('setActiveUser', { username: 'child', active: true }),
    'ok',
  ],
  [
    'a user made inactive under a session, and active again',
    async (place) => {
      const name = await place.user('sleeper', READ);
      const session = await place.sessionOf(name);
      await place.admin.must('setActiveUser', { username: name, active: false });
      const get = await session.ask('get', { key: utf8('k') });
      await place.admin.must('setActiveUser', { username: name, active: true });
      return `the session: ${get}; a new one: ${await place.opens(name)}`;
    },
    'the session: PERMISSION_DENIED 08001 | session not found; a new one: ok',
  ],
];

const password = (name: string, oldPassword = '', newPassword = 'New-1234') => ({
  user: utf8(name),
  oldPassword: utf8(oldPassword),
  newPassword: utf8(newPassword),
});

const PASSWORDS: readonly Row<UserPlace>[] = [
  [
    'ChangePassword of immudb with a wrong old one',
    ({ admin }) => admin.ask('changePassword', password('immudb', 'wrong')),
    'PERMISSION_DENIED | old password is incorrect',
  ],
  [
    'ChangePassword without a name',
    ({ admin }) => admin.ask('changePassword', password('')),
    'UNKNOWN | username can not be empty',
  ],
  [
    'ChangePassword of an unknown user',
    ({ admin }) => admin.ask('changePassword', password('nobody')),
    'UNKNOWN | user nobody was not found or it was not created by you',
  ],
  [
    'ChangePassword to none',
    ({ admin }) => admin.ask('changePassword', password('writer', PASSWORD, '')),
    'UNKNOWN | password is empty',
  ],
  [
    'ChangePassword to one of 73 bytes',
    ({ admin }) => admin.ask('changePassword', password('writer', PASSWORD, 'x'.repeat(73))),
    'UNKNOWN | error hashing password: bcrypt: password length exceeds 72 bytes',
  ],
  [
    'ChangePassword of oneself by a reader',
    async (place) => (await place.sessionOf('reader')).ask('changePassword', password('reader', PASSWORD)),
    'UNKNOWN | user is not system admin nor admin in any of the databases',
  ],
  [
    "ChangePassword of another's user",
    async (place) => (await place.sessionOf('boss')).ask('changePassword', password('writer', PASSWORD)),
    'UNKNOWN | user writer was not found or it was not created by you',
  ],
  [
    'ChangePassword of immudb by another',
    async (place) => (await place.sessionOf('boss')).ask('changePassword', password('immudb', 'immudb')),
    'PERMISSION_DENIED | old password is incorrect',
  ],
  [
    'a password changed under a session',
    async (place) => {
      const name = await place.user('changer', READ);
      const session = await place.sessionOf(name);
      // The old one is not asked for.
      await place.admin.must('changePassword', password(name, 'wrong'));
      const get = await session.ask('get', { key: utf8('k') });
      return `the session: ${get}; the old: ${await place.opens(name)}; the new: ${await place.opens(name, 'New-1234')}`;
    },
    'the session: PERMISSION_DENIED 08001 | session not found; the old: UNKNOWN 08004 | invalid user name or password; the new: ok',
  ],
];

const privileges =
  (more: RequestOf<'changeSQLPrivileges'>) =>
  ({ admin }: UserPlace) =>
    admin.ask('changeSQLPrivileges', {
      action: GRANT,
      username: 'reader',
      database: DATABASE,
      privileges: ['SELECT'],
      ...more,
    });

const PRIVILEGES: readonly Row<UserPlace>[] = [
  ['ChangeSQLPrivileges', privileges({ privileges: ['INSERT'] }), 'ok'],
  [
    'ChangeSQLPrivileges without a user',
    privileges({ username: '' }),
    'INVALID_ARGUMENT | username can not be empty',
  ],
  [
    'ChangeSQLPrivileges on an unknown database',
    privileges({ database: 'nowhere' }),
    'INVALID_ARGUMENT | database does not exist',
  ],
  [
    'ChangeSQLPrivileges to an unknown one',
    privileges({ privileges: ['NOTHING'] }),
    'INVALID_ARGUMENT | SQL privilege not recognized',
  ],
  [
    'ChangeSQLPrivileges of oneself',
    privileges({ username: 'immudb' }),
    'INVALID_ARGUMENT | changing your own privileges is not allowed',
  ],
  [
    'ChangeSQLPrivileges of an unknown user',
    privileges({ username: 'nobody' }),
    'NOT_FOUND | user nobody not found',
  ],
  [
    'ChangeSQLPrivileges of an inactive user',
    privileges({ username: 'idle' }),
    'FAILED_PRECONDITION | user idle is not active',
  ],
  [
    'ChangeSQLPrivileges where there is no permission',
    privileges({ database: OTHER }),
    "FAILED_PRECONDITION | user reader doesn't have permission on database users_other",
  ],
];

/** Rows for the group of users. */
export const USER_CHANGES: readonly Row<UserPlace>[] = [
  ...PERMISSIONS,
  ...ACTIVITY,
  ...PASSWORDS,
  ...PRIVILEGES,
];
