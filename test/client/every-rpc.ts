// Every RPC of the server, and what of this client reaches it: the table of the README.

import { utf8 } from '../../src/bytes.js';
import type { ImmuClient } from '../../src/client/index.js';

/** How an RPC is reached. */
export interface Reached {
  /** As the README says it. */
  readonly by: string;
  /** Makes the call, whatever becomes of it; undefined for those of a client with a token, which the test connects. */
  readonly call?: (client: ImmuClient) => unknown;
}

const by = (text: string, call: (client: ImmuClient) => unknown): Reached => ({ by: text, call });
/** For what a newer RPC does as well, and for what the server refuses whoever asks. */
const raw = (text: string, call: (client: ImmuClient) => unknown): Reached =>
  by(`\`unverifiedRpc\`: ${text}`, call);

const key = utf8('k');
const value = utf8('v');
const other = utf8('other');
const set = utf8('s');
const NONE = 'no_such_database';
const USER = 'nosuchuser';
const COLLECTION = 'no_such_collection';
const QUERY = { where: { n: 1 } };

/** All there is of an iteration. */
async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const inOtherSession = async (client: ImmuClient) => (await client.useDatabase(client.database)).close();

/** RPCs of `immudb.schema.ImmuService`. */
export const SCHEMA: Readonly<Record<string, Reached>> = {
  OpenSession: by('`connect`; again when a session was lost', inOtherSession),
  CloseSession: by('`close`', inOtherSession),
  KeepAlive: by('by itself, while idle and before a stream is sent', ({ streams }) =>
    streams.set({ key, value }),
  ),
  // Called by clients with tokens: every-rpc.test.ts connects one.
  Login: { by: "`connect({ authentication: 'token' })`" },
  UseDatabase: { by: 'the same; `useDatabase` opens a session of its own' },
  Logout: { by: '`close` of such a client' },
  Health: by('`health`', (client) => client.health()),
  ServerInfo: by('`serverInfo`', (client) => client.serverInfo()),
  DatabaseHealth: by('`databaseHealth`', (client) => client.databaseHealth()),
  CurrentState: by('`currentState`, `verifiedState`', (client) => client.currentState()),

  Set: by('`set`, `setAll`', (client) => client.set(key, value)),
  VerifiableSet: by('`verifiedSet`', (client) => client.verifiedSet([{ key, value }])),
  Get: by('`get`', (client) => client.get(key)),
  VerifiableGet: by('`verifiedGet`', (client) => client.verifiedGet(utf8('never written'))),
  GetAll: by('`getAll`, `verifiedGetAll`', (client) => client.getAll([key])),
  Delete: by('`delete`', (client) => client.delete([other])),
  ExecAll: by('`execAll`, `verifiedExecAll`', (client) => client.execAll([{ kind: 'set', key, value }])),
  Scan: by('`scan`, `scanAll`, `verifiedScan`, `verifiedScanAll`', (client) => client.scan()),
  Count: by('`count`', (client) => client.count(key)),
  CountAll: by('`countAll`', (client) => client.countAll()),
  History: by('`history`, `historyAll`, `verifiedHistory`', (client) => client.history(key)),
  TxById: by('`tx`', (client) => client.tx(1n)),
  VerifiableTxById: by('`verifiedTx`, `verifiedTxs`, `proofs.merklePath`', (client) => client.verifiedTx(1n)),
  TxScan: by('`txScan`, `txScanAll`', (client) => client.txScan()),
  SetReference: by('`setReference`', (client) => client.setReference(other, key)),
  VerifiableSetReference: by('`verifiedSetReference`', (client) => client.verifiedSetReference(other, key)),
  ZAdd: by('`zAdd`', (client) => client.zAdd(set, 1, key)),
  VerifiableZAdd: by('`verifiedZAdd`', (client) => client.verifiedZAdd(set, 1, key)),
  ZScan: by('`zScan`, `zScanAll`, `verifiedZScan`, `verifiedZScanAll`', (client) => client.zScan(set)),

  streamGet: by('`streams.get`', ({ streams }) => streams.get(key)),
  streamSet: by('`streams.set`, `streams.setAll`', ({ streams }) => streams.set({ key, value })),
  streamVerifiableGet: by('`streams.verifiedGet`, `streams.provisionalGet`', ({ streams }) =>
    streams.verifiedGet(key),
  ),
  streamVerifiableSet: by('`streams.verifiedSet`, `streams.verifiedSetAll`', ({ streams }) =>
    streams.verifiedSet({ key, value }),
  ),
  streamScan: by('`streams.scan`', ({ streams }) => all(streams.scan())),
  streamZScan: by('`streams.zScan`', ({ streams }) => all(streams.zScan(set))),
  streamHistory: by('`streams.history`', ({ streams }) => all(streams.history(key))),
  streamExecAll: by('`streams.execAll`', ({ streams }) => streams.execAll([{ kind: 'set', key, value }])),

  SQLExec: by('`sql.exec`', ({ sql }) => sql.exec('CREATE TABLE t (id INTEGER, PRIMARY KEY id)')),
  SQLQuery: by('`sql.query`', ({ sql }) => sql.query('SELECT id FROM t').all()),
  UnarySQLQuery: by('`sql.query` with `unary: true`', ({ sql }) =>
    sql.query('SELECT id FROM t', [], { unary: true }).all(),
  ),
  ListTables: by('`sql.tables`', ({ sql }) => sql.tables()),
  DescribeTable: by('`sql.describe`', ({ sql }) => sql.describe('t')),
  VerifiableSQLGet: by('`sql.verifiedRow`', ({ sql }) => sql.verifiedRow('t', [1n])),
  NewTx: by('`sql.transaction`, `sql.begin`', ({ sql }) => sql.transaction(() => Promise.resolve())),
  TxSQLExec: by('`exec` of a transaction', ({ sql }) =>
    sql.transaction((tx) => tx.exec('INSERT INTO t (id) VALUES (7)')),
  ),
  TxSQLQuery: by('`query` of a transaction', ({ sql }) =>
    sql.transaction((tx) => tx.query('SELECT id FROM t').all()),
  ),
  Commit: by('the end of `sql.transaction`', ({ sql }) =>
    sql.transaction((tx) => tx.exec('INSERT INTO t (id) VALUES (8)')),
  ),
  Rollback: by('the same, where it fails', ({ sql }) =>
    sql.transaction(() => Promise.reject(new Error('no'))),
  ),

  CreateDatabaseV2: by('`createDatabase`', (client) => client.createDatabase(client.database)),
  CreateDatabase: raw('older than CreateDatabaseV2', (client) =>
    client.unverifiedRpc('ImmuService', 'createDatabase', { databaseName: 'systemdb' }),
  ),
  CreateDatabaseWith: raw('older than CreateDatabaseV2', (client) =>
    client.unverifiedRpc('ImmuService', 'createDatabaseWith', { databaseName: 'systemdb' }),
  ),
  DatabaseListV2: by('`listDatabases`', (client) => client.listDatabases()),
  DatabaseList: raw('older than DatabaseListV2', (client) =>
    client.unverifiedRpc('ImmuService', 'databaseList', {}),
  ),
  LoadDatabase: by('`admin.loadDatabase`', ({ admin }) => admin.loadDatabase(NONE)),
  UnloadDatabase: by('`admin.unloadDatabase`', ({ admin }) => admin.unloadDatabase(NONE)),
  DeleteDatabase: by('`admin.deleteDatabase`', ({ admin }) => admin.deleteDatabase(NONE, { confirm: NONE })),
  UpdateDatabaseV2: by('`admin.updateDatabase`', ({ admin }) =>
    admin.updateDatabase(NONE, { autoload: true }),
  ),
  UpdateDatabase: raw('older than UpdateDatabaseV2', (client) =>
    client.unverifiedRpc('ImmuService', 'updateDatabase', { databaseName: NONE }),
  ),
  GetDatabaseSettingsV2: by('`admin.databaseSettings`', ({ admin }) => admin.databaseSettings()),
  GetDatabaseSettings: raw('older than GetDatabaseSettingsV2', (client) =>
    client.unverifiedRpc('ImmuService', 'getDatabaseSettings', {}),
  ),
  TruncateDatabase: by('`admin.truncateDatabase`', ({ admin }) =>
    admin.truncateDatabase(NONE, { retentionMs: 86_400_000 }),
  ),
  FlushIndex: by('`admin.flushIndex`', ({ admin }) => admin.flushIndex()),
  CompactIndex: by('`admin.compactIndex`', ({ admin }) => admin.compactIndex()),
  ListUsers: by('`admin.listUsers`', ({ admin }) => admin.listUsers()),
  CreateUser: by('`admin.createUser`', ({ admin }) =>
    admin.createUser(USER, 'Passw0rd!', { permission: 'read', database: NONE }),
  ),
  ChangePassword: by('`admin.changePassword`', ({ admin }) => admin.changePassword(USER, 'Passw0rd!')),
  ChangePermission: by('`admin.grantPermission`, `admin.revokePermission`', ({ admin }) =>
    admin.grantPermission(USER, 'read'),
  ),
  ChangeSQLPrivileges: by('`admin.grantSqlPrivileges`, `admin.revokeSqlPrivileges`', ({ admin }) =>
    admin.grantSqlPrivileges(USER, ['SELECT']),
  ),
  SetActiveUser: by('`admin.setUserActive`', ({ admin }) => admin.setUserActive(USER, false)),
  UpdateAuthConfig: raw('always refused by the server', (client) =>
    client.unverifiedRpc('ImmuService', 'updateAuthConfig', {}),
  ),
  UpdateMTLSConfig: raw('always refused by the server', (client) =>
    client.unverifiedRpc('ImmuService', 'updateMTLSConfig', {}),
  ),
  exportTx: by('`admin.exportTx`, `admin.verifiedExportTx`', ({ admin }) => admin.exportTx(1n)),
  streamExportTx: by('`admin.exportTxs`', ({ admin }) => all(admin.exportTxs({ fromTx: 1n, toTx: 2n }))),
  replicateTx: by('`admin.importTx`, `admin.replicateInto`', async ({ admin }) =>
    admin.importTx(await admin.exportTx(1n)),
  ),
};

