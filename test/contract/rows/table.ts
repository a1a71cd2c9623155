// A table of probes: what is asked, and what 1.11.1 says. Answers are short texts, so that a row is read at a glance.
import { status as Status } from '@grpc/grpc-js';
import { show } from '../differences.js';
import type {
  Failure,
  MessageOf,
  RequestOf,
  RpcBackend,
  RpcCaller,
  StreamName,
  UnaryName,
} from '../rpc-backend.js';

/** One probe: what it is, how it is asked in a place, and the answer. */
export type Row<Place> = readonly [what: string, ask: (place: Place) => Promise<string>, answer: string];

/** Probes that share a place: databases, users and sessions made for them. Rows run in order. */
export interface Group<Place = unknown> {
  readonly name: string;
  /** Makes the place, on a server where nothing but other groups' places is. */
  readonly prepare: (backend: RpcBackend) => Promise<Place>;
  readonly rows: readonly Row<Place>[];
}

/** Keeps the type of its place between the rows and what prepares them. */
export function group<Place>(made: Group<Place>): Group {
  return made as Group;
}

/** `FailedPrecondition 23000 | precondition failed: KeyMustExist`, or without a code where none is attached. */
export function refusal({ status, text, code }: Failure): string {
  const name = Status[status] ?? String(status);
  return [name, ...(code === undefined ? [] : [code])].join(' ') + ` | ${text}`;
}

/** Asks with one caller, and tells answers as texts. */
export class Probe {
  readonly #caller: RpcCaller;

  constructor(caller: RpcCaller) {
    this.#caller = caller;
  }

  /** `ok`, what `read` finds in the message, or a refusal. */
  async ask<N extends UnaryName>(
    method: N,
    request: RequestOf<N> = {},
    read?: (message: MessageOf<N>) => unknown,
  ): Promise<string> {
    const { message, failure } = await this.#caller.ask(method, request);
    if (failure) return refusal(failure);
    return read ? show(read(message)) : 'ok';
  }

  /** The same of a call that streams. */
  async stream<N extends StreamName>(
    method: N,
    requests: readonly RequestOf<N>[],
    read?: (messages: readonly MessageOf<N>[]) => unknown,
  ): Promise<string> {
    const { messages, failure } = await this.#caller.stream(method, requests);
    if (failure) return refusal(failure);
    return read ? show(read(messages)) : 'ok';
  }

  /** A call that belongs to the preparation. @throws Error where it is refused */
  async must<N extends UnaryName>(method: N, request: RequestOf<N>): Promise<MessageOf<N>> {
    const { message, failure } = await this.#caller.ask(method, request);
    if (failure) throw new Error(`${method} ${show(request)}: ${refusal(failure)}`);
    return message;
  }
}

/** A session of the administrator, as a probe. */
export async function adminOn(backend: RpcBackend, database = 'defaultdb'): Promise<Probe> {
  return new Probe(await backend.withSession('immudb', 'immudb', database));
}

/** Creates a database and opens a session of the administrator on it. */
export async function freshDatabase(backend: RpcBackend, name: string): Promise<Probe> {
  const admin = await adminOn(backend);
  await admin.must('createDatabaseV2', { name, settings: { syncFrequency: { value: 1n } } });
  return adminOn(backend, name);
}

/** Opens a session, or tells why there is none. */
export async function tryToOpen(
  backend: RpcBackend,
  user: string,
  password: string,
  databaseName: string,
): Promise<string> {
  const [username, secret] = [user, password].map((text) => new TextEncoder().encode(text));
  const request = { username: username!, password: secret!, databaseName };
  return new Probe(backend.withHeaders({})).ask('openSession', request);
}
