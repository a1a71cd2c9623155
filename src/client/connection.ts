// A connection: one transport, and per database a session and a cap on writes.

import { ImmuError } from '../errors.js';
import { CallQueue } from './call-queue.js';
import { CallScope, type OperationOptions } from './call-scope.js';
import { resolveOptions, type ConnectionOptions, type ResolvedOptions } from './connection-options.js';
import { parseDatabaseName } from './database-name.js';
import { type ConnectionEvents, Events, type Observe } from './events.js';
import { loginOf } from './login.js';
import { Node, Replica, type ServerLink } from './servers/node.js';
import { ReadRoute } from './servers/read-route.js';
import { closeLinks, linksOf, type ServerLinks } from './servers/server-links.js';
import { Session } from './session.js';
import type { Transport } from './transport.js';
import { WriteGate } from './write-gate.js';

/** What bounds the calls to one database, whichever connection they come from. */
interface Bounds {
  readonly gate: WriteGate;
  readonly queue: CallQueue;
}

/** What the connections to the databases of one server share. */
interface Shared {
  readonly options: ResolvedOptions;
  readonly links: ServerLinks;
  readonly events: Events<ConnectionEvents>;
  readonly bounds: Map<string, Bounds>;
  readonly open: Set<Connection>;
  readonly onClosed: (() => void) | undefined;
}

/** One database of one server, as one user. Safe for any number of calls at once. */
export class Connection {
  /** What it was connected with. */
  readonly options: ResolvedOptions;
  /** What carries its calls to the primary. */
  readonly transport: Transport;
  /** The database all calls go to. */
  readonly database: string;
  /** Its session on that database, on the primary. */
  readonly session: Session;
  /** The server that takes writes and has the last word. */
  readonly primary: Node;
  /** The servers that reads are spread over. */
  readonly replicas: readonly Replica[];
  /** What happens to it and to the other connections of its client. */
  readonly events: Events<ConnectionEvents>;
  /** Bounds how many calls wait, shared by all connections to this database. */
  readonly queue: CallQueue;
  /** The cap on writes in flight, shared by all connections to this database. */
  readonly gate: WriteGate;
  readonly #shared: Shared;
  readonly #isFirst: boolean;
  readonly #closing = new AbortController();
  readonly #inFlight = new Set<Promise<unknown>>();
  #serverUuid: string | undefined;
  #newestWrite = 0n;
  #turn = 0;

  /** Use {@link openConnection} or {@link Connection.openDatabase}. */
  constructor(shared: Shared, database: string, isFirst: boolean) {
    this.#shared = shared;
    this.#isFirst = isFirst;
    this.options = shared.options;
    this.events = shared.events;
    this.database = database;
    const { primary, replicas } = shared.links;
    this.transport = primary.transport;
    this.session = this.#sessionOn(primary, (serverUuid) => {
      this.noteServer(serverUuid);
    });
    this.primary = new Node(primary, this.session, true);
    // Each server has a name of its own for itself: only the primary's is that of the ledger.
    this.replicas = replicas.map(
      (link) =>
        new Replica(
          link,
          this.#sessionOn(link, () => undefined),
        ),
    );
    const bounds = shared.bounds.get(database) ?? boundsOf(database, this.options);
    shared.bounds.set(database, bounds);
    ({ gate: this.gate, queue: this.queue } = bounds);
    shared.open.add(this);
  }

  #sessionOn(
    { transport, address }: ServerLink,
    noteServer: (serverUuid: string | undefined) => void,
  ): Session {
    const { options, database, events } = this;
    const about = { address, database };
    return new Session(loginOf({ transport, options, database, noteServer }), options.keepAliveMs, {
      opened: () => {
        events.emit('session-opened', about);
      },
      lost: () => {
        events.emit('session-lost', about);
      },
    });
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

  /** The newest transaction this connection wrote: what it reads must not be older. */
  get newestWrite(): bigint {
    return this.#newestWrite;
  }

  /** Takes note of a transaction the primary says was written here. */
  noteWrite(txId: bigint): void {
    if (txId > this.#newestWrite) this.#newestWrite = txId;
  }

  /**
   * The way of an operation that only reads: by turns over the healthy replicas.
   *
   * @param floor the newest transaction known on this side besides those written here
   * @returns undefined where there are no replicas
   */
  readRoute(floor: () => bigint = () => 0n): ReadRoute | undefined {
    if (this.replicas.length === 0) return undefined;
    const healthy = this.replicas.filter(({ isHealthy }) => isHealthy);
    const replica = healthy[this.#turn++ % Math.max(1, healthy.length)];
    const known = () => {
      const named = floor();
      return named > this.#newestWrite ? named : this.#newestWrite;
    };
    return new ReadRoute(this.primary, replica, known);
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
   * Ends the connection: calls that wait are refused, calls already sent are waited for, no longer than one call may take
   * (`timeoutMs`), then the sessions are closed. Closing the connection that was opened first closes those opened from it,
   * and everything that leads to the servers. May be called twice.
   */
  async close(): Promise<void> {
    if (this.closed) return;
    this.#closing.abort();
    this.#shared.open.delete(this);
    if (this.#isFirst) await Promise.all([...this.#shared.open].map((other) => other.close()));
    await this.#drained();
    await Promise.all([this.primary, ...this.replicas].map(({ session }) => session.close()));
    if (!this.#isFirst) return;
    await closeLinks(this.#shared.links);
    this.#shared.onClosed?.();
  }

  /** Resolves when no call is under way, or when there has been time enough for one to end. */
  async #drained(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.timeoutMs);
    });
    await Promise.race([Promise.allSettled(this.#inFlight), late]);
    clearTimeout(timer);
  }
}

function boundsOf(database: string, { maxWritesInFlight, maxQueuedCalls }: ResolvedOptions): Bounds {
  const queue = new CallQueue(database, maxQueuedCalls);
  return { gate: new WriteGate(maxWritesInFlight, queue), queue };
}

/** What a connection may be built on instead of the network. */
export interface ConnectionParts {
  /** Carries the calls: a server in this process, or a test's. Default: gRPC to the host of the options. */
  readonly transport?: Transport;
  /** Carries the calls to each server by its address, in place of gRPC: a test's. */
  readonly transportTo?: (address: string) => Transport;
  /** Told of everything that happens to the connections of this client. Must not throw. */
  readonly observe?: Observe;
  /** Called once when everything is closed. Must not throw. */
  readonly onClosed?: () => void;
}

/**
 * Connects and logs in, at the primary. Replicas are logged in to when they are first read from.
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
  const { observe, onClosed } = parts;
  const events = new Events<ConnectionEvents>(observe);
  const links = await linksOf(options, parts, events);
  const shared = { options, links, events, onClosed, bounds: new Map(), open: new Set<Connection>() };
  const connection = new Connection(shared, options.database, true);
  try {
    await connection.openSession(parts);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}