/** RPCs of `immudb.model.DocumentService`. */
export const DOCUMENTS: Readonly<Record<string, Reached>> = {
  CreateCollection: by('`documents.createCollection`', ({ documents }) =>
    documents.createCollection('c', { fields: [{ name: 'n', type: 'integer' }] }),
  ),
  GetCollection: by('`documents.getCollection`', ({ documents }) => documents.getCollection('c')),
  GetCollections: by('`documents.listCollections`', ({ documents }) => documents.listCollections()),
  UpdateCollection: by('`documents.updateCollection`', ({ documents }) =>
    documents.updateCollection(COLLECTION, { idField: '_id' }),
  ),
  DeleteCollection: by('`documents.deleteCollection`', ({ documents }) =>
    documents.deleteCollection(COLLECTION),
  ),
  AddField: by('`documents.addField`', ({ documents }) =>
    documents.addField(COLLECTION, { name: 'm', type: 'string' }),
  ),
  RemoveField: by('`documents.removeField`', ({ documents }) => documents.removeField(COLLECTION, 'm')),
  CreateIndex: by('`documents.createIndex`', ({ documents }) =>
    documents.createIndex(COLLECTION, { fields: ['n'] }),
  ),
  DeleteIndex: by('`documents.deleteIndex`', ({ documents }) => documents.deleteIndex(COLLECTION, ['n'])),
  InsertDocuments: by('`documents.insert`, `documents.verifiedInsert`', ({ documents }) =>
    documents.insert('c', [{ n: 1 }]),
  ),
  ReplaceDocuments: by('`documents.replace`, `documents.verifiedReplace`', ({ documents }) =>
    documents.replace('c', QUERY, { n: 2 }),
  ),
  DeleteDocuments: by('`documents.delete`', ({ documents }) => documents.delete('c', QUERY)),
  SearchDocuments: by('`documents.search`', ({ documents }) => all(documents.search('c'))),
  CountDocuments: by('`documents.count`', ({ documents }) => documents.count('c')),
  AuditDocument: by('`documents.audit`', ({ documents }) => all(documents.audit('c', '00'.repeat(16)))),
  ProofDocument: by('`documents.verifiedGet`', ({ documents }) =>
    documents.verifiedGet('c', '00'.repeat(16)),
  ),
};

