import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { connect, constants } from 'node:http2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseStatusDetails } from '../../../src/client/status-details.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { type ServedEngine, serveEngine } from '../../../src/engine/service/grpc-server.js';
import { pathOf } from '../../../src/engine/service/methods.js';
import type { LedgerService } from '../../../src/engine/service/service.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { Chunk, ExportTxRequest } from '../../../src/wire/immudb/schema/stream.js';
import { RawClient } from '../../support/raw-client.js';
import { TLS_CERTIFICATE, TLS_KEY } from './fixtures/tls.js';

const { methods } = ImmuServiceDefinition;
const bytes = (text: string) => new TextEncoder().encode(text);
const NOTHING = new Uint8Array();
const asBuffer = (given: Uint8Array) => Buffer.from(given);
const deadline = () => ({ deadline: Date.now() + 15_000 });

let engine: Engine;
let served: ServedEngine;
let raw: RawClient;

beforeEach(async () => {
  engine = await openEngine();
  served = await serveEngine(engine.service);
  raw = await RawClient.open(served.address);
});
afterEach(async () => {
  await raw.close();
  await served.close();
  await engine.close();
});

/** How grpc-js reports that a call was refused. */
async function failure(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('was not refused');
}

/** Messages there, then messages back: every kind of call is that on the wire. */
function exchange(
  address: string,
  path: string,
  requests: readonly Uint8Array[],
  headers: Record<string, string> = {},
): Promise<{ answers: Uint8Array[]; uuid: unknown; code: number; details: string; trailer: unknown }> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const answers: Uint8Array[] = [];
  let uuid: unknown;
  return new Promise((resolve) => {
    const call = client.makeBidiStreamRequest(path, asBuffer, (given: Buffer) => given, metadata, deadline());
    call.on('metadata', (given: Metadata) => {
      [uuid] = given.get('immudb-uuid');
    });
    call.on('data', (answer: Uint8Array) => answers.push(answer));
    call.on('error', () => undefined);
    call.on('status', ({ code, details, metadata: trailers }) => {
      // The last messages may come after the status.
      setImmediate(() => {
        client.close();
        resolve({ answers, uuid, code, details, trailer: trailers.get('grpc-status-details-bin')[0] });
      });
    });
    for (const request of requests) call.write(request);
    call.end();
  });
}

const session = async () => {
  const request = { username: bytes('immudb'), password: bytes('immudb'), databaseName: 'defaultdb' };
  return { sessionid: (await raw.call(methods.openSession, request)).sessionID };
};
const chunk = (content: Uint8Array) => Chunk.encode(Chunk.create({ content })).finish();
/** `u64(length) ‖ bytes`, as immudb frames what it streams. */
const framed = (content: Uint8Array) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(content.length));
  return Buffer.concat([length, content]);
};

describe('a call', () => {
  it('with one message each way is answered', async () => {
    const { id } = await raw.call(methods.set, { KVs: [{ key: bytes('k'), value: bytes('v') }] });
    expect(id).toBe(1n);
    expect((await raw.call(methods.get, { key: bytes('k') })).value).toEqual(bytes('v'));
  });

  it('that streams to the engine is answered once', async () => {
    const content = Buffer.concat([framed(bytes('k')), framed(bytes('streamed'))]);
    const requests = [chunk(content.subarray(0, 11)), chunk(content.subarray(11))];
    const { answers, code } = await exchange(
      served.address,
      pathOf(methods.streamSet),
      requests,
      await session(),
    );
    expect(code).toBe(status.OK);
    expect(answers.map((answer) => methods.streamSet.responseType.decode(answer).id)).toEqual([1n]);
    expect((await raw.call(methods.get, { key: bytes('k') })).value).toEqual(bytes('streamed'));
  });

  it('that streams from the engine is answered in pieces', async () => {
    const value = new Uint8Array(300_000).fill(7);
    await raw.call(methods.set, { KVs: [{ key: bytes('k'), value }] });
    const { requestType } = methods.streamGet;
    const request = requestType.encode(requestType.create({ key: bytes('k') })).finish();
    const { answers } = await exchange(served.address, pathOf(methods.streamGet), [request], await session());
    const received = Buffer.concat(answers.map((answer) => Chunk.decode(answer).content));
    expect(answers.length).toBeGreaterThan(1);
    expect(received.equals(Buffer.concat([framed(bytes('k')), framed(value)]))).toBe(true);
  });

  it('that streams both ways is refused in the same way: the engine has none', async () => {
    const request = ExportTxRequest.encode(ExportTxRequest.create({ tx: 1n })).finish();
    const path = pathOf(methods.streamExportTx);
    const { code, details } = await exchange(served.address, path, [request], await session());
    expect([code, details]).toEqual([
      status.UNIMPLEMENTED,
      expect.stringMatching(/^streamExportTx is unsupported by the embedded ledger/) as string,
    ]);
  });
});

describe('the headers', () => {
  it('name the engine, whether the call succeeds or not', async () => {
    const path = pathOf(methods.currentState);
    const good = await exchange(served.address, path, [new Uint8Array()], await session());
    expect([good.code, good.uuid]).toEqual([status.OK, engine.uuid]);
    const bad = await exchange(served.address, path, [new Uint8Array()], { sessionid: 'stale' });
    expect([bad.code, bad.details, bad.uuid]).toEqual([7, 'session not found', engine.uuid]);
    expect(parseStatusDetails(bad.trailer as Uint8Array)).toEqual({
      code: '08001',
      cause: 'session not found',
    });
  });

  it('say who is calling in a stream too', async () => {
    const { code, details } = await exchange(served.address, pathOf(methods.streamSet), [], {
      sessionid: 'stale',
    });
    expect([code, details]).toEqual([status.INVALID_ARGUMENT, 'no session found']);
  });
});

