// What each permission allows: every call on data and databases, by a reader, a writer and a database's administrator.
import { utf8 } from '../../../src/bytes.js';
import { cut, frames } from '../frames.js';
import type { MethodName, RpcBackend, RpcCaller } from '../rpc-backend.js';
import { freshDatabase, group, refusal, adminOn, type Row } from './table.js';

const [DATABASE, PASSWORD] = ['permissions', 'Secret-1234'];
const KEY = utf8('k');
const KVs = [{ key: KEY, value: utf8('v') }];

/** Who asks, in the order of the answers. */
const USERS = [
  ['reader', 1],
  ['writer', 2],
  ['boss', 254],
] as const;

type Place = readonly RpcCaller[];

async function prepare(backend: RpcBackend): Promise<Place> {
  const db = await freshDatabase(backend, DATABASE);
  await db.must('set', { KVs });
  const admin = await adminOn(backend);
  const callers: RpcCaller[] = [];
  for (const [name, permission] of USERS) {
    const user = utf8(`perm_${name}`);
    await admin.must('createUser', { user, password: utf8(PASSWORD), permission, database: DATABASE });
    callers.push(await backend.withSession(`perm_${name}`, PASSWORD, DATABASE));
  }
  return callers;
}

/** What the three are told: one text where all are told the same. */
const each = (method: MethodName, requests: readonly object[]) => async (callers: Place) => {
  const answers: string[] = [];
  for (const caller of callers) {
    const { failure } = await caller.exchange(method, requests);
    answers.push(failure ? refusal(failure) : 'ok');
  }
  return new Set(answers).size === 1 ? answers[0]! : answers.join(' / ');
};

const one = (method: MethodName, request: object, answer: string): Row<Place> => [
  method,
  each(method, [request]),
  answer,
];
const chunks = (...texts: string[]) => cut(frames(texts.map(utf8)), []);

const ROWS: readonly Row<Place>[] = [
  one('get', { key: KEY }, 'ok'),
  one('verifiableGet', { keyRequest: { key: KEY } }, 'ok'),
  one('getAll', { keys: [KEY] }, 'INTERNAL XX000 | permission denied / ok / ok'),
  one('scan', {}, 'ok'),
  one('history', { key: KEY }, 'ok'),
  one('zScan', { set: KEY }, 'ok'),
  one('count', {}, 'ok'),
  one('countAll', {}, 'ok'),
  one('txById', { tx: 1n }, 'ok'),
  one('verifiableTxById', { tx: 1n }, 'ok'),
  one('txScan', { initialTx: 1n }, 'ok'),
  one('currentState', {}, 'ok'),
  one('databaseHealth', {}, 'ok'),
  one('streamGet', { key: KEY }, 'ok'),
  one('streamVerifiableGet', { keyRequest: { key: KEY } }, 'ok'),
  one('streamScan', {}, 'ok'),
  one('streamHistory', { key: KEY }, 'ok'),
  one('streamZScan', { set: KEY }, 'ok'),
  one('set', { KVs }, 'INTERNAL XX000 | permission denied / ok / ok'),
  one('verifiableSet', { setRequest: { KVs } }, 'INTERNAL XX000 | permission denied / ok / ok'),
  one(
    'delete',
    { keys: [utf8('never')] },
    'INTERNAL XX000 | permission denied / UNKNOWN | tbtree: key not found / UNKNOWN | tbtree: key not found',
  ),
  one('setReference', { key: utf8('r'), referencedKey: KEY }, 'INTERNAL XX000 | permission denied / ok / ok'),
  one(
    'verifiableSetReference',
    { referenceRequest: { key: utf8('r'), referencedKey: KEY } },
    'INTERNAL XX000 | permission denied / ok / ok',
  ),
  one('zAdd', { set: KEY, score: 1, key: KEY }, 'INTERNAL XX000 | permission denied / ok / ok'),
  one(
    'verifiableZAdd',
    { zAddRequest: { set: KEY, score: 1, key: KEY } },
    'INTERNAL XX000 | permission denied / ok / ok',
  ),
  one(
    'execAll',
    { Operations: [{ operation: { $case: 'kv', value: KVs[0] } }] },
    'INTERNAL XX000 | permission denied / ok / ok',
  ),
  ['streamSet', each('streamSet', chunks('a', 'v')), 'INTERNAL XX000 | permission denied / ok / ok'],
  [
    'streamVerifiableSet',
    each('streamVerifiableSet', chunks('\0\0\0\0\0\0\0\0', 'a', 'v')),
    'INTERNAL XX000 | permission denied / ok / ok',
  ],
  [
    'streamExecAll',
    each('streamExecAll', chunks('\u0001', 'a', 'v')),
    'INTERNAL XX000 | permission denied / ok / ok',
  ],
  one('getDatabaseSettings', {}, 'ok'),
  one('getDatabaseSettingsV2', {}, 'ok'),
  one('databaseList', {}, 'ok'),
  one('databaseListV2', {}, 'ok'),
  one('flushIndex', {}, 'INTERNAL XX000 | permission denied / INTERNAL XX000 | permission denied / ok'),
  one(
    'createDatabase',
    { databaseName: 'perm_new' },
    'UNKNOWN | loggedin user does not have permissions for this operation',
  ),
  one(
    'createDatabaseV2',
    { name: 'perm_new' },
    'UNKNOWN | loggedin user does not have permissions for this operation',
  ),
  one(
    'updateDatabaseV2',
    { database: DATABASE, settings: {} },
    "UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / ok",
  ),
  [
    'updateDatabaseV2 of what is not there',
    each('updateDatabaseV2', [{ database: 'nowhere', settings: {} }]),
    "UNKNOWN | the database 'nowhere' does not exist or you do not have admin permission on this database",
  ],
  one(
    'loadDatabase',
    { database: DATABASE },
    "UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / INTERNAL XX000 | database already loaded",
  ),
  one(
    'unloadDatabase',
    { database: 'nowhere' },
    "UNKNOWN | the database 'nowhere' does not exist or you do not have admin permission on this database",
  ),
  one(
    'deleteDatabase',
    { database: DATABASE },
    "UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / UNKNOWN | cannot delete an open database",
  ),
  one(
    'truncateDatabase',
    { database: DATABASE, retentionPeriod: 1n },
    "UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / UNKNOWN | the database 'permissions' does not exist or you do not have admin permission on this database / INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: invalid retention period for database 'permissions'. RetentionPeriod should at least '24h0m0s' hours",
  ),
  one('exportTx', { tx: 1n }, 'INTERNAL XX000 | permission denied / INTERNAL XX000 | permission denied / ok'),
  one('listUsers', {}, 'ok'),
  one('serverInfo', {}, 'ok'),
];

/** All of it. */
export const PERMISSIONS = group<Place>({ name: 'permissions', prepare, rows: ROWS });
