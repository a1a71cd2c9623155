// Making, loading, unloading and deleting databases.
import { utf8 } from '../../../src/bytes.js';
import type { RequestOf } from '../rpc-backend.js';
import { type DatabasePlace, prepareDatabases } from './database-place.js';
import { SETTINGS } from './database-settings.js';
import { adminOn, group, tryToOpen, type Row } from './table.js';

const create =
  (request: RequestOf<'createDatabaseV2'>) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('createDatabaseV2', request, ({ name, alreadyExisted }) => ({ name, alreadyExisted }));
const load =
  (database: string) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('loadDatabase', { database });
const unload =
  (database: string) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('unloadDatabase', { database });
const remove =
  (database: string) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('deleteDatabase', { database });

const CREATING: readonly Row<DatabasePlace>[] = [
  ['CreateDatabaseV2', create({ name: 'made' }), '{ name: "made", alreadyExisted: false }'],
  ['CreateDatabaseV2 again', create({ name: 'made' }), 'UNKNOWN | database already exists'],
  [
    'CreateDatabaseV2 again, if it is not there',
    create({ name: 'made', ifNotExists: true }),
    '{ name: "made", alreadyExisted: true }',
  ],
  ['CreateDatabaseV2 in capitals', create({ name: 'Capital' }), '{ name: "capital", alreadyExisted: false }'],
  [
    'CreateDatabaseV2 of the same in small letters',
    create({ name: 'capital' }),
    'UNKNOWN | database already exists',
  ],
  ['CreateDatabaseV2 defaultdb', create({ name: 'defaultdb' }), 'INTERNAL XX000 | database is reserved'],
  [
    'CreateDatabaseV2 defaultdb, if it is not there',
    create({ name: 'defaultdb', ifNotExists: true }),
    'INTERNAL XX000 | database is reserved',
  ],
  ['CreateDatabaseV2 DefaultDB', create({ name: 'DefaultDB' }), 'UNKNOWN | database already exists'],
  ['CreateDatabaseV2 systemdb', create({ name: 'systemdb' }), 'INTERNAL XX000 | database is reserved'],
  ['CreateDatabaseV2 without a name', create({}), 'UNKNOWN | database name length outside of limits'],
  [
    'CreateDatabaseV2 with a name of 128 characters',
    create({ name: 'n'.repeat(128) }),
    '{ name: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", alreadyExisted: false }',
  ],
  [
    'CreateDatabaseV2 with a name of 129 characters',
    create({ name: 'n'.repeat(129) }),
    'UNKNOWN | database name length outside of limits',
  ],
  [
    'CreateDatabaseV2 with digits and underscores',
    create({ name: '_1_a' }),
    '{ name: "_1_a", alreadyExisted: false }',
  ],
  [
    'CreateDatabaseV2 with a hyphen',
    create({ name: 'a-b' }),
    'UNKNOWN | punctuation marks and symbols are not allowed in database name',
  ],
  [
    'CreateDatabaseV2 with a space',
    create({ name: 'a b' }),
    'UNKNOWN | unrecognized character in database name',
  ],
  [
    'CreateDatabaseV2 with a path',
    create({ name: '../a' }),
    'UNKNOWN | punctuation marks and symbols are not allowed in database name',
  ],
  [
    'CreateDatabaseV2 with a letter of another alphabet',
    create({ name: 'ä' }),
    '{ name: "ä", alreadyExisted: false }',
  ],
  [
    'CreateDatabaseV2 with maxKeyLen 2048',
    create({ name: 'keys', settings: { maxKeyLen: { value: 2048 } } }),
    'INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: illegal arguments: invalid options: invalid MaxKeyLen',
  ],
  [
    'CreateDatabaseV2 with maxKeyLen 0',
    create({ name: 'keys', settings: { maxKeyLen: { value: 0 } } }),
    'INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: illegal arguments: invalid options: invalid MaxKeyLen',
  ],
  [
    'CreateDatabaseV2 with maxValueLen 0',
    create({ name: 'keys', settings: { maxValueLen: { value: 0 } } }),
    'INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: illegal arguments: invalid options: invalid MaxValueLen',
  ],
  [
    'CreateDatabaseV2 with maxTxEntries 0',
    create({ name: 'keys', settings: { maxTxEntries: { value: 0 } } }),
    'INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: illegal arguments: invalid options: invalid MaxTxEntries',
  ],
  ['CreateDatabase', ({ admin }) => admin.ask('createDatabase', { databaseName: 'old' }), 'ok'],
  [
    'CreateDatabase again',
    ({ admin }) => admin.ask('createDatabase', { databaseName: 'old' }),
    'UNKNOWN | database already exists',
  ],
  ['CreateDatabaseWith', ({ admin }) => admin.ask('createDatabaseWith', { databaseName: 'older' }), 'ok'],
  ['UseDatabase of one just made', ({ admin }) => admin.ask('useDatabase', { databaseName: 'made' }), 'ok'],
  [
    'DatabaseList',
    ({ admin }) =>
      admin.ask('databaseList', {}, ({ databases }) =>
        databases
          .map(({ databaseName }) => databaseName)
          .filter((name) => /^(defaultdb|made|capital|old|older)$/.test(name)),
      ),
    '["defaultdb", "made", "capital", "old", "older"]',
  ],
];