describe('a request', () => {
  it('of more than 32 MiB is refused in the words of grpc-go', async () => {
    const request = new Uint8Array(32 * 1024 * 1024 + 1);
    const error = await failure(raw.bytes(pathOf(methods.set), request));
    expect(error).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'grpc: received message larger than max (33554433 vs. 33554432)',
    });
  });

  it('that is no message is refused, alone and in a stream', async () => {
    const garbage = new Uint8Array([0xff, 0xff]);
    const refused = {
      code: status.INTERNAL,
      details: expect.stringMatching(/^grpc: error unmarshalling/) as string,
    };
    expect(await failure(raw.bytes(pathOf(methods.get), garbage))).toMatchObject(refused);
    for (const method of [methods.streamSet, methods.streamGet]) {
      expect(await exchange(served.address, pathOf(method), [garbage], await session())).toMatchObject(
        refused,
      );
    }
  });
});

describe('a caller who', () => {
  /** Serves a service whose streams never end by themselves. */
  async function endless(): Promise<{ address: string; sent: () => number; ended: Promise<void> }> {
    let sent = 0;
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    async function* stream(): AsyncGenerator<unknown, void, undefined> {
      try {
        for (;;) {
          sent += 1;
          yield await Promise.resolve({ content: new Uint8Array(64 * 1024), metadata: new Map() });
        }
      } finally {
        end();
      }
    }
    const service: LedgerService = { uuid: 'u', unary: () => Promise.resolve({}), stream };
    const other = await serveEngine(service);
    closing.push(() => other.close());
    return { address: other.address, sent: () => sent, ended };
  }
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('does not read on is not sent more than fits, and one who gives up ends the work', async () => {
    const { address, sent, ended } = await endless();
    // Without grpc-js, which reads on whatever it is told.
    const connection = connect(`http://${address}`);
    const path = pathOf(methods.streamScan);
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
    const call = connection.request(headers);
    call.pause();
    call.on('error', () => undefined);
    call.end(Buffer.from([0, 0, 0, 0, 0]));
    await vi.waitFor(() => {
      expect(sent()).toBeGreaterThan(0);
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent()).toBeLessThan(100);
    call.close(constants.NGHTTP2_CANCEL);
    await ended;
    connection.close();
  });

  it('stays does not keep the server from closing', async () => {
    const { address, ended } = await endless();
    const client = new Client(address, credentials.createInsecure());
    const path = pathOf(methods.streamScan);
    const asIs = (given: Buffer) => given;
    const call = client.makeServerStreamRequest(path, asBuffer, asIs, NOTHING, new Metadata(), deadline());
    const over = new Promise((resolve) => call.on('error', resolve));
    call.resume();
    await new Promise((resolve) => call.once('metadata', resolve));
    await closing.pop()!();
    await over;
    await ended;
    client.close();
  });
});

it('listens where it is told to, and says when it cannot', async () => {
  const [host, port] = served.address.split(':');
  expect(host).toBe('127.0.0.1');
  await expect(serveEngine(engine.service, { port: Number(port) })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining(served.address) as string,
  });
});

describe('encryption', () => {
  const tls = { key: TLS_KEY, certificate: TLS_CERTIFICATE };
  const pem = { root: Buffer.from(TLS_CERTIFICATE), key: Buffer.from(TLS_KEY) };

  /** What a client with these credentials gets. */
  async function version(address: string, given: ReturnType<typeof credentials.createSsl>): Promise<string> {
    const client = new Client(address, given, { 'grpc.ssl_target_name_override': 'localhost' });
    try {
      return await new Promise<string>((resolve, reject) => {
        const { serverInfo } = methods;
        const decode = (answer: Buffer) => serverInfo.responseType.decode(answer).version;
        const done = (error: ServiceError | null, value?: string) => {
          if (error) reject(error);
          else resolve(value!);
        };
        const [path, metadata] = [pathOf(serverInfo), new Metadata()];
        client.makeUnaryRequest(path, asBuffer, decode, NOTHING, metadata, deadline(), done);
      });
    } finally {
      client.close();
    }
  }

  it('is used where there is a certificate, and then by everybody', async () => {
    await using secure = await serveEngine(engine.service, { tls });
    expect(await version(secure.address, credentials.createSsl(pem.root))).toBe('1.11.1');
    expect(await failure(version(secure.address, credentials.createInsecure()))).toBeInstanceOf(Error);
  });

  it('asks clients for a certificate where there is an authority for them', async () => {
    await using secure = await serveEngine(engine.service, {
      tls: { ...tls, clientAuthority: TLS_CERTIFICATE },
    });
    const known = credentials.createSsl(pem.root, pem.key, pem.root);
    expect(await version(secure.address, known)).toBe('1.11.1');
    const unknown = credentials.createSsl(pem.root);
    expect(await failure(version(secure.address, unknown))).toMatchObject({ code: status.UNAVAILABLE });
  });
});
