// What programs run on: the embedded ledger in this process, the same over gRPC, and a real immudb.

import { connect, MemoryTrustStore } from 'immurepo/client';
import { type Ledger, openLedger, type OpenLedgerOptions } from 'immurepo';
import { randomBytes } from 'node:crypto';
import { LocalTransport } from '../../src/client/local-transport.js';
import { openEngine } from '../../src/engine/engine.js';
import { serveEngine } from '../../src/engine/service/grpc-server.js';
import { KINDS } from './expect/kinds.js';

/** The name of a backend. */
export type BackendName = 'memory' | 'grpc' | 'real';

/** All there are. */
export const BACKENDS: readonly BackendName[] = ['memory', 'grpc', 'real'];

/** A database, and ledgers on it. */
export interface Backend {
  readonly name: BackendName;
  /** Opens a ledger with a trusted state of its own. */
  open(): Promise<Ledger>;
  close(): Promise<void>;
}

const DATABASE = 'ledger';

/** Opens an embedded ledger in this process, in memory. */
export async function memoryBackend(): Promise<Backend> {
  const engine = await openEngine({ databases: [DATABASE] });
  const nothing = () => Promise.resolve();
  return {
    name: 'memory',
    open: () =>
      openOn({
        ...engine.ownCredentials,
        database: DATABASE,
        transport: new LocalTransport(engine.service, { address: 'embedded', close: nothing }),
      }),
    close: () => engine.close(),
  };
}

/** Opens an embedded ledger in memory, served over gRPC. */
export async function grpcBackend(): Promise<Backend> {
  const engine = await openEngine({ databases: [DATABASE] });
  const served = await serveEngine(engine.service);
  return {
    name: 'grpc',
    open: () => openOn({ url: `immudb://immudb:immudb@${served.address}/${DATABASE}` }),
    close: async () => {
      await served.close();
      await engine.close();
    },
  };
}

/** A new database of a real immudb. @param address `host:port` */
export async function realBackend(address: string): Promise<Backend> {
  const database = `m_${randomBytes(6).toString('hex')}`;
  const admin = await connect(`immudb://immudb:immudb@${address}`);
  await admin.createDatabase(database);
  await admin.close();
  return {
    name: 'real',
    open: () => openOn({ url: `immudb://immudb:immudb@${address}/${database}` }),
    close: () => Promise.resolve(),
  };
}

/** Opens a ledger of all classes. */
export function openOn(where: Partial<OpenLedgerOptions>): Promise<Ledger> {
  return openLedger({
    ...where,
    entities: KINDS.map(({ entity }) => entity),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'model' },
  });
}
