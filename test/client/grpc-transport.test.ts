// The transport against a server of grpc-js in this process, which says whatever a test wants said.
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  InterceptingCall,
  type Interceptor,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { GrpcTransport } from '../../src/client/grpc-transport.js';
import { unaryMethod } from '../../src/client/rpc.js';
import { GrpcStatus, RpcFailure, type CallOptions } from '../../src/client/transport.js';
import { Entry, type KeyRequest } from '../../src/wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { rejection } from './fake-transport.js';

const GET = unaryMethod(ImmuServiceDefinition.methods.get);
const REQUEST: KeyRequest = { key: utf8('a'), atTx: 0n, sinceTx: 0n, noWait: false, atRevision: 0n };
const ENTRY = Entry.create({ tx: 7n, key: utf8('a'), value: utf8('v') });

type Call = ServerUnaryCall<Buffer, Buffer>;
type Handler = (call: Call, answer: sendUnaryData<Buffer>) => void;

const sameBytes = (bytes: Buffer) => bytes;
const encoded = (entry: Entry) => Buffer.from(Entry.encode(entry).finish());

let server: Server;
let port: number;
let handle: Handler;
const transports: GrpcTransport[] = [];

beforeEach(async () => {
  server = new Server();
  const definition = {
    Get: {
      path: GET.path,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: sameBytes,
      requestDeserialize: sameBytes,
      responseSerialize: sameBytes,
      responseDeserialize: sameBytes,
    },
  };
  const implementation: UntypedServiceImplementation = {
    Get: (call: Call, answer: sendUnaryData<Buffer>) => {
      handle(call, answer);
    },
  };
  server.addService(definition, implementation);
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  handle = (_, answer) => {
    answer(null, encoded(ENTRY));
  };
});

afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  server.forceShutdown();
  vi.unstubAllEnvs();
});

function transport(
  options: {
    port?: number;
    maxMessageBytes?: number;
    loopback?: boolean;
    grpcOptions?: Record<string, number>;
    grpcInterceptors?: Interceptor[];
  } = {},
) {
  const made = new GrpcTransport({
    host: '127.0.0.1',
    address: `127.0.0.1:${options.port ?? port}`,
    maxMessageBytes: options.maxMessageBytes ?? 1024 * 1024,
    loopback: options.loopback ?? true,
    grpcOptions: options.grpcOptions ?? {},
    grpcInterceptors: options.grpcInterceptors ?? [],
  });
  transports.push(made);
  return made;
}

const get = (over: GrpcTransport, options: Partial<CallOptions> = {}) =>
  over.unary(GET, REQUEST, { metadata: {}, deadlineMs: 5_000, ...options });

async function failure(promise: Promise<unknown>): Promise<RpcFailure> {
  const error: unknown = await rejection(promise);
  if (error instanceof RpcFailure) return error;
  throw new Error('expected an RpcFailure', { cause: error });
}

describe('an answered call', () => {
  it("brings the message, as plain bytes, and the server's name", async () => {
    handle = (call, answer) => {
      const headers = new Metadata();
      headers.set('immudb-uuid', 'c0ffee');
      call.sendMetadata(headers);
      answer(null, encoded(ENTRY));
    };
    const { message, serverUuid } = await get(transport());
    expect(message).toEqual(ENTRY);
    expect(Object.getPrototypeOf(message.value)).toBe(Uint8Array.prototype);
    expect(serverUuid).toBe('c0ffee');
  });

  it('has no server name where the server gives none', async () => {
    expect((await get(transport())).serverUuid).toBeUndefined();
  });

  it('carried the request and the headers', async () => {
    let seen: [Buffer, unknown] | undefined;
    handle = (call, answer) => {
      seen = [call.request, call.metadata.getMap().sessionid];
      answer(null, encoded(ENTRY));
    };
    await get(transport(), { metadata: { sessionid: 'one' } });
    expect(seen?.[0]).toEqual(Buffer.from(GET.requestType.encode(REQUEST).finish()));
    expect(seen?.[1]).toBe('one');
  });
});

describe('starting a call', () => {
  it('leaves the recording of stacks as it was', async () => {
    const before = Error.stackTraceLimit;
    const over = transport();
    const answer = get(over);
    expect(Error.stackTraceLimit).toBe(before);
    await answer;
    const illegal = over.unary(GET, REQUEST, { metadata: { 'not legal': 'x' }, deadlineMs: 1_000 });
    await expect(illegal).rejects.toThrow('illegal characters');
    expect(Error.stackTraceLimit).toBe(before);
  });
});

