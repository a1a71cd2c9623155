// The address of a replica, as an option and in a URL: `host`, `host:port`, `[IPv6]:port`.

import { isIPv6 } from 'node:net';
import { printable } from '../printable.js';
import { isHostName } from '../url.js';

/** Where a replica is. */
export interface ReplicaAddress {
  readonly host: string;
  readonly port: number;
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
}

/** How many there may be. */
const MAX_REPLICAS = 64;

/** `host:port`, IPv6 in brackets. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The addresses of replicas.
 *
 * @param defaultPort of those that name none
 * @param primary the primary's own address, which cannot be a replica's
 * @throws TypeError naming the one that is malformed, given twice, or the primary
 */
export function parseReplicas(
  given: unknown,
  defaultPort: number,
  primary: string,
): readonly ReplicaAddress[] {
  if (!Array.isArray(given) || given.length > MAX_REPLICAS)
    throw wrong(`must be a list of at most ${MAX_REPLICAS} addresses`);
  const seen = new Set([primary.toLowerCase()]);
  return given.map((text: unknown) => {
    const replica = parseOne(text, defaultPort);
    if (replica === undefined) {
      const shown = typeof text === 'string' ? ` "${printable(text, 64)}"` : '';
      throw wrong(`:${shown} is no address. Right ones look like "host", "host:3322", "[::1]:3322"`);
    }
    const name = replica.address.toLowerCase();
    if (seen.has(name)) throw wrong(`: ${replica.address} is given twice, or is the primary`);
    seen.add(name);
    return replica;
  });
}

function parseOne(text: unknown, defaultPort: number): ReplicaAddress | undefined {
  if (typeof text !== 'string') return undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  if (bracketed === undefined ? !isHostName(host) : !isIPv6(host)) return undefined;
  const port = digits === undefined ? defaultPort : Number(digits);
  return port < 1 || port > 65_535 ? undefined : { host, port, address: addressOf(host, port) };
}

function wrong(problem: string): TypeError {
  return new TypeError(`Connection option "replicas"${problem.startsWith(':') ? '' : ' '}${problem}`);
}
