// An LMDB environment as this store uses it: with which settings, and in which trees.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type * as Lmdb from 'lmdb';
import { ImmuError } from '../../errors.js';
import type { Table } from './ledger-store.js';
import { reading } from './lmdb-errors.js';
import { prepareLockFile } from './lmdb-lock-file.js';
import { enter } from './shared-environments.js';
import { checkFormat, initialise, readCommits } from './store-account.js';
import { damaged, onDisk } from './storage-errors.js';

/** A named LMDB database. */
export type Tree = Lmdb.Database<Uint8Array, Uint8Array>;

/** The file of LMDB that holds the rows. */
export const DATA_FILE = 'data.mdb';

const ROWS = { keyEncoding: 'binary', encoding: 'binary', useVersions: false } as const;

/** Table by table the trees that hold it. `keys` is kept twice, see twin-trees.ts. */
export interface Trees extends Readonly<Record<Table, Tree>> {
  /** The twin of `keys`. */
  readonly twin: Tree;
}

const TREES = { log: 'log', keys: 'keys', twin: 'keys-twin', revisions: 'revisions' } as const;

/** The unnamed LMDB database, whose rows are the names of the others and what store-account.ts puts there. */
export type Root = Lmdb.RootDatabase<Uint8Array, Uint8Array>;

/** An open environment. */
export interface Environment {
  readonly root: Root;
  readonly trees: Trees;
  /** How many commits the store had taken when it was opened. */
  readonly commits: number;
  /** The number of the newest transaction of LMDB in the file, also of one that LMDB could not finish. */
  readonly newestTxn: () => number;
  /** How long the file is, undefined once it is not the one in the folder any more. Takes some microseconds. */
  readonly bytesInPlace: () => number | undefined;
  /** Closes it. To be called once. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the LMDB files of a folder. LMDB is loaded by the first call.
 *
 * @param use `create` makes the tables; otherwise they must be there
 * @throws ImmuError LEDGER_DAMAGED, LEDGER_STORAGE_FAILED, UNSUPPORTED_FORMAT
 */
export async function openEnvironment(
  directory: string,
  use: 'create' | 'write' | 'read',
): Promise<Environment> {
  const { open } = await loadLmdb();
  const settings = {
    ...ROWS,
    // In the root a row has a number, so that a write can be conditional on it.
    useVersions: true,
    readOnly: use === 'read',
    // A name with a dot would be taken for that of a file.
    noSubdir: false,
    permissionsMode: 0o600,
    // Durable when the promise of a write resolves, which overlapping syncs are not, and half again as fast.
    overlappingSync: false,
    // What belongs together is in an explicit batch. Otherwise LMDB's own batch of an event turn has a promise that
    // nobody can catch, and a full disk ends the process.
    eventTurnBatching: false,
    maxDbs: 8,
  };
  const leave = await entering(directory, use);
  let root: Root | undefined;
  const close = async () => {
    await root?.close();
    leave();
  };
  const file = join(directory, DATA_FILE);
  try {
    await onDisk('open', directory, () => prepareLockFile(directory, use === 'read'));
    root = reading(directory, () => open<Uint8Array, Uint8Array>(directory, settings));
    if (use === 'create') {
      const trees = openTrees(directory, root, true);
      await initialise(root);
      return { root, trees, commits: 0, ...aboutFile(root, file), close };
    }
    checkFormat(directory, root);
    const trees = openTrees(directory, root, false);
    return { root, trees, commits: readCommits(directory, root), ...aboutFile(root, file), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function aboutFile(root: Root, file: string): Pick<Environment, 'newestTxn' | 'bytesInPlace'> {
  const opened = reading(file, () => statSync(file));
  return {
    newestTxn: () => (root.getStats() as { readonly lastTxnId: number }).lastTxnId,
    bytesInPlace: () => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.ino === opened.ino && found.dev === opened.dev ? found.size : undefined;
    },
  };
}

/** A new file, in a folder of its own, is nobody else's. */
async function entering(directory: string, use: 'create' | 'write' | 'read'): Promise<() => void> {
  if (use === 'create') return () => undefined;
  return onDisk('open', directory, () => enter(directory, join(directory, DATA_FILE), use === 'write'));
}

async function loadLmdb(): Promise<typeof Lmdb> {
  try {
    return await import('lmdb');
  } catch (cause) {
    throw new ImmuError(
      'LEDGER_STORAGE_FAILED',
      'The package "lmdb", which embedded ledgers are kept in, could not be loaded. Install the dependencies on this ' +
        'machine, optional ones included, so that they fit its system and its version of Node.',
      { cause },
    );
  }
}

function openTrees(directory: string, root: Root, create: boolean): Trees {
  const openTree = (name: string): Tree => {
    // Never made where it should be: an empty table in the place of a lost one would look like a new ledger.
    const options = { ...ROWS, create };
    const tree = reading(directory, () => root.openDB<Uint8Array, Uint8Array>(name, options)) as
      Tree | undefined;
    if (!tree) throw damaged(`The table "${name}" is missing`, directory, { table: name });
    return tree;
  };
  return {
    log: openTree(TREES.log),
    keys: openTree(TREES.keys),
    twin: openTree(TREES.twin),
    revisions: openTree(TREES.revisions),
  };
}
