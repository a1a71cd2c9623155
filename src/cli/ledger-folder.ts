// What the commands for a ledger in a folder have in common: which folder, what is trusted of it, and how they end early.

import { resolve } from 'node:path';
import process from 'node:process';
import { ImmuError } from '../errors.js';
import { embeddedLedgerId, trustFolderOf } from '../trust/embedded-place.js';
import { FileTrustStore } from '../trust/file-store.js';
import { type Arguments, type Options, UsageError } from './arguments.js';

/** The option that names the folder. */
export const PATH_OPTION: Options = {
  path: { value: 'DIR', about: 'the folder of an embedded ledger' },
};

/** The option that names one database of a folder. */
export const DATABASE_OPTION: Options = {
  database: { value: 'NAME', about: 'only this database (default: all)' },
};

/** The option that allows a slow disk more time. */
export const TIMEOUT_OPTION: Options = {
  timeout: {
    value: 'SECONDS',
    about: 'how long reading may make no progress until it counts as damage (default: 60)',
  },
};

/** Where the trusted state of a folder is, and under which name. */
export interface FolderTrust {
  readonly store: FileTrustStore;
  readonly ledgerId: string;
}

/** The records of a folder's ledger: inside of it, or in `--directory` by the folder's place. As openLedger has it. */
export function trustOfFolder(given: Arguments, folder: string): FolderTrust {
  const path = resolve(folder);
  const directory = given.text('directory');
  return {
    store: new FileTrustStore({ directory: directory ?? trustFolderOf(path) }),
    ledgerId: given.text('ledger') ?? embeddedLedgerId(path, directory === undefined),
  };
}

/** `--timeout` in milliseconds, as an option of whoever reads. */
export function patience(given: Arguments): { readonly stallMs?: number } {
  const seconds = given.number('timeout');
  if (seconds === undefined) return {};
  if (seconds > MAX_SECONDS) throw new UsageError(`--timeout must be at most ${String(MAX_SECONDS)}`);
  return { stallMs: Number(seconds) * 1000 };
}

/** What a timer can count. */
const MAX_SECONDS = 2_147_483n;

/**
 * Does work that is given up at Ctrl-C, so that it can clear up after itself. A second time ends the process at once.
 *
 * @param whatRemains what is told of what was half done
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  whatRemains = 'What was half done was removed again.',
): Promise<T> {
  const aborting = new AbortController();
  const giveUp = (name: string) => {
    aborting.abort(new ImmuError('ABORTED', `Ended by ${name}. ${whatRemains}`));
  };
  for (const name of SIGNALS) process.once(name, giveUp);
  try {
    return await work(aborting.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, giveUp);
  }
}

/** Not SIGHUP: what was started with nohup is to outlive its terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
