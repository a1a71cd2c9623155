// Serves the engine over gRPC, so that any client of immudb can call it. The only file of the engine that imports grpc-js,
// and itself imported only where a server is wanted.

import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition as GrpcMethod,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ImmuError } from '../../errors.js';
import { failureOf } from './failure-of.js';
import { type MethodDefinition, pathOf, SERVICES } from './methods.js';
import { MAX_REQUEST_BYTES, messageOf, messagesOf, receive, type Received } from './received.js';
import type { Call, LedgerService } from './service.js';
import { STATUS_DETAILS_TRAILER, statusDetails } from './status-trailer.js';

/** How to serve an engine. */
export interface ServeOptions {
  /** The address to listen on. Default `127.0.0.1`: passwords go over it. */
  readonly host?: string;
  /** The port. Default a free one. */
  readonly port?: number;
  /** Default: unencrypted. */
  readonly tls?: TlsOptions;
}

/** Encryption, all as PEM. */
export interface TlsOptions {
  readonly key: string;
  readonly certificate: string;
  /** Whom client certificates must be signed by. Default: clients need none. */
  readonly clientAuthority?: string;
}

/** An engine that is served. */
export interface ServedEngine extends AsyncDisposable {
  /** `127.0.0.1:3322`. */
  readonly address: string;
  /** Takes no more calls, and ends those under way that take longer than a second. The engine stays open. */
  close(): Promise<void>;
}

type AnyMethod = MethodDefinition<unknown, unknown>;

const SERVER_UUID_HEADER = 'immudb-uuid';
const CLOSE_GRACE_MS = 1_000;

const OPTIONS = {
  // More than is accepted, so that what is too large is refused in immudb's words and not in grpc-js's.
  'grpc.max_receive_message_length': 2 * MAX_REQUEST_BYTES,
  'grpc.max_send_message_length': -1,
  'grpc-node.flow_control_window': 8 * 1024 * 1024,
};

/**
 * Serves an engine.
 *
 * @param service of an open engine, which must be closed after this
 * @throws ImmuError UNREACHABLE where the address cannot be listened on
 * @example
 * await using engine = await openEngine({ path: './ledger' });
 * await using served = await serveEngine(engine.service, { port: 3322 });
 */
