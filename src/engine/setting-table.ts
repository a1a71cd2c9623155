// Every setting of a database that 1.11.1 knows, by its place in the settings message: default, whether it is fixed at
// creation, and which values are refused how. In the order in which 1.11.1 checks them.

/** A setting's value. 64-bit numbers are `bigint`, whatever their size. */
export type SettingValue = number | bigint | boolean | string;

/** One setting. */
export interface Setting {
  /** `maxKeyLen`, `indexSettings.cacheSize`. */
  readonly path: string;
  readonly default: SettingValue;
  /** What 1.11.1 calls it in refusing to change it later; absent for one that may change. */
  readonly fixed?: string;
  /** Whether a value is refused. */
  readonly refuses?: (value: SettingValue, all: SettingLookup) => boolean;
  /** How it is refused: the reason within 1.11.1's text. @param database the database's name */
  readonly reason?: (database: string) => string;
}

/** The other settings of the same database. */
export type SettingLookup = (path: string) => SettingValue;

const KIB = 1024;
const MIB = 1024 * KIB;

/** The status text that 1.11.1 wraps into others. */
const WRAPPED = 'rpc error: code = InvalidArgument desc = illegal arguments';

const within = (from: number, to: number) => (value: SettingValue) =>
  // As a negation: a float may be not a number, which is neither below nor above.
  !(Number(value) >= from && Number(value) <= to);
const positive = within(1, Number.MAX_VALUE);
const notNegative = within(0, Number.MAX_VALUE);

function option(
  path: string,
  value: SettingValue,
  name: string,
  refuses: Setting['refuses'] = positive,
): Setting {
  return {
    path,
    default: value,
    refuses,
    reason: () => `illegal arguments: invalid options: invalid ${name}`,
  };
}

/** What only a replica may set. */
function ofReplica(path: string, value: SettingValue, name: string): Setting {
  return {
    path: `replicationSettings.${path}`,
    default: value,
    refuses: (given) => given !== value,
    reason: (database) =>
      `${WRAPPED}: invalid value for replication option ${name} on primary database '${database}'`,
  };
}

const index = (path: string, value: SettingValue, name: string, refuses?: Setting['refuses']) =>
  option(`indexSettings.${path}`, value, name, refuses);

const REPLICATION: readonly Setting[] = [
  { path: 'replicationSettings.replica', default: false },
  ofReplica('primaryDatabase', '', 'PrimaryDatabase'),
  ofReplica('primaryHost', '', 'PrimaryHost'),
  ofReplica('primaryPort', 0, 'PrimaryPort'),
  ofReplica('primaryUsername', '', 'PrimaryUsername'),
  ofReplica('primaryPassword', '', 'PrimaryPassword'),
  ofReplica('prefetchTxBufferSize', 0, 'PrefetchTxBufferSize'),
  ofReplica('replicationCommitConcurrency', 0, 'ReplicationCommitConcurrency'),
  ofReplica('allowTxDiscarding', false, 'AllowTxDiscarding'),
  ofReplica('skipIntegrityCheck', false, 'SkipIntegrityCheck'),
  ofReplica('waitForIndexing', false, 'WaitForIndexing'),
  {
    path: 'replicationSettings.syncReplication',
    default: false,
    refuses: (value, all) => value === true && all('replicationSettings.syncAcks') === 0,
    reason: (database) =>
      `${WRAPPED}: invalid replication options for primary database '${database}'. ` +
      'It is necessary to have at least one sync replica',
  },
  {
    path: 'replicationSettings.syncAcks',
    default: 0,
    refuses: (value, all) => value !== 0 && all('replicationSettings.syncReplication') === false,
    reason: (database) =>
      `${WRAPPED}: invalid replication options for primary database '${database}'. SyncAcks should be set to 0`,
  },
];

const HOUR_MS = 3_600_000;
/** 0 for off, or long enough. */
const offOrFrom = (least: number) => (value: SettingValue) => Number(value) !== 0 && Number(value) < least;

