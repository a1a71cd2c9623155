// Who may call: sessions, and their absence.
import { utf8 } from '../../../src/bytes.js';
import { asking, DATABASE, databaseOf, GET, prepareSessions, SessionPlace } from './session-place.js';
import { TOKENS } from './tokens.js';
import { adminOn, group, Probe, tryToOpen, type Row } from './table.js';

const STALE = 'A'.repeat(43) + '=';
const NOT_LOGGED_IN = 'UNKNOWN 28000 | not logged in';
const NO_SESSION = 'UNKNOWN 28000 | no session auth data provided';
const STALE_SESSION = 'PERMISSION_DENIED 08001 | session not found';
const INVALID = 'UNKNOWN 08004 | invalid user name or password';

const open = (user: string, password: string, database: string) => (place: SessionPlace) =>
  tryToOpen(place.backend, user, password, database);

const OPENING: readonly Row<SessionPlace>[] = [
  ['OpenSession', open('immudb', 'immudb', 'defaultdb'), 'ok'],
  ['OpenSession, the database in capitals', open('immudb', 'immudb', 'DefaultDB'), 'ok'],
  ['OpenSession on systemdb', open('immudb', 'immudb', 'systemdb'), 'ok'],
  ['OpenSession with a wrong password', open('immudb', 'wrong', 'defaultdb'), INVALID],
  ['OpenSession without a password', open('immudb', '', 'defaultdb'), INVALID],
  ['OpenSession of nobody known', open('nobody', 'wrong', 'defaultdb'), INVALID],
  ['OpenSession of nobody', open('', '', 'defaultdb'), INVALID],
  [
    'OpenSession on an unknown database',
    open('immudb', 'immudb', 'nowhere'),
    'UNKNOWN | database does not exist',
  ],
  ['OpenSession on no database', open('immudb', 'immudb', ''), 'UNKNOWN | database does not exist'],
  ['OpenSession with a wrong password on an unknown database', open('immudb', 'wrong', 'nowhere'), INVALID],
  [
    'OpenSession with a stale session',
    ({ backend }) =>
      new Probe(backend.withHeaders({ sessionid: STALE })).ask('openSession', {
        username: utf8('immudb'),
        password: utf8('immudb'),
        databaseName: 'defaultdb',
      }),
    'ok',
  ],
  [
    'OpenSession: a session id of 44 characters, and the name of the server in 20',
    (place) =>
      place
        .as({})
        .ask(
          'openSession',
          { username: utf8('immudb'), password: utf8('immudb'), databaseName: 'defaultdb' },
          ({ sessionID, serverUUID }) => [/^[\w-]{43}=$/.test(sessionID), /^[0-9a-v]{20}$/.test(serverUUID)],
        ),
    '[true, true]',
  ],
];

const bare = asking({});
const WITHOUT: readonly Row<SessionPlace>[] = [
  ['no credentials: Get', bare('get', GET), NOT_LOGGED_IN],
  ['no credentials: Set', bare('set'), NOT_LOGGED_IN],
  ['no credentials: CurrentState', bare('currentState'), NOT_LOGGED_IN],
  ['no credentials: streamGet', (place) => place.as({}).stream('streamGet', [GET]), NOT_LOGGED_IN],
  ['no credentials: streamSet', (place) => place.as({}).stream('streamSet', []), NOT_LOGGED_IN],
  ['no credentials: Health', (place) => place.as({}).ask('health', {}, ({ status }) => status), 'true'],
  [
    'no credentials: ServerInfo',
    (place) => place.as({}).ask('serverInfo', {}, ({ version }) => version),
    '"1.11.1"',
  ],
  ['no credentials: DatabaseHealth', bare('databaseHealth'), NOT_LOGGED_IN],
  ['no credentials: KeepAlive', bare('keepAlive'), NO_SESSION],
  ['no credentials: CloseSession', bare('closeSession'), NO_SESSION],
  [
    'no credentials: UseDatabase',
    bare('useDatabase', { databaseName: 'defaultdb' }),
    'UNAUTHENTICATED | Please login',
  ],
  ['no credentials: Logout', bare('logout'), NOT_LOGGED_IN],
  ['no credentials: DatabaseListV2', bare('databaseListV2'), 'UNKNOWN | please login'],
  [
    'no credentials: CreateDatabaseV2',
    bare('createDatabaseV2', { name: 'x' }),
    'UNKNOWN | could not get loggedin user data',
  ],
  [
    'no credentials: LoadDatabase',
    bare('loadDatabase', { database: 'x' }),
    'UNKNOWN | could not get loggedin user data',
  ],
  ['no credentials: ListUsers', bare('listUsers'), NOT_LOGGED_IN],
  ['no credentials: CreateUser', bare('createUser'), NOT_LOGGED_IN],
  ['no credentials: ChangePassword', bare('changePassword'), NOT_LOGGED_IN],
  ['no credentials: SetActiveUser', bare('setActiveUser'), 'UNKNOWN | username can not be empty'],
  ['no credentials: NewTx', bare('newTx'), NO_SESSION],
];

