// What a connection needs to know, from a URL, from options, and from defaults; checked once, before anything is sent.

import type { Interceptor } from '@grpc/grpc-js';
import { isIPv4, isIPv6 } from 'node:net';
import { DEFAULT_QUEUED_CALLS } from './call-queue.js';
import type { CircuitOptions, CircuitSettings } from './servers/circuit.js';
import { Credentials } from './credentials.js';
import { DATABASE_NAME_RULE, DEFAULT_DATABASE, normalDatabaseName } from './database-name.js';
import { printable } from './printable.js';
import { addressOf, parseReplicas, type ReplicaAddress } from './servers/replica-address.js';
import { checkedTls, type TlsOptions, type TlsSettings } from './tls-options.js';
import { isHostName, parseUrl, URL_EXAMPLE } from './url.js';
import { DEFAULT_WRITES_IN_FLIGHT } from './write-gate.js';

/** How to reach a server and how to behave towards it. */
export interface ConnectionOptions {
  /**
   * `immudb://user:password@host:3322/database`, or `immudbs://…` for TLS. `?tls=true` and `?plaintext=true` say what the
   * options of these names do. What it gives must not be given again by an option.
   */
  readonly url?: string;
  /** Name or address, IPv6 without brackets. Default `localhost`. */
  readonly host?: string;
  /** 1 to 65535. Default 3322. */
  readonly port?: number;
  /**
   * Replicas of the primary (`host` and `port`): `"host"`, `"host:port"`, `"[::1]:port"`. They are spoken to with the same
   * user, database and TLS options. Writes and all else go to the primary; reads of keys and transactions are spread over
   * the replicas that are reached and up to date. Default none.
   */
  readonly replicas?: readonly string[];
  /** Default `immudb` on a loopback host; elsewhere it must be given. */
  readonly user?: string;
  /** Default `immudb` on a loopback host; elsewhere it must be given. */
  readonly password?: string;
  /** Default `defaultdb`. Upper case becomes lower case, as on the server. */
  readonly database?: string;
  /**
   * Encrypt, and check who the server is: `true` with the authorities Node trusts, or an object with one's own. Default:
   * true for any other machine, false for this one (loopback).
   */
  readonly tls?: boolean | TlsOptions;
  /**
   * Send everything, the password included, unencrypted to a host that is not this machine. Default false. Only for
   * a network you trust as you trust this process.
   */
  readonly plaintext?: boolean;
  /** How long a call may take in all, waiting and retries included, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** How often an idle session is kept alive, in milliseconds, at most 60,000 (the server drops it after 120,000). Default 30,000. */
  readonly keepAliveMs?: number;
  /**
   * How long a server may be silent while calls wait for it, in milliseconds. It is then asked whether it is there; if it
   * stays silent for as long again, the connection is given up for a new one, and calls that can be are made again. Default
   * 5,000.
   */
  readonly silenceMs?: number;
  /**
   * How many writes this client may have in flight on one database, 1 to 1,000. Default 25. A server refuses more than
   * its `maxConcurrency`, 30 unless it was changed, of all clients together: raise it only with that setting.
   */
  readonly maxWritesInFlight?: number;
  /**
   * How many calls to one database may wait at once (for a session, for their turn to write, for another attempt), 1 to
   * 10,000,000; one more is QUEUE_FULL. Default 10,000.
   */
  readonly maxQueuedCalls?: number;
  /** When calls are refused at once because a server is away; false to let every call try for as long as it may take. */
  readonly circuit?: CircuitOptions | false;
  /** The largest answer accepted, in bytes. Default 64 MiB. What may be sent is the server's limit, 32 MiB. */
  readonly maxMessageBytes?: number;
  /** `session` (default), or `token` for servers and proxies that know only the older login. */
  readonly authentication?: 'session' | 'token';
  /** Channel options of grpc-js, passed through as they are. They win over ours, but do not change which certificate is right. */
  readonly grpcOptions?: Readonly<Record<string, string | number>>;
  /** Interceptors of grpc-js, for every call. They see requests, answers and session ids: what they keep, they keep. */
  readonly grpcInterceptors?: readonly Interceptor[];
}

/** A replica, and how what is sent there is encrypted. */
export interface ResolvedReplica extends ReplicaAddress {
  /** Undefined where nothing is encrypted. */
  readonly tls: TlsSettings | undefined;
}

