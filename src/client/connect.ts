// Connecting: from a URL or options to a client with an open session and a trust policy.

import { MAX_TRUST_FLOORS } from '../trust/floors.js';
import { parseTrustPolicy } from '../trust/policy.js';
import type { TrustOption } from '../trust/trust-option.js';
import type { OperationOptions } from './call-scope.js';
import { openConnection } from './connection.js';
import { type ConnectionOptions, isLoopback, resolveOptions } from './connection-options.js';
import { ImmuClient } from './immu-client.js';
import { assertWholeNumber } from './limits.js';
import { checkedLogger, type Logger } from './telemetry/logger.js';
import { observer } from './telemetry/observe.js';
import { startOpenTelemetry } from './telemetry/open-telemetry.js';
import type { Transport } from './transport.js';
import type { VerifiedLimits } from './verified/open.js';

/** How to reach a server, whom to believe, and what may be held in memory. */
export interface ConnectOptions extends ConnectionOptions {
  /** Why the server is believed. Default on this machine: its first word; elsewhere it must be given. */
  readonly trust?: TrustOption;
  /** Bounds of what verified operations remember. */
  readonly memory?: VerifiedLimits;
  /**
   * Where the client writes what happens to its connections and to trust: `console` fits. Default: nowhere. Neither
   * secrets nor what is stored are written.
   */
  readonly logger?: Logger;
  /** Carries the calls instead of gRPC: a server in this process, or a test's. */
  readonly transport?: Transport;
  /**
   * Whether the ledger behind `transport` is in this process and had no transaction yet: then trust begins with it, and
   * not by its first word. Default false.
   */
  readonly created?: boolean;
}

/** As many keys as fit the index of the cache they are kept in. */
const MAX_FLOORS = 2 ** 24;

/**
 * Connects and logs in. Trust is taken up by the first verified operation, or by `openTrust()`.
 *
 * @param target `immudb://user:password@host:3322/database`, or options
 * @returns a client with an open session; close it when done
 * @throws TypeError for wrong options · ImmuError UNREACHABLE (a retry may help), INVALID_CREDENTIALS,
 *   DATABASE_NOT_FOUND, TRUST_POLICY and others
 * @example
 * const client = await connect('immudb://immudb:immudb@localhost:3322/defaultdb');
 * await client.verifiedSet([{ key, value }]);
 * const entry = await client.verifiedGet(key);
 * await client.close();
 */
export async function connect(
  target: string | ConnectOptions,
  operation: OperationOptions = {},
): Promise<ImmuClient> {
  const {
    trust,
    memory = {},
    logger,
    transport,
    created = false,
    ...connection
  } = typeof target === 'string' ? { url: target } : target;
  assertMemory(memory);
  const { host, address, database: first } = resolveOptions(connection);
  const trustOf = (database: string, own?: TrustOption, isNew = created && database === first) =>
    parseTrustPolicy(own ?? (database === first ? trust : withoutPin(trust)), {
      address,
      database,
      loopback: isLoopback(host),
      created: isNew,
    });
  // A mistake in the trust option is told before the password is sent anywhere.
  trustOf(first);
  const observe = observer(checkedLogger(logger));
  const parts = {
    ...operation,
    ...(transport === undefined ? {} : { transport }),
    observe,
    onClosed: await startOpenTelemetry(),
  };
  return new ImmuClient(await openConnection(connection, parts), { limits: memory, trustOf, observe });
}

function assertMemory({ maxProvenBytes = 1, maxFloors = 1, maxDurableFloors = 0 }: VerifiedLimits): void {
  assertWholeNumber('memory.maxProvenBytes', maxProvenBytes, 1, Number.MAX_SAFE_INTEGER);
  assertWholeNumber('memory.maxFloors', maxFloors, 1, MAX_FLOORS);
  assertWholeNumber('memory.maxDurableFloors', maxDurableFloors, 0, MAX_TRUST_FLOORS);
}

/** A pinned state belongs to one database; a pinned key speaks for all of a server. */
function withoutPin(trust: TrustOption | undefined): TrustOption | undefined {
  if (trust?.pin === undefined) return trust;
  const { pin: _, ...rest } = trust;
  return rest;
}
