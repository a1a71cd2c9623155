// A connection: one transport, and per database a session and a cap on writes.

import { ImmuError } from '../errors.js';
import { CallScope, type OperationOptions } from './call-scope.js';
import {
  isLoopback,
  resolveOptions,
  type ConnectionOptions,
  type ResolvedOptions,
} from './connection-options.js';
import { parseDatabaseName } from './database-name.js';
import { loginOf } from './login.js';
import { secureLink } from './secure-context.js';
import { Session } from './session.js';
import type { Transport } from './transport.js';
import { WriteGate } from './write-gate.js';

/** What the connections to the databases of one server share. */
interface Shared {
  readonly options: ResolvedOptions;
  readonly transport: Transport;
  readonly gates: Map<string, WriteGate>;
  readonly open: Set<Connection>;
}

/** One database of one server, as one user. Safe for any number of calls at once. */
export class Connection {
  /** What it was connected with. */
  readonly options: ResolvedOptions;
  /** What carries its calls. */
  readonly transport: Transport;
  /** The database all calls go to. */
  readonly database: string;
  /** Its session on that database. */
  readonly session: Session;
  /** The cap on writes in flight, shared by all connections to this database. */
  readonly gate: WriteGate;
  readonly #shared: Shared;
  readonly #isFirst: boolean;
  readonly #closing = new AbortController();
  readonly #inFlight = new Set<Promise<unknown>>();
  #serverUuid: string | undefined;

  /** Use {@link openConnection} or {@link Connection.openDatabase}. */
  constructor(shared: Shared, database: string, isFirst: boolean) {
    this.#shared = shared;
    this.#isFirst = isFirst;
    this.options = shared.options;
    this.transport = shared.transport;
    this.database = database;
    this.session = new Session(loginOf(this), this.options.keepAliveMs);
    this.gate = shared.gates.get(database) ?? new WriteGate(this.options.maxWritesInFlight);
    shared.gates.set(database, this.gate);
    shared.open.add(this);
  }

  /** The server's name for itself, as of its last answer; unauthenticated. */
  get serverUuid(): string | undefined {
    return this.#serverUuid;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Where it leads, for errors: `host:port`. */
  get address(): string {
    return this.transport.address;
  }

  /** Aborted when the connection closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Takes note of what an answer says about the server. */
  noteServer(serverUuid: string | undefined): void {
    this.#serverUuid = serverUuid ?? this.#serverUuid;
  }

  /** Lets {@link close} wait for a call under way. */
  async track<T>(answer: Promise<T>): Promise<T> {
    this.#inFlight.add(answer);
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(answer);
    }
  }

  /**
   * Lets {@link close} wait for something that is no single promise.
   *
   * @param waits whether closing waits for it at all
   * @returns to be called when it is over
   */
  trackUntil(waits: boolean): () => void {
    if (!waits) return () => undefined;
    let finish: () => void = () => undefined;
    void this.track(new Promise<void>((resolve) => (finish = resolve)));
    return finish;
  }

  /**
   * Opens the session now, instead of with the first call, so that a wrong password or database is told at once.
   *
   * @throws ImmuError INVALID_CREDENTIALS, DATABASE_NOT_FOUND, UNREACHABLE (a retry may help) and others
   */
  async openSession(options: OperationOptions = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
    await this.session.ready(new CallScope('OpenSession', timeoutMs, this.#closing.signal, options.signal));
  }

  /**
   * A connection to another database of the same server (or to this one again), with a session of its own and over
   * the same transport. Calls under way here are not disturbed.
   *
   * @param name upper case becomes lower case
   * @throws ImmuError INVALID_DATABASE_NAME, DATABASE_NOT_FOUND, PERMISSION_DENIED and others
   */
  async openDatabase(name: string, options: OperationOptions = {}): Promise<Connection> {
    const database = parseDatabaseName(name);
    if (this.closed)
      throw new ImmuError('CLOSED', `Database "${database}": this client is closed. Connect again.`);
    const connection = new Connection(this.#shared, database, false);
    try {
      await connection.openSession(options);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /**
   * Ends the connection: calls that wait are refused, calls already sent are waited for, then the session is closed.
   * Closing the connection that was opened first closes those opened from it, and the transport. May be called twice.
   */
  async close(): Promise<void> {
    if (this.closed) return;
    this.#closing.abort();
    this.#shared.open.delete(this);
    if (this.#isFirst) await Promise.all([...this.#shared.open].map((other) => other.close()));
    await Promise.allSettled(this.#inFlight);
    await this.session.close();
    if (this.#isFirst) await this.transport.close();
  }
}

/** What a connection may be built on instead of the network. */
export interface ConnectionParts {
  /** Carries the calls: a server in this process, or a test's. Default: gRPC to the host of the options. */
  readonly transport?: Transport;
}

/**
 * Connects and logs in.
 *
 * @param target a connection URL or options
 * @returns a connection with an open session
 * @throws TypeError for wrong options · ImmuError UNREACHABLE (a retry may help), INVALID_CREDENTIALS,
 * DATABASE_NOT_FOUND, TLS_OPTIONS, TLS_FAILED and others
 */
export async function openConnection(
  target: string | ConnectionOptions,
  parts: ConnectionParts & OperationOptions = {},
): Promise<Connection> {
  const options = resolveOptions(target);
  const transport = parts.transport ?? (await grpcTransport(options));
  const shared = { options, transport, gates: new Map(), open: new Set<Connection>() };
  const connection = new Connection(shared, options.database, true);
  try {
    await connection.openSession(parts);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function grpcTransport(options: ResolvedOptions): Promise<Transport> {
  // Loaded when it is used: a program with an embedded ledger does not pay for grpc-js.
  const { GrpcTransport } = await import('./grpc-transport.js');
  const { host, address, tls } = options;
  const secure = tls === undefined ? undefined : await secureLink(tls, host, address);
  return new GrpcTransport({ ...options, secure, loopback: isLoopback(host) });
}