/** Options with every default filled in and every part checked. Safe to print: the password is not in it. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  /** `host:port`, for errors; IPv6 in brackets. */
  readonly address: string;
  readonly database: string;
  readonly credentials: Credentials;
  /** Undefined where nothing is encrypted. */
  readonly tls: TlsSettings | undefined;
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  readonly silenceMs: number;
  readonly maxWritesInFlight: number;
  readonly maxMessageBytes: number;
  readonly authentication: 'session' | 'token';
  readonly grpcOptions: Readonly<Record<string, string | number>>;
  readonly grpcInterceptors: readonly Interceptor[];
  readonly replicas: readonly ResolvedReplica[];
  readonly maxQueuedCalls: number;
  /** Undefined where no call is refused because a server is away. */
  readonly circuit: CircuitSettings | undefined;
}

/** The largest request a server accepts, in bytes. */
export const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** The longest timer Node can set, in milliseconds: about 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_KEEP_ALIVE_MS = 60_000;

// prettier-ignore
const KNOWN: ReadonlySet<string> = new Set<keyof ConnectionOptions>([
  'url', 'host', 'port', 'user', 'password', 'database', 'tls', 'plaintext', 'timeoutMs', 'keepAliveMs', 'maxMessageBytes',
  'maxWritesInFlight', 'maxQueuedCalls', 'circuit', 'silenceMs', 'authentication', 'grpcOptions', 'grpcInterceptors', 'replicas',
]);

/**
 * Fills in defaults and checks every part.
 *
 * @param target a connection URL or options
 * @throws TypeError naming the part that is missing, wrong or given twice; never with the password
 */
export function resolveOptions(target: string | ConnectionOptions): ResolvedOptions {
  const given = typeof target === 'string' ? { url: target } : target;
  refuseUnknown(given);
  const options = mergeUrl(given);
  const host = checkedHost(options.host ?? 'localhost');
  const port = wholeNumber('port', options.port ?? 3322, 1, 65_535);
  const address = addressOf(host, port);
  const replicas = parseReplicas(options.replicas ?? [], 3322, address);
  const everyHere = [host, ...replicas.map((replica) => replica.host)].every(isLoopback);
  return {
    host,
    port,
    address,
    database: checkedDatabase(options.database ?? DEFAULT_DATABASE),
    credentials: checkedCredentials(options, address, everyHere),
    tls: tlsOf(options, address, isLoopback(host)),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? 30_000, 1, MAX_TIMER_MS),
    keepAliveMs: wholeNumber('keepAliveMs', options.keepAliveMs ?? 30_000, 1, MAX_KEEP_ALIVE_MS),
    silenceMs: wholeNumber('silenceMs', options.silenceMs ?? 5_000, 1, MAX_TIMER_MS),
    maxWritesInFlight: wholeNumber(
      'maxWritesInFlight',
      options.maxWritesInFlight ?? DEFAULT_WRITES_IN_FLIGHT,
      1,
      1_000,
    ),
    maxMessageBytes: wholeNumber(
      'maxMessageBytes',
      options.maxMessageBytes ?? 64 * 1024 * 1024,
      1024,
      2 ** 31 - 1,
    ),
    authentication: checkedAuthentication(options.authentication ?? 'session'),
    grpcOptions: checkedGrpcOptions(options.grpcOptions ?? {}),
    grpcInterceptors: checkedInterceptors(options.grpcInterceptors ?? []),
    replicas: replicas.map((replica) => ({
      ...replica,
      tls: tlsOf(options, replica.address, isLoopback(replica.host)),
    })),
    maxQueuedCalls: wholeNumber(
      'maxQueuedCalls',
      options.maxQueuedCalls ?? DEFAULT_QUEUED_CALLS,
      1,
      10_000_000,
    ),
    circuit: checkedCircuit(options.circuit ?? {}),
  };
}

