// Making users, and listing them.
import { fromUtf8, utf8 } from '../../../src/bytes.js';
import type { User } from '../../../src/wire/immudb/schema/user.js';
import type { RequestOf } from '../rpc-backend.js';
import { group, type Row } from './table.js';
import { USER_CHANGES } from './user-changes.js';
import { DATABASE, OTHER, PASSWORD, prepareUsers, READ, SYSADMIN, type UserPlace } from './user-place.js';

const user = (more: RequestOf<'createUser'> = {}) => ({
  user: utf8('fresh'),
  password: utf8(PASSWORD),
  permission: READ,
  database: DATABASE,
  ...more,
});
const create =
  (more: RequestOf<'createUser'>) =>
  ({ admin }: UserPlace) =>
    admin.ask('createUser', user(more));

const CREATING: readonly Row<UserPlace>[] = [
  ['CreateUser', create({ user: utf8('made') }), 'ok'],
  ['CreateUser again', create({ user: utf8('made') }), 'UNKNOWN | user already exists'],
  ['CreateUser immudb', create({ user: utf8('immudb') }), 'UNKNOWN | user already exists'],
  ['CreateUser without a name', create({ user: utf8('') }), 'UNKNOWN | username can not be empty'],
  [
    'CreateUser with a hyphen',
    create({ user: utf8('a-b') }),
    'INVALID_ARGUMENT | username can only contain letters, digits and underscores',
  ],
  ['CreateUser with a name of 63 characters', create({ user: utf8('u'.repeat(63)) }), 'ok'],
  [
    'CreateUser with a name of 64 characters',
    create({ user: utf8('u'.repeat(64)) }),
    'INVALID_ARGUMENT | username can only contain letters, digits and underscores',
  ],
  ['CreateUser without a password', create({ password: utf8('') }), 'UNKNOWN | password is empty'],
  ['CreateUser with a password of one character', create({ user: utf8('short'), password: utf8('x') }), 'ok'],
  [
    'CreateUser with a password of 72 bytes',
    create({ user: utf8('long'), password: utf8('x'.repeat(72)) }),
    'ok',
  ],
  [
    'CreateUser with a password of 73 bytes',
    create({ password: utf8('x'.repeat(73)) }),
    'UNKNOWN | error hashing password: bcrypt: password length exceeds 72 bytes',
  ],
  [
    'CreateUser without a database',
    create({ database: '' }),
    'UNKNOWN | database name can not be empty when there are multiple databases',
  ],
  [
    'CreateUser on an unknown database',
    create({ database: 'nowhere' }),
    'UNKNOWN | database nowhere does not exist',
  ],
  ['CreateUser without a permission', create({ permission: 0 }), 'UNKNOWN | unrecognized permission'],
  ['CreateUser with permission 3', create({ permission: 3 }), 'UNKNOWN | unrecognized permission'],
  ['CreateUser with permission 256', create({ permission: 256 }), 'ok'],
  [
    'CreateUser as another administrator of all',
    create({ permission: SYSADMIN }),
    'UNKNOWN | can not create another system admin',
  ],
  [
    'CreateUser by a reader',
    async (place) => (await place.sessionOf('reader')).ask('createUser', user()),
    'UNKNOWN | you do not have permission on this database',
  ],
  [
    'CreateUser by a writer',
    async (place) => (await place.sessionOf('writer')).ask('createUser', user()),
    'UNKNOWN | you do not have permission on this database',
  ],
  [
    'CreateUser by the administrator of a database',
    async (place) => (await place.sessionOf('boss')).ask('createUser', user({ user: utf8('child') })),
    'ok',
  ],
  [
    'CreateUser by the same on another',
    async (place) => (await place.sessionOf('boss')).ask('createUser', user({ database: OTHER })),
    'UNKNOWN | you do not have permission on this database',
  ],
  ['OpenSession of a new user', (place) => place.opens('made'), 'ok'],
  [
    'OpenSession of the same on another database',
    (place) => place.opens('made', PASSWORD, OTHER),
    'PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
  [
    'OpenSession of the same on defaultdb',
    (place) => place.opens('made', PASSWORD, 'defaultdb'),
    'PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
  [
    'OpenSession of the same on systemdb',
    (place) => place.opens('made', PASSWORD, 'systemdb'),
    'PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
  [
    'UseDatabase of the same on another database',
    async (place) => (await place.sessionOf('made')).ask('useDatabase', { databaseName: OTHER }),
    'PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
  [
    'UseDatabase of the same on systemdb',
    async (place) => (await place.sessionOf('made')).ask('useDatabase', { databaseName: 'systemdb' }),
    'PERMISSION_DENIED | Logged in user does not have permission on this database',
  ],
];

const brief = ({ user: name, permissions, active, createdby }: User) =>
  `${fromUtf8(name) ?? '?'} by ${createdby} ${permissions.map((one) => `${one.database}:${one.permission}`).join('+')} ${active ? 'active' : 'inactive'}`;
const mine = ({ users }: { users: readonly User[] }) =>
  users.map(brief).filter((line) => /^(reader|writer|boss|idle|child) /.test(line));

const LISTING: readonly Row<UserPlace>[] = [
  [
    'ListUsers',
    ({ admin }) => admin.ask('listUsers', {}, mine),
    '["boss by immudb users:254 active", "child by boss users:1 active", "idle by immudb users:1 inactive", "reader by immudb users:1 active", "writer by immudb users:2 active"]',
  ],
  [
    'ListUsers: the administrator of all',
    ({ admin }) =>
      admin.ask('listUsers', {}, ({ users }) =>
        users.map(brief).filter((line) => line.startsWith('immudb ')),
      ),
    '["immudb by  *:255 active"]',
  ],
  [
    'ListUsers by a reader',
    async (place) => (await place.sessionOf('reader')).ask('listUsers', {}, ({ users }) => users.map(brief)),
    '["reader by immudb users:1 active"]',
  ],
  [
    'ListUsers by the administrator of a database',
    async (place) => (await place.sessionOf('boss')).ask('listUsers', {}, mine),
    '["boss by immudb users:254 active", "child by boss users:1 active", "idle by immudb users:1 inactive", "reader by immudb users:1 active", "writer by immudb users:2 active"]',
  ],
  [
    'ListUsers: SQL privileges of a reader',
    async (place) =>
      (await place.sessionOf('reader')).ask('listUsers', {}, ({ users }) => users[0]?.sqlPrivileges),
    '[{ database: "users", privilege: "SELECT" }]',
  ],
  [
    'ListUsers: SQL privileges of a writer',
    async (place) =>
      (await place.sessionOf('writer')).ask('listUsers', {}, ({ users }) =>
        users[0]?.sqlPrivileges.map(({ privilege }) => privilege),
      ),
    '["SELECT", "CREATE", "INSERT", "UPDATE", "DELETE", "DROP", "ALTER"]',
  ],
  [
    'DatabaseListV2 by a reader',
    async (place) =>
      (await place.sessionOf('reader')).ask('databaseListV2', {}, ({ databases }) =>
        databases.map(({ name }) => name),
      ),
    '["users"]',
  ],
];

/** All of it. */
export const USERS = group<UserPlace>({
  name: 'users',
  prepare: prepareUsers,
  rows: [...CREATING, ...LISTING, ...USER_CHANGES],
});