const stale = { sessionid: STALE };
const old = asking(stale);
const STALE_SESSIONS: readonly Row<SessionPlace>[] = [
  ['a stale session: Get', old('get', GET), STALE_SESSION],
  ['a stale session: Health', old('health'), STALE_SESSION],
  ['a stale session: ServerInfo', old('serverInfo'), STALE_SESSION],
  ['a stale session: KeepAlive', old('keepAlive'), STALE_SESSION],
  ['a stale session: CloseSession', old('closeSession'), STALE_SESSION],
  ['a stale session: UseDatabase', old('useDatabase', { databaseName: 'defaultdb' }), STALE_SESSION],
  ['a stale session: Login', old('login', { user: utf8('immudb'), password: utf8('immudb') }), STALE_SESSION],
  [
    'a stale session: streamGet',
    (place) => place.as(stale).stream('streamGet', [GET]),
    'INVALID_ARGUMENT 22023 | no session found',
  ],
  [
    'a stale session: streamSet',
    (place) => place.as(stale).stream('streamSet', []),
    'INVALID_ARGUMENT 22023 | no session found',
  ],
  [
    'a session id that is empty: Get',
    (place) => place.as({ sessionid: '' }).ask('get', GET),
    'UNKNOWN 28000 | no sessionID provided',
  ],
  [
    'a session id that is empty: streamGet',
    (place) => place.as({ sessionid: '' }).stream('streamGet', [GET]),
    'UNKNOWN 28000 | no sessionID provided',
  ],
  [
    'a closed session',
    async (place) => {
      const probe = place.as(await place.session());
      return `${await probe.ask('closeSession')}, then ${await probe.ask('get', GET)}`;
    },
    'ok, then PERMISSION_DENIED 08001 | session not found',
  ],
  ['a live session: KeepAlive', async (place) => place.as(await place.session()).ask('keepAlive'), 'ok'],
  [
    'a stale session beside a good token',
    async (place) => place.as({ ...stale, ...(await place.token(DATABASE)) }).ask('get', GET),
    STALE_SESSION,
  ],
  [
    'a live session beside a bad token',
    async (place) => place.as({ authorization: 'bad', ...(await place.session()) }).ask('get', GET),
    'UNKNOWN | tbtree: key not found',
  ],
];

/** All of it. */
export const SESSIONS = group<SessionPlace>({
  name: 'sessions',
  prepare: prepareSessions,
  rows: [...OPENING, ...WITHOUT, ...STALE_SESSIONS, ...TOKENS],
});

const NO_DATABASES: readonly Row<SessionPlace>[] = [
  [
    'a token without a database, where there is but one',
    async (place) => databaseOf(place.as(await place.token())),
    '"defaultdb"',
  ],
  [
    'DatabaseListV2',
    async ({ backend }) =>
      (await adminOn(backend)).ask('databaseListV2', {}, ({ databases }) =>
        databases.map(({ name }) => name),
      ),
    '["defaultdb"]',
  ],
  [
    'ServerInfo',
    ({ backend }) =>
      new Probe(backend.withHeaders({})).ask('serverInfo', {}, ({ numDatabases, numTransactions }) => [
        numDatabases,
        numTransactions,
      ]),
    '[1, 0n]',
  ],
];

/** A server nobody made anything on. Must be the first group. */
export const FRESH_SERVER = group<SessionPlace>({
  name: 'a fresh server',
  prepare: (backend) => Promise.resolve(new SessionPlace(backend)),
  rows: NO_DATABASES,
});
