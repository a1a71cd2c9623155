// The settings of databases: what they are, what they limit, and which may change.
import { utf8 } from '../../../src/bytes.js';
import type { DatabaseNullableSettings } from '../../../src/wire/immudb/schema/settings.js';
import type { RequestOf } from '../rpc-backend.js';
import type { DatabasePlace } from './database-place.js';
import { adminOn, type Probe, type Row } from './table.js';

const update =
  (database: string, settings: RequestOf<'updateDatabaseV2'>['settings'] = {}) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('updateDatabaseV2', { database, settings: settings });
const truncate =
  (database: string, retentionPeriod: bigint) =>
  ({ admin }: DatabasePlace) =>
    admin.ask('truncateDatabase', { database, retentionPeriod });
const replica = (value: boolean) => ({ replicationSettings: { replica: { value } } });

/** A database whose limits are small. */
async function limited({ backend, admin }: DatabasePlace): Promise<Probe> {
  const settings = { maxKeyLen: { value: 4 }, maxValueLen: { value: 4 }, maxTxEntries: { value: 2 } };
  await admin.must('createDatabaseV2', { name: 'limited', settings, ifNotExists: true });
  return adminOn(backend, 'limited');
}
const setIn = (count: number, key: string, value: string) => async (place: DatabasePlace) => {
  const KVs = Array.from({ length: count }, (_, index) => ({
    key: utf8(`${key}${index}`),
    value: utf8(value),
  }));
  return (await limited(place)).ask('set', { KVs });
};

/** `{ value: 1 }` as `1`, at any depth. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 1 && members[0]![0] === 'value') return members[0]![1];
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}

type SettingName = keyof DatabaseNullableSettings;

/** Settings of a database that was made without any. */
const settings =
  (...names: SettingName[]) =>
  async ({ backend }: DatabasePlace) =>
    (await adminOn(backend, 'made')).ask('getDatabaseSettingsV2', {}, (answer) =>
      Object.fromEntries(names.map((name) => [name, plain(answer.settings?.[name])])),
    );