describe('a failed call', () => {
  it("has the server's status, text and code", async () => {
    const info = new BinaryWriter().uint32(10).string('23000').finish();
    const any = new BinaryWriter()
      .uint32(10)
      .string('type.googleapis.com/immudb.schema.ErrorInfo')
      .uint32(18)
      .bytes(info)
      .finish();
    const details = new BinaryWriter().uint32(26).bytes(any).finish();
    handle = (_, answer) => {
      const metadata = new Metadata();
      metadata.set('grpc-status-details-bin', Buffer.from(details));
      answer({ code: status.FAILED_PRECONDITION, details: 'precondition failed', metadata });
    };
    expect(await failure(get(transport()))).toMatchObject({
      status: GrpcStatus.FAILED_PRECONDITION,
      message: 'precondition failed',
      sent: true,
      details: { code: '23000' },
    });
  });

  it('was not sent where nobody listens, and says so at once', async () => {
    const free = await closedPort();
    const began = performance.now();
    const failed = await failure(get(transport({ port: free })));
    expect(failed).toMatchObject({ status: GrpcStatus.UNAVAILABLE, sent: false });
    expect(failed.message).toContain('ECONNREFUSED');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('was not sent where the connection was never made in time', async () => {
    const silent = await silentServer();
    try {
      const failed = await failure(get(transport({ port: silent.port }), { deadlineMs: 200 }));
      expect(failed).toMatchObject({ status: GrpcStatus.DEADLINE_EXCEEDED, sent: false });
    } finally {
      silent.server.close();
    }
  });

  it('may have been executed where the deadline passed on the server', async () => {
    handle = () => undefined;
    const failed = await failure(get(transport(), { deadlineMs: 200 }));
    expect(failed).toMatchObject({ status: GrpcStatus.DEADLINE_EXCEEDED, sent: true });
  });

  it('may have been executed where the server went away under it', async () => {
    handle = () => {
      server.forceShutdown();
    };
    expect(await failure(get(transport()))).toMatchObject({ sent: true });
  });

  it.each([
    [status.UNAVAILABLE, 'No connection established. Last error: none'],
    [status.DEADLINE_EXCEEDED, 'Deadline exceeded after 1s,Waiting for LB pick'],
    [status.RESOURCE_EXHAUSTED, 'Attempted to send message with a size larger than 5'],
    [status.INTERNAL, 'Request message serialization failure: no'],
  ])('may have been executed whatever the server says: %i %s', async (code, details) => {
    handle = (_, answer) => {
      answer({ code, details });
    };
    expect(await failure(get(transport()))).toMatchObject({ status: code, message: details, sent: true });
  });

  it('was not sent where the request cannot be encoded', async () => {
    const over = transport();
    const failed = await failure(
      over.unary(GET, { ...REQUEST, atTx: 1n << 64n }, { metadata: {}, deadlineMs: 1_000 }),
    );
    expect(failed).toMatchObject({ status: GrpcStatus.INTERNAL, sent: false });
  });

  it('was not sent where the request is too large', async () => {
    const failed = await failure(
      transport().unary(
        GET,
        { ...REQUEST, key: new Uint8Array(32 * 1024 * 1024) },
        { metadata: {}, deadlineMs: 5_000 },
      ),
    );
    expect(failed).toMatchObject({ status: GrpcStatus.RESOURCE_EXHAUSTED, sent: false });
    expect(failed.message).toContain('Attempted to send message with a size larger than 33554432');
  });

  it('is one where the answer is not what it should be', async () => {
    handle = (_, answer) => {
      answer(null, Buffer.from([0x0a, 0xff]));
    };
    expect(await failure(get(transport()))).toMatchObject({ status: GrpcStatus.INTERNAL, sent: true });
  });
});

describe('limits', () => {
  const large = () => encoded(Entry.create({ value: new Uint8Array(100_000) }));

  it('refuse an answer larger than maxMessageBytes', async () => {
    handle = (_, answer) => {
      answer(null, large());
    };
    const failed = await failure(get(transport({ maxMessageBytes: 50_000 })));
    expect(failed).toMatchObject({ status: GrpcStatus.RESOURCE_EXHAUSTED, sent: true });
    expect(failed.message).toMatch(/^Received message larger than max/);
    expect((await get(transport({ maxMessageBytes: 200_000 }))).message.value.length).toBe(100_000);
  });

  it('count a compressed answer by its size unpacked', async () => {
    const packed = gzipSync(large());
    expect(packed.length).toBeLessThan(1_000);
    const compressing = createHttp2Server();
    compressing.on('stream', (stream) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
      });
      stream.end(Buffer.concat([Buffer.from([1, 0, 0, packed.length >> 8, packed.length & 0xff]), packed]));
    });
    await once(compressing.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port: compressingPort } = compressing.address() as AddressInfo;
      const unpacked = await get(transport({ port: compressingPort, maxMessageBytes: 200_000 }));
      expect(unpacked.message.value.length).toBe(100_000);
      const failed = await failure(get(transport({ port: compressingPort, maxMessageBytes: 50_000 })));
      expect(failed).toMatchObject({ status: GrpcStatus.RESOURCE_EXHAUSTED, sent: true });
      expect(failed.message).toMatch(/^Received message that decompresses to a size larger than/);
    } finally {
      compressing.close();
    }
  });
});

