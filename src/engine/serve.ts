// Serving an engine, without loading grpc-js for those who do not.

import type { ServedEngine, ServeOptions } from './service/grpc-server.js';
import type { LedgerService } from './service/service.js';

export type { ServedEngine, ServeOptions, TlsOptions } from './service/grpc-server.js';

/**
 * Serves an engine over gRPC, so that any client of immudb can call it. Loads grpc-js.
 *
 * @param service of an open engine, which must be closed after what this returns
 * @param options where to listen: default a free port of 127.0.0.1
 * @throws ImmuError UNREACHABLE where the address cannot be listened on
 * @example
 * await using engine = await openEngine({ path: './ledger' });
 * await using served = await serveEngine(engine.service, { port: 3322 });
 */
export async function serveEngine(service: LedgerService, options: ServeOptions = {}): Promise<ServedEngine> {
  const server = await import('./service/grpc-server.js');
  return server.serveEngine(service, options);
}
