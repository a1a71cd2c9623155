// What leads to the servers of one client: a transport for each, behind a circuit of its own.

import { Circuit } from './circuit.js';
import { isLoopback, type ResolvedOptions } from '../connection-options.js';
import type { ConnectionEvents, Events } from '../events.js';
import { GuardedTransport } from './guarded-transport.js';
import type { ServerLink } from './node.js';
import { secureLink } from '../secure-context.js';
import type { Transport } from '../transport.js';

/** The servers of one client. */
export interface ServerLinks {
  readonly primary: ServerLink;
  readonly replicas: readonly ServerLink[];
}

/** What carries the calls instead of gRPC. */
export interface LinkParts {
  /** To the one server there is; it is never held to be away. */
  readonly transport?: Transport;
  /** To each server by its address. */
  readonly transportTo?: (address: string) => Transport;
}

/** Where a server is, and how what is sent there is encrypted. */
type Place = Pick<ResolvedOptions, 'host' | 'address' | 'tls'>;

/**
 * Prepares what leads to the servers. Nothing is connected yet.
 *
 * @param events is told when a server is away, and when it is back
 * @throws TypeError for replicas together with a transport of one's own · ImmuError TLS_OPTIONS
 */
export async function linksOf(
  options: ResolvedOptions,
  parts: LinkParts,
  events: Events<ConnectionEvents>,
): Promise<ServerLinks> {
  const { transport } = parts;
  if (transport !== undefined) {
    if (options.replicas.length > 0)
      throw new TypeError('Connection: replicas cannot be given together with a transport of your own');
    return { primary: { address: transport.address, transport, circuit: undefined }, replicas: [] };
  }
  const linkTo = async (place: Place): Promise<ServerLink> => {
    const inner = parts.transportTo?.(place.address) ?? (await grpcTransport(options, place));
    return guarded(inner, options, events);
  };
  const [primary, ...replicas] = await Promise.all([linkTo(options), ...options.replicas.map(linkTo)]);
  return { primary, replicas };
}

/** Ends everything that leads to the servers. */
export async function closeLinks({ primary, replicas }: ServerLinks): Promise<void> {
  await Promise.all([primary, ...replicas].map(({ transport }) => transport.close()));
}

function guarded(
  inner: Transport,
  { circuit: settings, credentials }: ResolvedOptions,
  events: Events<ConnectionEvents>,
): ServerLink {
  const { address } = inner;
  if (settings === undefined) return { address, transport: inner, circuit: undefined };
  const circuit = new Circuit(address, settings, {
    unreachable: (error) => {
      events.emit('unreachable', { address, error });
    },
    reachable: (afterMs) => {
      events.emit('reachable', { address, afterMs });
    },
  });
  const transport = new GuardedTransport(inner, circuit, (text) => credentials.redact(text));
  return { address, transport, circuit };
}

async function grpcTransport(options: ResolvedOptions, { host, address, tls }: Place): Promise<Transport> {
  // Loaded when it is used: a program with an embedded ledger does not pay for grpc-js.
  const { GrpcTransport } = await import('../grpc-transport.js');
  const secure = tls === undefined ? undefined : await secureLink(tls, host, address);
  return new GrpcTransport({ ...options, host, address, secure, loopback: isLoopback(host) });
}
