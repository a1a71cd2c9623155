// Servers that speak TLS, or do not: the real immudb, and the embedded ledger as `immurepo serve` serves it.
import { setTimeout } from 'node:timers/promises';
import { openEngine } from '../../src/engine/engine.js';
import { serveEngine } from '../../src/engine/serve.js';
import { startServer, type ServerTls } from './real-server.js';

/** A server that was started. */
export interface SecureServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
}

const CLOSE_LIMIT_MS = 3_000;

/** Starts a server. @param tls undefined for one that speaks plaintext @param port default a free one */
export type StartSecure = (tls: ServerTls | undefined, port?: number) => Promise<SecureServer>;

/** A real immudb. Needs Go. */
export const startReal: StartSecure = (tls, port) =>
  startServer({ ...(tls === undefined ? {} : { tls }), ...(port === undefined ? {} : { port }) });

/** The engine, in memory, with the database a real immudb has. */
export const startEngine: StartSecure = async (tls, port = 0) => {
  const engine = await openEngine();
  const { cert, key, clientCa } = tls ?? { cert: '', key: '' };
  const options = {
    certificate: cert,
    key,
    ...(clientCa === undefined ? {} : { clientAuthority: clientCa }),
  };
  const served = await serveEngine(engine.service, { port, ...(tls === undefined ? {} : { tls: options }) });
  return {
    address: served.address,
    async [Symbol.asyncDispose]() {
      // grpc-js 1.14 may wait for ever for a connection that broke while it closes. To be removed once serveEngine does not.
      await Promise.race([served.close(), setTimeout(CLOSE_LIMIT_MS, undefined, { ref: false })]);
      await engine.close();
    },
  };
};
