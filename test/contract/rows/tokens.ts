// Moving between databases, and calls by token.
import { utf8 } from '../../../src/bytes.js';
import { DATABASE, databaseOf, GET, USER, type SessionPlace } from './session-place.js';
import type { Row } from './table.js';

const ON_DATABASES: readonly Row<SessionPlace>[] = [
  [
    'UseDatabase moves the session',
    async (place) => {
      const probe = place.as(await place.session());
      await probe.must('useDatabase', { databaseName: DATABASE });
      return databaseOf(probe);
    },
    '"sessions"',
  ],
  [
    'UseDatabase: a token comes with it',
    async (place) =>
      place
        .as(await place.session())
        .ask('useDatabase', { databaseName: DATABASE }, ({ token }) => token.slice(0, 10)),
    '"v2.public."',
  ],
  [
    'UseDatabase unknown',
    async (place) => place.as(await place.session()).ask('useDatabase', { databaseName: 'nowhere' }),
    "NOT_FOUND 3F000 | 'nowhere' does not exist",
  ],
  [
    'UseDatabase of none',
    async (place) => place.as(await place.session()).ask('useDatabase', {}),
    "NOT_FOUND 3F000 | '' does not exist",
  ],
  [
    'UseDatabase in capitals',
    async (place) => place.as(await place.session()).ask('useDatabase', { databaseName: 'Sessions' }),
    "NOT_FOUND 3F000 | 'Sessions' does not exist",
  ],
  [
    'UseDatabase systemdb',
    async (place) => place.as(await place.session()).ask('useDatabase', { databaseName: 'systemdb' }),
    'ok',
  ],
  [
    'systemdb: Scan',
    async (place) => place.as(await place.session('systemdb')).ask('scan', { limit: 1n }),
    'ok',
  ],
  [
    'systemdb: Set',
    async (place) => place.as(await place.session('systemdb')).ask('set', { KVs: [{ key: utf8('k') }] }),
    'INTERNAL XX000 | permission denied',
  ],
  [
    'systemdb: CurrentState',
    async (place) => databaseOf(place.as(await place.session('systemdb'))),
    '"systemdb"',
  ],
];

const BY_TOKEN: readonly Row<SessionPlace>[] = [
  [
    'Login',
    (place) =>
      place
        .as({})
        .ask('login', { user: utf8('immudb'), password: utf8('immudb') }, ({ token, warning }) => [
          token.slice(0, 10),
          warning.length > 0,
        ]),
    '["v2.public.", true]',
  ],
  [
    'Login with a wrong password',
    (place) => place.as({}).ask('login', { user: utf8('immudb'), password: utf8('no') }),
    'UNKNOWN 08004 | invalid user name or password',
  ],
  [
    'Login of nobody known',
    (place) => place.as({}).ask('login', { user: utf8('nobody') }),
    'UNKNOWN 08004 | invalid user name or password',
  ],
  [
    'a token without a database',
    async (place) => place.as(await place.token()).ask('get', GET),
    'UNKNOWN | please select a database first',
  ],
  [
    'a token with a database',
    async (place) => databaseOf(place.as(await place.token(DATABASE))),
    '"sessions"',
  ],
  [
    'a bearer token',
    async (place) => {
      const { authorization } = await place.token(DATABASE);
      return databaseOf(place.as({ authorization: `Bearer ${authorization}` }));
    },
    '"sessions"',
  ],
  [
    'a token: streamGet',
    async (place) => place.as(await place.token(DATABASE)).stream('streamGet', [GET]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'a token: KeepAlive',
    async (place) => place.as(await place.token(DATABASE)).ask('keepAlive', {}),
    'UNKNOWN 28000 | no session auth data provided',
  ],
  [
    'a token: NewTx',
    async (place) => place.as(await place.token(DATABASE)).ask('newTx', {}),
    'UNKNOWN 28000 | no session auth data provided',
  ],
  [
    'a token: UseDatabase unknown',
    async (place) => place.as(await place.token()).ask('useDatabase', { databaseName: 'nowhere' }),
    "NOT_FOUND 3F000 | 'nowhere' does not exist",
  ],
  [
    'a token that is none',
    (place) => place.as({ authorization: 'bad' }).ask('get', GET),
    'INTERNAL XX000 | invalid token',
  ],
  [
    'a token that is none: streamGet',
    (place) => place.as({ authorization: 'bad' }).stream('streamGet', [GET]),
    'INTERNAL XX000 | invalid token',
  ],
  [
    'a token that is none: UseDatabase',
    (place) => place.as({ authorization: 'bad' }).ask('useDatabase', { databaseName: DATABASE }),
    'UNAUTHENTICATED | Please login',
  ],
  [
    'a token that is empty',
    (place) => place.as({ authorization: '' }).ask('get', GET),
    'UNKNOWN 28000 | not logged in',
  ],
  [
    'a token after Logout',
    async (place) => {
      const probe = place.as(await place.token(DATABASE));
      const out = await probe.ask('logout');
      return `${out}, then ${await probe.ask('get', GET)}`;
    },
    'ok, then UNKNOWN | tbtree: key not found',
  ],
  [
    'a token after the Logout of its only login',
    async (place) => {
      const login = await place.as({}).must('login', USER);
      const first = place.as({ authorization: login.token });
      const { token } = await first.must('useDatabase', { databaseName: DATABASE });
      const probe = place.as({ authorization: token });
      const before = await databaseOf(probe);
      const out = await probe.ask('logout');
      return `${before}, ${out}, then ${await probe.ask('get', GET)}, and ${await probe.stream('streamGet', [GET])}`;
    },
    '"sessions", ok, then UNKNOWN 28000 | not logged in, and UNKNOWN 28000 | not logged in',
  ],
  [
    'UpdateAuthConfig',
    async (place) => place.as(await place.session()).ask('updateAuthConfig', {}),
    'INTERNAL XX000 | operation not supported',
  ],
  [
    'UpdateMTLSConfig',
    async (place) => place.as(await place.session()).ask('updateMTLSConfig', {}),
    'INTERNAL XX000 | operation not supported',
  ],
];

/** Rows for the group of sessions. */
export const TOKENS: readonly Row<SessionPlace>[] = [...ON_DATABASES, ...BY_TOKEN];
