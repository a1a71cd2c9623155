// Suites that talk to a real immudb. Each makes databases of its own: the server is shared by all files of a run.
import { randomBytes } from 'node:crypto';
import { describe, inject } from 'vitest';
import type { SharedServer } from './shared-server.js';

/** Stands in where suites are only registered, to be counted as skipped. */
const NO_SERVER: SharedServer = { address: '127.0.0.1:9', uuid: '', pid: 0, publicKeyPem: '' };

/**
 * A suite against the real immudb of this run. Skipped, and counted as such, where Go is missing; CI fails instead.
 *
 * @param body registers tests; must not call the server outside of tests and hooks
 */
export function describeReal(name: string, body: (server: SharedServer) => void): void {
  const server = inject('sharedServer');
  describe.skipIf(server === null)(`${name} (real immudb)`, () => {
    body(server ?? NO_SERVER);
  });
}

/** A database name no other test uses. @param hint lower-case letters, digits and underscores */
export function freshDatabaseName(hint = 't'): string {
  return `${hint}_${randomBytes(6).toString('hex')}`;
}
