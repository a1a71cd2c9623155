// Which releases of immudb this client works with.

import { ImmuError } from '../errors.js';
import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import { printable } from './printable.js';
import { health } from './server-status.js';

/** The oldest release whose proofs are what is checked here. */
const OLDEST = [1, 4] as const;

/**
 * Refuses a server too old for its proofs to be checked. One that was built without a version is not refused for that.
 *
 * @throws ImmuError UNSUPPORTED_SERVER
 */
export async function assertSupported(connection: Connection, options: OperationOptions): Promise<void> {
  const version = await versionOf(connection, options);
  if (version === undefined) return;
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return;
  const [oldestMajor, oldestMinor] = OLDEST;
  if (Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor)) return;
  throw tooOld(connection, `immudb ${printable(version, 32)}`);
}

/**
 * Asks for its health: what it says of itself, it counts together from all its databases.
 *
 * @returns undefined where the server does not say
 */
async function versionOf(connection: Connection, options: OperationOptions): Promise<string | undefined> {
  try {
    const { version } = await health(connection, options);
    return version === '' ? undefined : version;
  } catch (error) {
    // Whatever is wrong will be told by what needs it.
    if (error instanceof ImmuError) return undefined;
    throw error;
  }
}

function tooOld({ address }: Connection, found: string): ImmuError {
  return new ImmuError(
    'UNSUPPORTED_SERVER',
    `The server at ${address} is ${found}, and proofs are checked as immudb makes them since ${OLDEST.join('.')}: update it.`,
    { details: { address, found, oldest: OLDEST.join('.') } },
  );
}