export async function serveEngine(service: LedgerService, options: ServeOptions = {}): Promise<ServedEngine> {
  const { host = '127.0.0.1', port = 0 } = options;
  const server = new Server(OPTIONS);
  for (const { methods } of SERVICES) addMethods(server, service, Object.values(methods));
  const name = host.includes(':') ? `[${host}]` : host;
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${name}:${port}`, credentialsOf(options.tls), (error, given) => {
      if (error === null) resolve(given);
      else reject(cannotListen(`${name}:${port}`, error));
    });
  });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= shutDown(server));
  return { address: `${name}:${bound}`, close, [Symbol.asyncDispose]: close };
}

function cannotListen(address: string, cause: Error): ImmuError {
  return new ImmuError(
    'UNREACHABLE',
    `Cannot listen on ${address} (${cause.message}). Is the port taken, or the address not one of this machine?`,
    { cause, details: { address } },
  );
}

function credentialsOf(tls: TlsOptions | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { key, certificate, clientAuthority } = tls;
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  const authority = clientAuthority === undefined ? null : Buffer.from(clientAuthority);
  return ServerCredentials.createSsl(authority, [pair], authority !== null);
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      // It may never say so where a connection breaks at this very moment.
      resolve();
    }, CLOSE_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function addMethods(server: Server, service: LedgerService, methods: readonly AnyMethod[]): void {
  const definition: Record<string, GrpcMethod<unknown, unknown>> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const method of methods) {
    const path = pathOf(method);
    definition[path] = grpcMethod(path, method);
    implementation[path] = handlerOf(service, path, method);
  }
  server.addService(definition, implementation);
}

const asBytes = (buffer: Buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function grpcMethod(path: string, method: AnyMethod): GrpcMethod<unknown, unknown> {
  const { requestType, requestStream, responseType, responseStream } = method;
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: (message) => asBuffer(requestType.encode(message).finish()),
    requestDeserialize: (buffer) => receive(requestType, asBytes(buffer)),
    responseSerialize: (message) => asBuffer(responseType.encode(message).finish()),
    responseDeserialize: (buffer) => responseType.decode(asBytes(buffer)),
  };
}

function handlerOf(service: LedgerService, path: string, { requestStream, responseStream }: AnyMethod) {
  if (requestStream) return responseStream ? bidiStreams(service, path) : requestStreams(service, path);
  return responseStream ? responseStreams(service, path) : unary(service, path);
}

interface GrpcCall {
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
}

/** The call as the engine sees it. The engine's name goes first, whatever becomes of the call. */
function accept(service: LedgerService, path: string, call: GrpcCall): Call {
  const initial = new Metadata();
  initial.set(SERVER_UUID_HEADER, service.uuid);
  call.sendMetadata(initial);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.metadata.getMap())) {
    if (typeof value === 'string') headers[name] = value;
  }
  return { path, headers };
}

function unary(service: LedgerService, path: string): handleUnaryCall<Received, unknown> {
  return (call, callback) => {
    const accepted = accept(service, path, call);
    answer(async () => service.unary(accepted, messageOf(call.request)), callback);
  };
}

function requestStreams(service: LedgerService, path: string): handleClientStreamingCall<Received, unknown> {
  return (call, callback) => {
    const accepted = accept(service, path, call);
    answer(() => onlyOne(service.stream(accepted, messagesOf(call))), callback);
  };
}

function responseStreams(service: LedgerService, path: string): handleServerStreamingCall<Received, unknown> {
  return (call) => {
    const accepted = accept(service, path, call);
    void pump(call, () => service.stream(accepted, messagesOf(single(call.request))));
  };
}

function bidiStreams(service: LedgerService, path: string): handleBidiStreamingCall<Received, unknown> {
  return (call) => {
    const accepted = accept(service, path, call);
    void pump(call, () => service.stream(accepted, messagesOf(call)));
  };
}

function answer(
  work: () => Promise<unknown>,
  callback: (error: Partial<ServiceError> | null, value?: unknown) => void,
): void {
  work().then(
    (message) => {
      callback(null, message);
    },
    (error: unknown) => {
      callback(errorOf(error));
    },
  );
}

async function onlyOne(answers: AsyncIterable<unknown>): Promise<unknown> {
  for await (const message of answers) return message;
  throw failureOf(new Error('a method with one response gave none'));
}

async function* single(item: Received): AsyncGenerator<Received, void, undefined> {
  yield await Promise.resolve(item);
}

interface Writable {
  write(message: unknown): boolean;
  end(): void;
  on(event: 'drain' | 'cancelled', listener: () => void): unknown;
  emit(event: 'error', error: Partial<ServiceError>): boolean;
}

/** Writes what comes as fast as the other side reads, and stops where it has gone. */
async function pump(call: Writable, start: () => AsyncIterable<unknown>): Promise<void> {
  const caller = { gone: false, reads: () => undefined as unknown };
  call.on('cancelled', () => {
    caller.gone = true;
    caller.reads();
  });
  call.on('drain', () => caller.reads());
  try {
    for await (const message of start()) {
      if (caller.gone) return;
      if (call.write(message)) continue;
      await new Promise<void>((resolve) => {
        caller.reads = resolve;
      });
    }
    call.end();
  } catch (error) {
    call.emit('error', errorOf(error));
  }
}

function errorOf(error: unknown): Partial<ServiceError> {
  const failure = failureOf(error);
  const metadata = new Metadata();
  const details = statusDetails(failure);
  if (details !== undefined) metadata.set(STATUS_DETAILS_TRAILER, asBuffer(details));
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- gRPC's numbers, whoever names them
  return { code: failure.status, details: failure.message, metadata };
}
