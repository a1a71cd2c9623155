import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/engine/database/settings.js';
import {
  givenOldSettings,
  givenSettings,
  oldSettingsMessage,
  settingsMessage,
} from '../../src/engine/service/settings-message.js';
import { SETTINGS, type SettingValue } from '../../src/engine/setting-table.js';
import {
  changedSettings,
  heededSettings,
  isStoredSetting,
  settingsOf,
  type StoredSettings,
} from '../../src/engine/stored-settings.js';
import { DatabaseSettings } from '../../src/wire/immudb/schema/database.js';
import {
  AHTNullableSettings,
  DatabaseNullableSettings,
  IndexNullableSettings,
  ReplicationNullableSettings,
  TruncationNullableSettings,
} from '../../src/wire/immudb/schema/settings.js';

const PARTS = {
  replicationSettings: ReplicationNullableSettings,
  indexSettings: IndexNullableSettings,
  ahtSettings: AHTNullableSettings,
  truncationSettings: TruncationNullableSettings,
};

/** Another value that a database may have, for what may be changed at all. */
function another({ path, default: preset }: (typeof SETTINGS)[number]): SettingValue {
  if (path === 'writeTxHeaderVersion') return 0;
  if (typeof preset === 'boolean') return !preset;
  if (typeof preset === 'bigint') return preset + 3_600_000n;
  return typeof preset === 'number' ? Math.max(1, Math.floor(preset / 2)) : 'x';
}
const REFUSED = /^replicationSettings\.|^truncationSettings\.retentionPeriod$/;
const given = (entries: Readonly<Record<string, SettingValue>>) => new Map(Object.entries(entries));
const change = (settings: Record<string, SettingValue>, existing = false, stored: StoredSettings = {}) =>
  changedSettings('db', stored, given(settings), existing);

describe('the table', () => {
  it('has every setting of the message, and no other', () => {
    const top = Object.keys(DatabaseNullableSettings.create()).filter((name) => !(name in PARTS));
    const nested = Object.entries(PARTS).flatMap(([part, type]) =>
      Object.keys(type.create()).map((name) => `${part}.${name}`),
    );
    expect(SETTINGS.map(({ path }) => path).sort()).toEqual([...top, ...nested].sort());
  });

  it('has defaults that are allowed, and agree with those the engine opens databases with', () => {
    expect(change({})).toEqual({});
    expect(heededSettings({})).toEqual(DEFAULT_SETTINGS);
  });
});

describe('settings', () => {
  const open = SETTINGS.filter(({ path }) => !REFUSED.test(path));

  it.each(open.map((setting) => [setting.path, setting] as const))(
    'keep %s and show it again',
    (path, setting) => {
      const value = another(setting);
      const stored = change({ [path]: value });
      const kept = JSON.parse(JSON.stringify(stored)) as StoredSettings;
      expect(Object.entries(kept).every(([name, held]) => isStoredSetting(name, held))).toBe(true);
      expect(settingsOf(kept)(path)).toBe(value);
      const message = DatabaseNullableSettings.decode(
        DatabaseNullableSettings.encode(settingsMessage(kept)).finish(),
      );
      expect(givenSettings(message).get(path)).toBe(value);
    },
  );

  it('show every one of them, those at their default too', () => {
    expect(givenSettings(settingsMessage({}))).toEqual(
      new Map(SETTINGS.map(({ path, default: preset }) => [path, preset])),
    );
  });

  it('take only what a client gave', () => {
    const message = DatabaseNullableSettings.create({ maxKeyLen: { value: 5 }, indexSettings: {} });
    expect(givenSettings(message)).toEqual(new Map([['maxKeyLen', 5]]));
    expect(givenSettings(undefined)).toEqual(new Map());
  });

  it('stay as they are where they are fixed', () => {
    for (const { path, fixed, default: preset } of SETTINGS) {
      if (fixed === undefined) continue;
      expect(() => change({ [path]: preset }, true), path).toThrow(
        `${fixed} can not be changed after database creation ('db')`,
      );
    }
  });

  it('change one at a time', () => {
    const first = change({ maxConcurrency: 7 });
    const second = change({ syncFrequency: 9n }, true, first);
    expect(second).toEqual({ maxConcurrency: 7, syncFrequency: '9' });
  });

  it.each([
    ['maxKeyLen', 0, 'illegal arguments: invalid options: invalid MaxKeyLen'],
    ['maxTxEntries', 2 ** 20 + 1, 'illegal arguments: invalid options: invalid MaxTxEntries'],
    ['fileSize', 2 ** 31 - 1, 'illegal arguments: invalid options: invalid FileSize'],
    ['maxIOConcurrency', 128, 'illegal arguments: invalid options: invalid MaxIOConcurrency'],
    ['readTxPoolSize', 0, "invalid read tx pool size (0) for database 'db'"],
    ['indexSettings.cleanupPercentage', Infinity, 'invalid index option CleanupPercentage'],
    ['replicationSettings.syncAcks', 1, 'SyncAcks should be set to 0'],
    ['replicationSettings.syncReplication', true, 'at least one sync replica'],
  ])('refuse %s = %s', (path, value, said) => {
    expect(() => change({ [path]: value })).toThrow(said);
  });

  it('refuse what depends on another', () => {
    expect(() => change({ maxIOConcurrency: 2, embeddedValues: true })).toThrow('invalid MaxIOConcurrency');
    expect(change({ maxIOConcurrency: 2 })).toEqual({ maxIOConcurrency: 2 });
  });

  it('of the older message leave out zeros, and the time', () => {
    const old = DatabaseSettings.create({ databaseName: 'db', maxKeyLen: 9, excludeCommitTime: true });
    const stored = changedSettings('db', {}, givenOldSettings(old), false);
    expect(oldSettingsMessage('db', stored)).toEqual({
      ...DatabaseSettings.create({ databaseName: 'db' }),
      fileSize: 536_870_912,
      maxKeyLen: 9,
      maxValueLen: 33_554_432,
      maxTxEntries: 1024,
    });
  });
});

it('knows what can be in a file', () => {
  expect(isStoredSetting('maxKeyLen', 9)).toBe(true);
  expect(isStoredSetting('syncFrequency', '9')).toBe(true);
  for (const [path, value] of [
    ['maxKeyLen', '9'],
    ['maxKeyLen', null],
    ['syncFrequency', 9],
    ['syncFrequency', '-9'],
    ['syncFrequency', '9'.repeat(21)],
    ['colour', 9],
    ['toString', 9],
  ] as const) {
    expect(isStoredSetting(path, value), `${path} ${String(value)}`).toBe(false);
  }
});