const DATABASE: readonly Setting[] = [
  {
    path: 'readTxPoolSize',
    default: 128,
    refuses: positive,
    reason: (database) => `${WRAPPED}: invalid read tx pool size (0) for database '${database}'`,
  },
  {
    path: 'truncationSettings.retentionPeriod',
    default: 0n,
    refuses: offOrFrom(24 * HOUR_MS),
    reason: (database) =>
      `${WRAPPED}: invalid retention period for database '${database}'. RetentionPeriod should at least '24' hours`,
  },
  {
    path: 'truncationSettings.truncationFrequency',
    default: BigInt(24 * HOUR_MS),
    refuses: offOrFrom(HOUR_MS),
    reason: (database) =>
      `${WRAPPED}: invalid truncation frequency for database '${database}'. TruncationFrequency should at least '1' hour`,
  },
  { path: 'autoload', default: true },
  { path: 'excludeCommitTime', default: false },
];

const STORE: readonly Setting[] = [
  { path: 'embeddedValues', default: false, fixed: 'embedded values' },
  { path: 'preallocFiles', default: false, fixed: 'prealloc files' },
  option('writeBufferSize', 4 * MIB, 'WriteBufferSize'),
  option('syncFrequency', 20n, 'SyncFrequency', notNegative),
  option('maxActiveTransactions', 1000, 'MaxActiveTransactions'),
  option('mvccReadSetLimit', 100_000, 'MVCCReadSetLimit'),
  option('maxConcurrency', 30, 'MaxConcurrency'),
  option(
    'maxIOConcurrency',
    1,
    'MaxIOConcurrency',
    (value, all) => within(1, 127)(value) || (Number(value) > 1 && all('embeddedValues') === true),
  ),
  option('vLogMaxOpenedFiles', 10, 'VLogMaxOpenedFiles'),
  option('txLogMaxOpenedFiles', 10, 'TxLogMaxOpenedFiles'),
  option('commitLogMaxOpenedFiles', 10, 'CommitLogMaxOpenedFiles'),
  option('txLogCacheSize', 1000, 'TxLogCacheSize'),
  option('vLogCacheSize', 0, 'VLogCacheSize', notNegative),
  option('writeTxHeaderVersion', 1, 'WriteTxHeaderVersion', within(0, 1)),
  // 1.11.1 sets no upper bound for the next and for values; what this engine's rows hold does.
  {
    ...option('maxTxEntries', 1024, 'MaxTxEntries', within(1, 1024 * 1024)),
    fixed: 'max number of entries per transaction',
  },
  { ...option('maxKeyLen', 1024, 'MaxKeyLen', within(1, 1024)), fixed: 'max key length' },
  { ...option('maxValueLen', 32 * MIB, 'MaxValueLen', within(1, 32 * MIB)), fixed: 'max value length' },
  { ...option('fileSize', 512 * MIB, 'FileSize', within(1, 2 ** 31 - 2)), fixed: 'file size' },
];

const INDEX: readonly Setting[] = [
  index('cacheSize', 128 * MIB, 'index option CacheSize'),
  index('flushThreshold', 100_000, 'index option FlushThld'),
  index('syncThreshold', 1_000_000, 'index option SyncThld'),
  index('flushBufferSize', 4 * KIB, 'index option FlushBufferSize'),
  index('cleanupPercentage', 0, 'index option CleanupPercentage', within(0, 100)),
  index('maxActiveSnapshots', 100, 'index option MaxActiveSnapshots'),
  { ...index('maxNodeSize', 4 * KIB, 'index option MaxNodeSize'), fixed: 'max node size' },
  index('compactionThld', 2, 'index option CompactionThld'),
  index('delayDuringCompaction', 10, 'index option DelayDuringCompaction', notNegative),
  index('renewSnapRootAfter', 1000n, 'index option RenewSnapRootAfter', within(0, 2 ** 63 - 1)),
  index('maxBulkSize', 1, 'MaxBulkSize'),
  index('bulkPreparationTimeout', 20n, 'BulkPreparationTimeout', notNegative),
  index('nodesLogMaxOpenedFiles', 10, 'index option NodesLogMaxOpenedFiles'),
  index('historyLogMaxOpenedFiles', 1, 'index option HistoryLogMaxOpenedFiles'),
  index('commitLogMaxOpenedFiles', 1, 'index option CommitLogMaxOpenedFiles'),
  option('ahtSettings.writeBufferSize', 16 * MIB, 'AHT option WriteBufferSize'),
  option('ahtSettings.syncThreshold', 100_000, 'AHT option SyncThld'),
];

/** All of them. */
export const SETTINGS: readonly Setting[] = [...REPLICATION, ...DATABASE, ...STORE, ...INDEX];