/** RPCs of `immudb.model.AuthorizationService`. */
export const AUTHORIZATION: Readonly<Record<string, Reached>> = {
  OpenSession: raw('as OpenSession of ImmuService', (client) =>
    client.unverifiedRpc('AuthorizationService', 'openSession', { username: USER, password: 'x' }),
  ),
  KeepAlive: raw('as KeepAlive of ImmuService', (client) =>
    client.unverifiedRpc('AuthorizationService', 'keepAlive', {}),
  ),
  CloseSession: raw('as CloseSession of ImmuService', (client) =>
    client.unverifiedRpc('AuthorizationService', 'closeSession', {}),
  ),
};

/** Of every service, by its full name. */
export const EVERY_RPC: Readonly<Record<string, Readonly<Record<string, Reached>>>> = {
  'immudb.schema.ImmuService': SCHEMA,
  'immudb.model.DocumentService': DOCUMENTS,
  'immudb.model.AuthorizationService': AUTHORIZATION,
};

/** The rows of the README's table, one per RPC. */
export function tableRows(): string[] {
  return Object.entries(EVERY_RPC).flatMap(([service, rpcs]) =>
    Object.entries(rpcs).map(([rpc, { by: text }]) => `${service.split('.').at(-1)!}/${rpc} | ${text}`),
  );
}
