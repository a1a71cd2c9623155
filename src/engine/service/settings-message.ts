// A database's settings on the wire: a tree of optional values there, a table of paths here.

import type { DatabaseSettings } from '../../wire/immudb/schema/database.js';
import { DatabaseNullableSettings } from '../../wire/immudb/schema/settings.js';
import { SETTINGS, type SettingValue } from '../setting-table.js';
import { type GivenSettings, settingsOf, type StoredSettings } from '../stored-settings.js';

interface Tree {
  [name: string]: Tree | SettingValue | undefined;
}

/** All settings of a database, as a client is shown them. */
export function settingsMessage(stored: StoredSettings): DatabaseNullableSettings {
  const all = settingsOf(stored);
  const tree: Tree = {};
  for (const { path } of SETTINGS) {
    const [first = '', second] = path.split('.');
    const value = { value: all(path) };
    if (second === undefined) tree[first] = value;
    else tree[first] = { ...(tree[first] as Tree | undefined), [second]: value };
  }
  return DatabaseNullableSettings.fromPartial(tree);
}

/** The settings a client gave; those it left out are not there. */
export function givenSettings(message: DatabaseNullableSettings | undefined): GivenSettings {
  const given = new Map<string, SettingValue>();
  for (const { path } of SETTINGS) {
    let found: unknown = message;
    for (const name of [...path.split('.'), 'value']) found = (found as Tree | undefined)?.[name];
    if (found !== undefined) given.set(path, found as SettingValue);
  }
  return given;
}

/** The same for the older message, in which 0 is "not given". As in 1.11.1 it cannot leave out the time. */
export function givenOldSettings(message: DatabaseSettings): GivenSettings {
  const given = new Map<string, SettingValue>();
  for (const name of ['fileSize', 'maxKeyLen', 'maxValueLen', 'maxTxEntries'] as const) {
    if (message[name] > 0) given.set(name, message[name]);
  }
  const replication = [
    'replica',
    'primaryDatabase',
    'primaryHost',
    'primaryPort',
    'primaryUsername',
  ] as const;
  for (const name of [...replication, 'primaryPassword'] as const) {
    given.set(`replicationSettings.${name}`, message[name]);
  }
  return given;
}

/** The older message. */
export function oldSettingsMessage(databaseName: string, stored: StoredSettings): DatabaseSettings {
  const all = settingsOf(stored);
  return {
    databaseName,
    replica: false,
    primaryDatabase: '',
    primaryHost: '',
    primaryPort: 0,
    primaryUsername: '',
    primaryPassword: '',
    fileSize: Number(all('fileSize')),
    maxKeyLen: Number(all('maxKeyLen')),
    maxValueLen: Number(all('maxValueLen')),
    maxTxEntries: Number(all('maxTxEntries')),
    excludeCommitTime: all('excludeCommitTime') === true,
  };
}
