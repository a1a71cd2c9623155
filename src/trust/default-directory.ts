// Where a Node service keeps trust records unless told otherwise.

import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where to look for the default directory. */
export interface DirectoryEnvironment {
  /** Environment variables. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The operating system. Default `process.platform`. */
  readonly platform?: string;
  /** The user's home directory. Default `os.homedir()`. */
  readonly home?: string;
}

/**
 * The directory for trust records: `IMMUREPO_TRUST_DIR`, else `immurepo` in the user's state directory, which is
 * `XDG_STATE_HOME` or `~/.local/state`, on Windows `LOCALAPPDATA` or `~\AppData\Local`.
 *
 * It must outlive the process and the container: a directory that comes up empty is a ledger that is trusted anew.
 *
 * @param from where to look; the defaults are this process's
 * @returns an absolute path, which need not exist
 */
export function defaultTrustDirectory(from: DirectoryEnvironment = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = from;
  const chosen = env.IMMUREPO_TRUST_DIR;
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const windows = platform === 'win32';
  const state = windows ? env.LOCALAPPDATA : env.XDG_STATE_HOME;
  // The XDG specification: a relative path in XDG_STATE_HOME is invalid and to be ignored.
  if (state !== undefined && isAbsolute(state)) return join(state, 'immurepo');
  return windows ? join(home, 'AppData', 'Local', 'immurepo') : join(home, '.local', 'state', 'immurepo');
}
