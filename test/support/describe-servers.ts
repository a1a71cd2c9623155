// Suites that every server must pass: the real immudb, and the embedded ledger served over gRPC. What is said of one is
// said of the other.

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { serveEngine } from '../../src/engine/service/grpc-server.js';
import { describeReal } from './describe-real.js';
import type { SharedServer } from './shared-server.js';

/** A server of either kind. */
export interface TestServer extends SharedServer {
  /** Whether it lacks what embedded ledgers do not have: replicas, and a limit of writes at once. */
  readonly embedded: boolean;
}

/**
 * A suite against every server. The embedded one is of this file alone, and everything in it is in memory.
 *
 * @param body registers tests; must not call the server outside of tests and hooks
 */
export function describeServers(name: string, body: (server: TestServer) => void): void {
  describeReal(name, (server) => {
    body({ ...server, embedded: false });
  });
  describe(`${name} (embedded ledger over gRPC)`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    let engine: Engine;
    let served: Awaited<ReturnType<typeof serveEngine>>;

    beforeAll(async () => {
      engine = await openEngine({ signingKey: privateKey, maxSessions: 10_000 });
      served = await serveEngine(engine.service);
    });
    afterAll(async () => {
      await served.close();
      await engine.close();
    });
    body({
      embedded: true,
      get address() {
        return served.address;
      },
      get uuid() {
        return engine.uuid;
      },
      pid: process.pid,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
  });
}
