// Our engine as a backend of the contract: in this process or served over gRPC, in memory or in a folder.
import type { KeyObject } from 'node:crypto';
import { openEngine } from '../../src/engine/engine.js';
import { serveEngine } from '../../src/engine/service/grpc-server.js';
import { grpcBackend } from './grpc-backend.js';
import type { RpcBackend } from './rpc-backend.js';
import { serviceBackend } from './service-backend.js';

/** How the engine is run. */
export interface EngineBackendOptions {
  /** A folder for it. Default: in memory. */
  readonly path?: string;
  /** Over gRPC. Default: called in this process. */
  readonly served?: boolean;
  /** Signs states. Default: they are not signed. */
  readonly signingKey?: KeyObject;
  /** Default: the engine's own. */
  readonly maxSessions?: number;
}

/** An engine that is running. Closing the backend closes it. */
export interface EngineBackend {
  readonly backend: RpcBackend;
  /** Stops its clock at a time, in unix seconds. Before that it is this machine's. */
  readonly setClock: (seconds: bigint) => void;
}

/** Opens an engine. */
export async function openEngineBackend(options: EngineBackendOptions = {}): Promise<EngineBackend> {
  const { served = false, ...engineOptions } = options;
  let stopped: bigint | undefined;
  const now = () => stopped ?? BigInt(Math.floor(Date.now() / 1000));
  const engine = await openEngine({ ...engineOptions, now });
  const setClock = (seconds: bigint) => {
    stopped = seconds;
  };
  if (!served) return { backend: serviceBackend('engine', engine.service, () => engine.close()), setClock };
  const server = await serveEngine(engine.service);
  const overGrpc = grpcBackend('served engine', server.address);
  const close = async () => {
    await overGrpc.close();
    await server.close();
    await engine.close();
  };
  return { backend: { ...overGrpc, close }, setClock };
}