/** Rows for the group of databases. */
export const SETTINGS: readonly Row<DatabasePlace>[] = [
  ['a key as long as may be', setIn(1, 'kk', 'vvv'), 'ok'],
  ['a key longer', setIn(1, 'kkk', 'v'), 'UNKNOWN | max key length exceeded'],
  ['a value longer', setIn(1, 'k', 'vvvv'), 'UNKNOWN | max value length exceeded'],
  ['an entry more', setIn(3, 'k', 'v'), 'UNKNOWN | max number of entries per tx exceeded'],
  [
    'a database without times',
    async ({ backend, admin }) => {
      const settings = { excludeCommitTime: { value: true } };
      await admin.must('createDatabaseV2', { name: 'timeless', settings });
      return (await adminOn(backend, 'timeless')).ask('set', { KVs: [{ key: utf8('k') }] }, ({ ts }) => ts);
    },
    '0n',
  ],
  [
    'its limits',
    settings('maxKeyLen', 'maxValueLen', 'maxTxEntries', 'fileSize'),
    '{ maxKeyLen: 1024, maxValueLen: 33554432, maxTxEntries: 1024, fileSize: 536870912 }',
  ],
  [
    'its writing',
    settings('excludeCommitTime', 'writeTxHeaderVersion', 'embeddedValues', 'preallocFiles', 'syncFrequency'),
    '{ excludeCommitTime: false, writeTxHeaderVersion: 1, embeddedValues: false, preallocFiles: false, syncFrequency: 20n }',
  ],
  [
    'its concurrency',
    settings(
      'maxConcurrency',
      'maxIOConcurrency',
      'readTxPoolSize',
      'maxActiveTransactions',
      'mvccReadSetLimit',
    ),
    '{ maxConcurrency: 30, maxIOConcurrency: 1, readTxPoolSize: 128, maxActiveTransactions: 1000, mvccReadSetLimit: 100000 }',
  ],
  [
    'its buffers',
    settings('txLogCacheSize', 'vLogCacheSize', 'writeBufferSize', 'ahtSettings', 'autoload'),
    '{ txLogCacheSize: 1000, vLogCacheSize: 0, writeBufferSize: 4194304, ahtSettings: { syncThreshold: 100000, writeBufferSize: 16777216 }, autoload: true }',
  ],
  [
    'its files',
    settings('vLogMaxOpenedFiles', 'txLogMaxOpenedFiles', 'commitLogMaxOpenedFiles'),
    '{ vLogMaxOpenedFiles: 10, txLogMaxOpenedFiles: 10, commitLogMaxOpenedFiles: 10 }',
  ],
  [
    'its index',
    settings('indexSettings'),
    '{ indexSettings: { flushThreshold: 100000, syncThreshold: 1000000, cacheSize: 134217728, maxNodeSize: 4096, maxActiveSnapshots: 100, renewSnapRootAfter: 1000n, compactionThld: 2, delayDuringCompaction: 10, nodesLogMaxOpenedFiles: 10, historyLogMaxOpenedFiles: 1, commitLogMaxOpenedFiles: 1, flushBufferSize: 4096, cleanupPercentage: 0, maxBulkSize: 1, bulkPreparationTimeout: 20n } }',
  ],
  [
    'its truncation',
    settings('truncationSettings'),
    '{ truncationSettings: { retentionPeriod: 0n, truncationFrequency: 86400000n } }',
  ],
  [
    'its replication',
    settings('replicationSettings'),
    '{ replicationSettings: { replica: false, primaryDatabase: "", primaryHost: "", primaryPort: 0, primaryUsername: "", primaryPassword: "", syncReplication: false, syncAcks: 0, prefetchTxBufferSize: 0, replicationCommitConcurrency: 0, allowTxDiscarding: false, skipIntegrityCheck: false, waitForIndexing: false } }',
  ],
  [
    'GetDatabaseSettingsV2 of one with small limits',
    async (place) =>
      (await limited(place)).ask('getDatabaseSettingsV2', {}, ({ settings }) => [
        settings?.maxKeyLen,
        settings?.maxValueLen,
        settings?.maxTxEntries,
      ]),
    '[{ value: 4 }, { value: 4 }, { value: 2 }]',
  ],
  [
    'GetDatabaseSettings',
    async ({ backend }) =>
      (await adminOn(backend, 'made')).ask('getDatabaseSettings', {}, (answer) => answer),
    '{ databaseName: "made", replica: false, primaryDatabase: "", primaryHost: "", primaryPort: 0, primaryUsername: "", primaryPassword: "", fileSize: 536870912, maxKeyLen: 1024, maxValueLen: 33554432, maxTxEntries: 1024, excludeCommitTime: false }',
  ],
  ['UpdateDatabaseV2', update('made', { maxConcurrency: { value: 20 } }), 'ok'],
  [
    'UpdateDatabaseV2 of what cannot be changed',
    update('made', { maxKeyLen: { value: 20 } }),
    "INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: max key length can not be changed after database creation ('made')",
  ],
  ['UpdateDatabaseV2 defaultdb', update('defaultdb'), 'INTERNAL XX000 | database is reserved'],
  ['UpdateDatabaseV2 of what is not there', update('nowhere'), 'UNKNOWN | database does not exist'],
  ['a database becomes a replica', update('other', replica(true)), 'ok'],
  ['a replica is read', async ({ backend }) => (await adminOn(backend, 'other')).ask('scan', {}), 'ok'],
  [
    'a replica is not written',
    async ({ backend }) => (await adminOn(backend, 'other')).ask('set', { KVs: [{ key: utf8('k') }] }),
    "UNKNOWN | database is read-only because it's a replica",
  ],
  [
    'nor is one deleted from',
    async ({ backend }) => (await adminOn(backend, 'other')).ask('delete', { keys: [utf8('never')] }),
    "UNKNOWN | database is read-only because it's a replica",
  ],
  ['a primary again', update('other', replica(false)), 'ok'],
  [
    'a primary is written',
    async ({ backend }) => (await adminOn(backend, 'other')).ask('set', { KVs: [{ key: utf8('k') }] }),
    'ok',
  ],
  ['TruncateDatabase defaultdb', truncate('defaultdb', 0n), 'INTERNAL XX000 | database is reserved'],
  ['TruncateDatabase of what is not there', truncate('nowhere', 0n), 'UNKNOWN | database does not exist'],
  [
    'TruncateDatabase of the last hour',
    truncate('made', 3_600_000n),
    "INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = illegal arguments: invalid retention period for database 'made'. RetentionPeriod should at least '24h0m0s' hours",
  ],
  ['FlushIndex', async ({ backend }) => (await adminOn(backend, 'made')).ask('flushIndex', {}), 'ok'],
  [
    'CompactIndex',
    async ({ backend }) => (await adminOn(backend, 'made')).ask('compactIndex', {}),
    'UNKNOWN | tbtree: compaction threshold not yet reached',
  ],
];