const LOADING: readonly Row<DatabasePlace>[] = [
  [
    'a new database is written',
    async ({ backend }) =>
      (await adminOn(backend, 'made')).ask('set', { KVs: [{ key: utf8('k') }] }, ({ id }) => id),
    '1n',
  ],
  ['LoadDatabase of a loaded one', load('made'), 'INTERNAL XX000 | database already loaded'],
  ['LoadDatabase defaultdb', load('defaultdb'), 'INTERNAL XX000 | database is reserved'],
  ['LoadDatabase of what is not there', load('nowhere'), 'UNKNOWN | database does not exist'],
  ['UnloadDatabase defaultdb', unload('defaultdb'), 'INTERNAL XX000 | database is reserved'],
  ['UnloadDatabase systemdb', unload('systemdb'), 'INTERNAL XX000 | database is reserved'],
  ['UnloadDatabase of what is not there', unload('nowhere'), 'UNKNOWN | database does not exist'],
  ['DeleteDatabase of a loaded one', remove('made'), 'UNKNOWN | cannot delete an open database'],
  ['DeleteDatabase defaultdb', remove('defaultdb'), 'INTERNAL XX000 | database is reserved'],
  ['DeleteDatabase of what is not there', remove('nowhere'), 'UNKNOWN | database does not exist'],
  [
    'UnloadDatabase under a session',
    async ({ backend, admin }) => {
      const session = await adminOn(backend, 'made');
      const unloaded = await admin.ask('unloadDatabase', { database: 'made' });
      const get = await session.ask('get', { key: utf8('k') });
      const set = await session.ask('set', { KVs: [{ key: utf8('k') }] });
      const state = await session.ask('currentState', {});
      return `${unloaded}; Get: ${get}; Set: ${set}; CurrentState: ${state}`;
    },
    'ok; Get: UNKNOWN | already closed; Set: UNKNOWN | already closed; CurrentState: UNKNOWN | already closed',
  ],
  ['UnloadDatabase again', unload('made'), 'UNKNOWN | already closed'],
  ['OpenSession on an unloaded one', ({ backend }) => tryToOpen(backend, 'immudb', 'immudb', 'made'), 'ok'],
  [
    'UseDatabase of an unloaded one',
    ({ admin }) => admin.ask('useDatabase', { databaseName: 'made' }),
    'UNKNOWN | already closed',
  ],
  ['CreateDatabaseV2 of an unloaded one', create({ name: 'made' }), 'UNKNOWN | database already exists'],
  [
    'ServerInfo while one is unloaded',
    ({ admin }) => admin.ask('serverInfo', {}),
    'UNKNOWN | already closed',
  ],
  [
    'DatabaseListV2 while one is unloaded',
    ({ admin }) =>
      admin.ask('databaseListV2', {}, ({ databases }) =>
        databases
          .filter(({ name }) => name === 'made')
          .map(({ loaded, numTransactions, created_by: createdBy }) => ({
            loaded,
            numTransactions,
            createdBy,
          })),
      ),
    '[{ loaded: false, numTransactions: 0n, createdBy: "immudb" }]',
  ],
  [
    'UpdateDatabaseV2 of an unloaded one',
    ({ admin }) =>
      admin.ask('updateDatabaseV2', { database: 'made', settings: { maxConcurrency: { value: 30 } } }),
    'ok',
  ],
  ['LoadDatabase', load('made'), 'ok'],
  [
    'what was written is there',
    async ({ backend }) => (await adminOn(backend, 'made')).ask('get', { key: utf8('k') }, ({ tx }) => tx),
    '1n',
  ],
  [
    'a session from before goes on',
    async ({ backend, admin }) => {
      const session = await adminOn(backend, 'made');
      await admin.must('unloadDatabase', { database: 'made' });
      await admin.must('loadDatabase', { database: 'made' });
      return session.ask('get', { key: utf8('k') }, ({ tx }) => tx);
    },
    '1n',
  ],
  [
    'DeleteDatabase of an unloaded one',
    async (place) => `${await unload('made')(place)}, ${await remove('made')(place)}`,
    'ok, ok',
  ],
  ['DeleteDatabase again', remove('made'), 'UNKNOWN | tbtree: key not found'],
  [
    'LoadDatabase of a deleted one',
    load('made'),
    "UNKNOWN | database does not exist: while opening database 'made'",
  ],
  ['OpenSession on a deleted one', ({ backend }) => tryToOpen(backend, 'immudb', 'immudb', 'made'), 'ok'],
  ['CreateDatabaseV2 of a deleted one', create({ name: 'made' }), 'UNKNOWN | database already exists'],
  [
    'UseDatabase of it',
    ({ admin }) => admin.ask('useDatabase', { databaseName: 'made' }),
    'UNKNOWN | database does not exist',
  ],
  ['DatabaseListV2 after that', ({ admin }) => admin.ask('databaseListV2'), 'ok'],
  ['DatabaseList after that', ({ admin }) => admin.ask('databaseList'), 'ok'],
  ['ServerInfo after that', ({ admin }) => admin.ask('serverInfo'), 'ok'],
];

/** All of it. */
export const DATABASES = group<DatabasePlace>({
  name: 'databases',
  prepare: prepareDatabases,
  rows: [...CREATING, ...SETTINGS, ...LOADING],
});
