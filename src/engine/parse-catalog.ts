// The catalog as it is in ledger.json: checked member by member, since anybody may edit a file.

import type { PasswordHash } from './access/password.js';
import type { Grant, SqlPrivilege, User } from './access/user.js';
import type { CatalogValue, DatabaseEntry } from './catalog.js';
import { isDatabaseName } from './database-name.js';
import type { Json } from './storage/catalog-file.js';
import { damaged, unsupportedFormat } from './storage/storage-errors.js';
import { isStoredSetting, type StoredSettings } from './stored-settings.js';

/** The format of ledger.json that is written, and the only one that is read. */
export const CATALOG_FORMAT = 1;

type Members = Readonly<Record<string, Json | undefined>>;
type Check<T> = (value: Json | undefined, at: string) => T;

/** A member that is not what it should be. */
class Misfit extends Error {}

const isText: Check<string> = (value, at) => {
  if (typeof value !== 'string') throw new Misfit(`${at} is not text`);
  return value;
};

const isFlag: Check<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new Misfit(`${at} is neither true nor false`);
  return value;
};

const isCount: Check<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Misfit(`${at} is not a whole number`);
  return value;
};

const matching =
  (pattern: RegExp): Check<string> =>
  (value, at) => {
    if (typeof value !== 'string' || !pattern.test(value))
      throw new Misfit(`${at} is not ${String(pattern)}`);
    return value;
  };

function membersOf(value: Json | undefined, at: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Misfit(`${at} is not an object`);
  return value as Members;
}

const listOf =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) throw new Misfit(`${at} is not a list`);
    return value.map((item: Json, index) => check(item, `${at}[${index}]`));
  };

const password: Check<PasswordHash> = (value, at) => {
  const { cost, salt, hash } = membersOf(value, at);
  const kept = {
    cost: isCount(cost, `${at}.cost`),
    salt: matching(/^[0-9a-f]{32}$/)(salt, `${at}.salt`),
    hash: matching(/^[0-9a-f]{64}$/)(hash, `${at}.hash`),
  };
  // A cost from a file decides how much memory and time a login takes.
  if (!Number.isInteger(Math.log2(kept.cost)) || kept.cost < 2 || kept.cost > 2 ** 18) {
    throw new Misfit(`${at}.cost is not a power of two up to 2^18`);
  }
  return kept;
};

const grant: Check<Grant> = (value, at) => {
  const { database, permission } = membersOf(value, at);
  return {
    database: isText(database, `${at}.database`),
    permission: isCount(permission, `${at}.permission`),
  };
};

const privilege: Check<SqlPrivilege> = (value, at) => {
  const { database, privilege: name } = membersOf(value, at);
  return { database: isText(database, `${at}.database`), privilege: isText(name, `${at}.privilege`) };
};

const user: Check<User> = (value, at) => {
  const members = membersOf(value, at);
  return {
    name: isText(members.name, `${at}.name`),
    administrator: isFlag(members.administrator, `${at}.administrator`),
    password: password(members.password, `${at}.password`),
    grants: listOf(grant)(members.grants, `${at}.grants`),
    privileges: listOf(privilege)(members.privileges, `${at}.privileges`),
    active: isFlag(members.active, `${at}.active`),
    createdBy: isText(members.createdBy, `${at}.createdBy`),
    createdAt: isCount(members.createdAt, `${at}.createdAt`),
  };
};

const settings: Check<StoredSettings> = (value, at) => {
  const kept: Record<string, number | boolean | string> = {};
  for (const [path, setting] of Object.entries(membersOf(value, at))) {
    if (!isStoredSetting(path, setting)) throw new Misfit(`${at}["${path}"] is not a setting`);
    kept[path] = setting;
  }
  return kept;
};

const database: Check<DatabaseEntry> = (value, at) => {
  const members = membersOf(value, at);
  const { stage } = members;
  // A name is a part of a path.
  if (!isDatabaseName(isText(members.name, `${at}.name`))) throw new Misfit(`${at}.name names no database`);
  if (stage !== undefined && stage !== 'new' && stage !== 'removing')
    throw new Misfit(`${at}.stage is unknown`);
  return {
    name: isText(members.name, `${at}.name`),
    settings: settings(members.settings, `${at}.settings`),
    createdBy: isText(members.createdBy, `${at}.createdBy`),
    createdAt: isCount(members.createdAt, `${at}.createdAt`),
    ...(stage === undefined ? {} : { stage }),
  };
};

function refuseRepetitions(named: readonly { readonly name: string }[], at: string): void {
  if (new Set(named.map(({ name }) => name)).size < named.length) throw new Misfit(`${at} names one twice`);
}

/**
 * The catalog a file holds.
 *
 * @param value as it was read
 * @param path of the file, for errors
 * @throws ImmuError LEDGER_DAMAGED, or UNSUPPORTED_FORMAT for one of another version
 */
export function parseCatalog(value: Json, path: string): CatalogValue {
  try {
    const members = membersOf(value, 'it');
    const format = isCount(members.format, 'format');
    if (format !== CATALOG_FORMAT) throw unsupportedFormat(path, format, CATALOG_FORMAT);
    const catalog: CatalogValue = {
      format,
      uuid: matching(/^[0-9a-v]{20}$/)(members.uuid, 'uuid'),
      createdAt: isCount(members.createdAt, 'createdAt'),
      databases: listOf(database)(members.databases, 'databases'),
      users: listOf(user)(members.users, 'users'),
    };
    refuseRepetitions(catalog.databases, 'databases');
    refuseRepetitions(catalog.users, 'users');
    return catalog;
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw damaged(`The catalog cannot be read (${error.message})`, path);
  }
}

/** The catalog as JSON: it has nothing but text, numbers, flags, lists and objects of those. */
export function catalogJson(value: CatalogValue): Json {
  return value as unknown as Json;
}
