// A database's settings as plain values. On the wire each is wrapped, so that "not given" differs from zero.

import {
  AHTNullableSettings,
  DatabaseNullableSettings,
  IndexNullableSettings,
  ReplicationNullableSettings,
  TruncationNullableSettings,
} from '../wire/immudb/schema/settings.js';

/** The wrapped settings with the wrapping taken off: what is left out keeps its default. */
type Unwrapped<T> = T extends { value: infer Value }
  ? Value
  : { readonly [Name in keyof T]?: Unwrapped<NonNullable<T[Name]>> };

/**
 * Settings of a database, by the names and in the units of immudb: bytes, milliseconds, counts. What is left out has
 * the server's default. `fileSize`, `maxKeyLen`, `maxValueLen`, `maxTxEntries`, `embeddedValues`, `preallocFiles` and
 * `indexSettings.maxNodeSize` cannot be changed later.
 */
export type DatabaseSettings = Unwrapped<DatabaseNullableSettings>;

/** The server hands this one out in clear to every reader of settings: it ends here. */
const SECRET = 'primaryPassword' as const;

/** Settings that are groups of others. */
const GROUPS = {
  replicationSettings: ReplicationNullableSettings.create(),
  truncationSettings: TruncationNullableSettings.create(),
  indexSettings: IndexNullableSettings.create(),
  ahtSettings: AHTNullableSettings.create(),
};

function wrap(settings: object): object {
  const entries = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'object' && value !== null ? wrap(value) : { value },
    ]);
  return Object.fromEntries(entries) as object;
}

function unwrap(settings: object): object {
  const entries = Object.entries(settings)
    .filter(([name, value]) => value !== undefined && name !== SECRET)
    .map(([name, value]: [string, object]) => [name, 'value' in value ? value.value : unwrap(value)]);
  return Object.fromEntries(entries) as object;
}

/** @throws TypeError naming a setting that does not exist */
export function toWireSettings(settings: DatabaseSettings): DatabaseNullableSettings {
  assertKnown(settings, DatabaseNullableSettings.create(), 'a setting of a database');
  for (const [group, known] of Object.entries(GROUPS)) {
    const given = settings[group as keyof typeof GROUPS];
    if (given !== undefined) assertKnown(given, known, `a setting in ${group}`);
  }
  return DatabaseNullableSettings.create(wrap(settings));
}

function assertKnown(settings: object, known: object, what: string): void {
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(known, name))
      throw new TypeError(`"${name}" is not ${what}: ${Object.keys(known).join(', ')}`);
  }
}

/** What of the settings must not be repeated. */
export function secretsOf(settings: DatabaseSettings | undefined): string[] {
  const secret = settings?.replicationSettings?.[SECRET];
  return secret === undefined ? [] : [secret];
}

/** The settings the server has, without the password of a replica's primary. */
export function fromWireSettings(settings: DatabaseNullableSettings | undefined): DatabaseSettings {
  return settings === undefined ? {} : unwrap(settings);
}