describe('ending early', () => {
  it('cancels the call on the server', async () => {
    const caller = new AbortController();
    const cancelled = new Promise<void>((resolve) => {
      handle = (call) => {
        call.on('cancelled', () => {
          resolve();
        });
        caller.abort();
      };
    });
    const failed = await failure(get(transport(), { signal: caller.signal }));
    expect(failed).toMatchObject({ status: GrpcStatus.CANCELLED, sent: true });
    await cancelled;
  });

  it('sends nothing for a signal that aborted before', async () => {
    const handled = vi.fn();
    handle = handled;
    expect(await failure(get(transport(), { signal: AbortSignal.abort() }))).toMatchObject({ sent: false });
    expect(handled).not.toHaveBeenCalled();
  });

  it('sends nothing once it is closed', async () => {
    const over = transport();
    await get(over);
    await over.close();
    expect(await failure(get(over))).toMatchObject({ status: GrpcStatus.UNAVAILABLE, sent: false });
  });
});

describe('a server that comes back', () => {
  it('is found again within a second', async () => {
    const over = transport({ port: await closedPort() });
    await failure(get(over));
    const again = new Server();
    again.addService(
      {
        Get: {
          path: GET.path,
          requestStream: false,
          responseStream: false,
          requestSerialize: sameBytes,
          requestDeserialize: sameBytes,
          responseSerialize: sameBytes,
          responseDeserialize: sameBytes,
        },
      },
      {
        Get: (_call: Call, answer: sendUnaryData<Buffer>) => {
          answer(null, encoded(ENTRY));
        },
      },
    );
    await new Promise<void>((resolve, reject) => {
      again.bindAsync(over.address, ServerCredentials.createInsecure(), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    try {
      await vi.waitFor(() => get(over), { timeout: 2_000, interval: 50 });
    } finally {
      again.forceShutdown();
    }
  });
});

describe('a proxy of the environment', () => {
  it('is not used for this machine: the password goes unencrypted', async () => {
    vi.stubEnv('http_proxy', `http://127.0.0.1:${await closedPort()}`);
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('no_grpc_proxy', '');
    expect((await get(transport())).message).toEqual(ENTRY);
    expect(await failure(get(transport({ loopback: false })))).toMatchObject({ sent: false });
  });
});

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const { server: probe, port: free } = await silentServer();
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** A server that takes connections and never says a word. */
function silentServer(): Promise<{ server: TcpServer; port: number }> {
  return new Promise((resolve) => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    silent.listen(0, '127.0.0.1', () => {
      const address = silent.address();
      resolve({ server: silent, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}

describe('interceptors', () => {
  it('see every call, in the order given, and may change it', async () => {
    const seen: string[] = [];
    const naming =
      (name: string): Interceptor =>
      (options, next) =>
        new InterceptingCall(next(options), {
          start: (metadata, listener, start) => {
            seen.push(`${name} ${options.method_definition.path}`);
            metadata.set('x-trace', name);
            start(metadata, listener);
          },
        });
    let traced: unknown;
    handle = (call, answer) => {
      traced = call.metadata.get('x-trace');
      answer(null, encoded(ENTRY));
    };
    const over = transport({ grpcInterceptors: [naming('first'), naming('second')] });
    await get(over);
    expect(seen).toEqual([`first ${GET.path}`, `second ${GET.path}`]);
    expect(traced).toEqual(['second']);
  });
});
