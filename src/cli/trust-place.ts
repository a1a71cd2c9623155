// Which store and which record a trust command is about.

import { ImmuError } from '../errors.js';
import { FileTrustStore } from '../trust/file-store.js';
import type { TrustId } from '../trust/store.js';
import { describeTrustId } from '../trust/trust-id.js';
import { type Arguments, type Options, UsageError } from './arguments.js';
import { trustOfFolder } from './ledger-folder.js';

/** The option that names the directory. */
export const DIRECTORY_OPTION: Options = {
  directory: {
    value: 'DIR',
    about:
      'where the records are (default: IMMUREPO_TRUST_DIR, else the state directory of this user; with --path there)',
  },
};

/** The option that names the directory, of a ledger in a folder. */
export const FOLDER_DIRECTORY_OPTION: Options = {
  directory: { value: 'DIR', about: 'where the trust records are (default: in the folder of the ledger)' },
};

/** The options that name one record among several. */
export const RECORD_OPTIONS: Options = {
  ledger: { value: 'ID', about: "the ledger's id" },
  database: { value: 'NAME', about: 'the database' },
};

/** The store a command works on. */
export function storeOf(given: Arguments): FileTrustStore {
  const path = given.text('path');
  if (path !== undefined) return trustOfFolder(given, path).store;
  const directory = given.text('directory');
  return new FileTrustStore(directory === undefined ? {} : { directory });
}

/** The records a command is about: all, or those that `--ledger` and `--database` name. */
export async function chosenIds(given: Arguments, store: FileTrustStore): Promise<TrustId[]> {
  const [ledgerId, database] = [given.text('ledger') ?? placeInDirectory(given), given.text('database')];
  // Both names need no list, which fails where a record is too damaged to tell its name.
  if (ledgerId !== undefined && database !== undefined) return [{ ledgerId, database }];
  const ids = (await store.list()).filter(
    (id) => (ledgerId ?? id.ledgerId) === id.ledgerId && (database ?? id.database) === id.database,
  );
  if (ids.length > 0 || (ledgerId === undefined && database === undefined)) return ids;
  throw new ImmuError(
    'TRUST_MISSING',
    `There is no trust record of that name in ${store.directory}. \`immurepo trust show\` lists them.`,
    { details: { ledgerId, database, directory: store.directory } },
  );
}

/** Of the records in a directory that may hold many, those of the folder that is meant. */
function placeInDirectory(given: Arguments): string | undefined {
  const path = given.text('path');
  return path === undefined || !given.has('directory') ? undefined : trustOfFolder(given, path).ledgerId;
}

/** The one record a command is about. */
export async function chosenId(given: Arguments, store: FileTrustStore): Promise<TrustId> {
  const ids = await chosenIds(given, store);
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  if (id === undefined) {
    throw new ImmuError('TRUST_MISSING', `There are no trust records in ${store.directory}.`, {
      details: { directory: store.directory },
    });
  }
  throw new UsageError(
    `there are several records; say which by --ledger and --database: ${ids.map(describeTrustId).join(' · ')}`,
  );
}