/** Whether the host is this machine, by its spelling alone: no name is looked up. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (isIPv4(name)) return name.startsWith('127.');
  return name === 'localhost' || name === '::1' || /^::ffff:127\.\d+\.\d+\.\d+$/.test(name);
}

function refuseUnknown(options: ConnectionOptions): void {
  for (const name of Object.keys(options)) {
    if (KNOWN.has(name)) continue;
    const hint = /^(ssl|ca|cert|key|passphrase|servername)/i.test(name) ? ': it belongs into tls: { … }' : '';
    throw new TypeError(
      `Connection option "${printable(name, 40)}" is unknown${hint}. Known are: ${[...KNOWN].join(', ')}`,
    );
  }
}

function mergeUrl(options: ConnectionOptions): ConnectionOptions {
  if (options.url === undefined) return options;
  if (typeof options.url !== 'string') throw new TypeError('Connection option "url" must be a string');
  const parts = parseUrl(options.url);
  for (const part of ['host', 'port', 'user', 'password', 'database', 'replicas'] as const) {
    if (parts[part] !== undefined && options[part] !== undefined) throw givenTwice(part);
  }
  if (parts.tls !== undefined && typeof options.tls === 'boolean') throw givenTwice('tls');
  if (parts.plaintext !== undefined && options.plaintext !== undefined) throw givenTwice('plaintext');
  // What TLS is to be done with cannot stand in a URL: there the option completes it.
  return { ...options, ...parts, ...(options.tls === undefined ? {} : { tls: options.tls }) };
}

function givenTwice(part: string): TypeError {
  return new TypeError(
    `Connection option "${part}" is given twice: in the URL and as an option. Keep one of them`,
  );
}

/** Another machine is reached by TLS unless the opposite is asked for in words. */
function tlsOf(
  { tls, plaintext }: ConnectionOptions,
  address: string,
  loopback: boolean,
): TlsSettings | undefined {
  if (plaintext !== undefined && typeof plaintext !== 'boolean')
    throw new TypeError('Connection option "plaintext" must be true or false');
  if (tls !== undefined && tls !== false) {
    if (plaintext !== true) return checkedTls(tls);
    throw new TypeError(
      `Connection to ${address}: TLS and plaintext are both asked for. Keep one of them: tls encrypts, and plaintext sends the ` +
        'password unencrypted',
    );
  }
  if (loopback || plaintext === true) return undefined;
  if (tls === undefined) return checkedTls(true);
  throw new TypeError(
    `Connection to ${address}: without TLS the password is sent unencrypted to another machine. If that network is trusted, say ` +
      'plaintext: true; otherwise leave out tls: false',
  );
}

function checkedHost(host: unknown): string {
  if (typeof host === 'string' && (isIPv6(host) || isHostName(host))) return host;
  throw new TypeError(
    'Connection option "host" must be a host name or an IP address, like "localhost" or "::1"',
  );
}

function checkedDatabase(database: unknown): string {
  const name = typeof database === 'string' ? normalDatabaseName(database) : undefined;
  if (name !== undefined) return name;
  const shown = typeof database === 'string' ? ` "${printable(database, 64)}"` : '';
  throw new TypeError(
    `Connection: the database${shown} must be ${DATABASE_NAME_RULE}. For example ${URL_EXAMPLE}`,
  );
}

function checkedCredentials(options: ConnectionOptions, address: string, loopback: boolean): Credentials {
  const { user, password } = options;
  if (user === undefined && password === undefined && loopback) return new Credentials('immudb', 'immudb');
  for (const [part, value] of Object.entries({ user, password })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new TypeError(`Connection to ${address}: the ${part} is missing. For example ${URL_EXAMPLE}`);
  }
  return new Credentials(user ?? '', password ?? '');
}

function checkedAuthentication(value: unknown): 'session' | 'token' {
  if (value === 'session' || value === 'token') return value;
  throw new TypeError('Connection option "authentication" must be "session" or "token"');
}

function checkedGrpcOptions(
  given: Readonly<Record<string, string | number>>,
): ResolvedOptions['grpcOptions'] {
  if (!('grpc.ssl_target_name_override' in given)) return { ...given };
  throw new TypeError(
    'Connection option "grpcOptions": for the name in the certificate of the server give tls: { serverName }, not ' +
      '"grpc.ssl_target_name_override"',
  );
}

function checkedInterceptors(given: unknown): readonly Interceptor[] {
  if (Array.isArray(given) && given.every((one) => typeof one === 'function'))
    return [...(given as Interceptor[])];
  throw new TypeError('Connection option "grpcInterceptors" must be a list of functions');
}

function checkedCircuit(given: CircuitOptions | false): CircuitSettings | undefined {
  if (given === false) return undefined;
  if (typeof (given as unknown) !== 'object')
    throw new TypeError('Connection option "circuit" must be an object, or false');
  const { failures = 5, afterMs = 5_000, pauseMs = 1_000, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new TypeError(
      `Connection option "circuit" has no part "${printable(unknown, 40)}": it has failures, afterMs and pauseMs`,
    );
  return {
    failures: wholeNumber('circuit.failures', failures, 1, 1_000_000),
    afterMs: wholeNumber('circuit.afterMs', afterMs, 0, MAX_TIMER_MS),
    pauseMs: wholeNumber('circuit.pauseMs', pauseMs, 1, 60_000),
  };
}

function wholeNumber(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`Connection option "${name}" must be a whole number from ${min} to ${max}`);
}
