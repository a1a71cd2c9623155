// What the engine says about itself, to whoever asks.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { ServiceFailure, Status } from '../service-failure.js';
import { type EngineHandler, engineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';

const { methods } = ImmuServiceDefinition;

/** The immudb whose protocol this is. */
export const COMPATIBLE_VERSION = '1.11.1';

const notSupported = () => {
  throw new ServiceFailure(Status.INTERNAL, 'operation not supported', 'XX000');
};

/** Health, version, counts, and what 1.11.1 no longer supports either. */
export function serverHandlers(parts: EngineParts): readonly EngineHandler[] {
  return [
    engineHandler(methods.health, () => ({ status: true, version: COMPATIBLE_VERSION })),
    engineHandler(methods.serverInfo, async () => {
      const names = parts.catalog.databases().map(({ name }) => name);
      const counts = await Promise.all(names.map((name) => numTransactions(parts, name)));
      const sizes = await Promise.all(names.map((name) => parts.databases.sizeOf(name)));
      return {
        version: COMPATIBLE_VERSION,
        startedAt: parts.startedAt,
        numTransactions: counts.reduce((sum, count) => sum + count, 0n),
        numDatabases: names.length,
        databasesDiskSize: BigInt(sizes.reduce((sum, size) => sum + size, 0)),
      };
    }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- answered as 1.11.1 does
    engineHandler(methods.updateAuthConfig, notSupported),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- answered as 1.11.1 does
    engineHandler(methods.updateMTLSConfig, notSupported),
  ];
}

/** How many transactions a database has; 0 where it does not answer, so that the others can still be listed. */
export async function numTransactions({ databases }: EngineParts, name: string): Promise<bigint> {
  try {
    return (await databases.use(name)).database.state.txId;
  } catch {
    return 0n;
  }
}
