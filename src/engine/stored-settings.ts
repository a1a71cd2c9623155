// The settings of one database as the catalog keeps them: those that were ever set, the rest is default.

import type { DatabaseSettings } from './database/settings.js';
import { ServiceFailure, Status } from './service-failure.js';
import { type SettingLookup, SETTINGS, type SettingValue } from './setting-table.js';

/** What was set, by path. 64-bit numbers as decimal text: this is stored as JSON. */
export type StoredSettings = Readonly<Record<string, number | boolean | string>>;

/** Values by path, as a caller gives them. */
export type GivenSettings = ReadonlyMap<string, SettingValue>;

const DEFAULTS: ReadonlyMap<string, SettingValue> = new Map(
  SETTINGS.map((setting) => [setting.path, setting.default]),
);

/** Whether a value read from a file can be that of a setting. */
export function isStoredSetting(path: string, value: unknown): value is number | boolean | string {
  const type = typeof DEFAULTS.get(path);
  if (type === 'bigint') return typeof value === 'string' && /^\d{1,20}$/.test(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type && type !== 'undefined';
}

/** Every setting's value: what was set, or the default. */
export function settingsOf(stored: StoredSettings): SettingLookup {
  return (path) => {
    const preset = DEFAULTS.get(path);
    if (preset === undefined) throw new TypeError(`${path} is not a setting of a database`);
    const value = stored[path];
    if (value === undefined) return preset;
    return typeof preset === 'bigint' ? BigInt(value) : value;
  };
}

const invalid = (text: string) =>
  new ServiceFailure(
    Status.INVALID_ARGUMENT,
    `rpc error: code = InvalidArgument desc = illegal arguments: ${text}`,
  );

const unsupported = (what: string) =>
  new ServiceFailure(
    Status.UNIMPLEMENTED,
    `${what} unsupported by the embedded ledger: use a real immudb, by its URL`,
  );

/** What 1.11.1 does and this engine does not: better refused than kept and not done. */
function refuseUnsupported(all: SettingLookup): void {
  if (all('replicationSettings.replica') === true)
    throw unsupported('a replica (replicationSettings.replica) is');
  if (all('replicationSettings.syncReplication') === true) {
    throw unsupported('replication (replicationSettings.syncReplication) is');
  }
  if (all('truncationSettings.retentionPeriod') !== 0n) {
    throw unsupported('deleting old values (truncationSettings.retentionPeriod) is');
  }
}

/**
 * The settings with some of them changed.
 *
 * @param database whose settings these are, for the error
 * @param existing whether the database was made before: some settings are then fixed
 * @throws ServiceFailure in 1.11.1's words, or UNIMPLEMENTED for replication and truncation
 */
export function changedSettings(
  database: string,
  stored: StoredSettings,
  given: GivenSettings,
  existing: boolean,
): StoredSettings {
  for (const { path, fixed } of SETTINGS) {
    if (existing && fixed !== undefined && given.has(path)) {
      throw invalid(`${fixed} can not be changed after database creation ('${database}')`);
    }
  }
  const changed: Record<string, number | boolean | string> = { ...stored };
  for (const [path, value] of given) changed[path] = typeof value === 'bigint' ? String(value) : value;
  const all = settingsOf(changed);
  for (const { path, refuses, reason } of SETTINGS) {
    if (refuses?.(all(path), all) === true && reason !== undefined) throw invalid(reason(database));
  }
  refuseUnsupported(all);
  return changed;
}

/** What of the settings the engine heeds. */
export function heededSettings(stored: StoredSettings): DatabaseSettings {
  const all = settingsOf(stored);
  return {
    maxKeyLen: Number(all('maxKeyLen')),
    maxValueLen: Number(all('maxValueLen')),
    maxTxEntries: Number(all('maxTxEntries')),
    excludeCommitTime: all('excludeCommitTime') === true,
    headerVersion: all('writeTxHeaderVersion') === 0 ? 0 : 1,
  };
}
