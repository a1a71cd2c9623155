// Which server a read goes to, and what becomes of one that a replica does not answer.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { callService } from '../../../src/client/call.js';
import { openConnection, type Connection } from '../../../src/client/connection.js';
import { GrpcStatus } from '../../../src/client/transport.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { deferred, failures, FakeTransport, rejection } from '../fake-transport.js';

const { currentState, get, set } = ImmuServiceDefinition.methods;
const KEY = utf8('key');
const REPLICAS = ['127.0.0.1:1', '127.0.0.1:2'];

let servers: Map<string, FakeTransport>;
let connection: Connection;
let told: string[];

const server = (address: string) => servers.get(address)!;
const PRIMARY = 'localhost:3322';
const asked = (rpc: string) => [PRIMARY, ...REPLICAS].map((address) => server(address).callsOf(rpc).length);

/** A server whose answers name it. Its newest transaction is 10. */
class NamedServer extends FakeTransport {
  override readonly address: string;

  constructor(address: string) {
    super();
    this.address = address;
    this.on('Get', () => ({ key: KEY, value: utf8(address), tx: 1n, revision: 1n, expired: false }));
    this.on('CurrentState', () => ({ txId: 10n }));
    this.on('Set', () => ({ id: 10n }));
  }
}

beforeEach(async () => {
  servers = new Map([PRIMARY, ...REPLICAS].map((address) => [address, new NamedServer(address)]));
  connection = await openConnection(
    { replicas: REPLICAS, timeoutMs: 2_000 },
    { transportTo: (address) => server(address) },
  );
  told = [];
  connection.events.on('replica-behind', ({ address, operation }) =>
    told.push(`behind ${address} ${operation}`),
  );
  connection.events.on('retry', ({ address, code }) => told.push(`retry ${address} ${code}`));
});
afterEach(() => connection.close());

const read = (options: object = {}) =>
  callService(connection, get, { key: KEY } as never, { kind: 'read', spread: true, ...options });
const fail = (address: string, rpc: string, failure: () => Error) =>
  server(address).on(rpc, () => {
    throw failure();
  });
const notFound = () => failures.text(GrpcStatus.UNKNOWN, 'tbtree: key not found');

describe('reads', () => {
  it('take turns over the replicas, and log in where they go', async () => {
    expect(REPLICAS.map((address) => server(address).sessions)).toEqual([0, 0]);
    for (let count = 0; count < 6; count++) await read();
    expect(asked('Get')).toEqual([0, 3, 3]);
    expect([PRIMARY, ...REPLICAS].map((address) => server(address).sessions)).toEqual([1, 1, 1]);
  });

  it('go to the primary unless they may be spread', async () => {
    await read({ spread: false });
    await callService(connection, currentState, {}, { kind: 'read' });
    await callService(connection, set, {} as never, { kind: 'write' });
    expect(asked('Get')).toEqual([1, 0, 0]);
    expect(asked('CurrentState')).toEqual([1, 0, 0]);
    expect(asked('Set')).toEqual([1, 0, 0]);
  });

  it('are answered by replicas that have what was written here, and only by those', async () => {
    connection.noteWrite(10n);
    await read();
    await read();
    expect(asked('Get')).toEqual([0, 1, 1]);
    expect(asked('CurrentState')).toEqual([0, 1, 1]);
    connection.noteWrite(11n);
    await read();
    expect(asked('Get')).toEqual([1, 1, 1]);
    await expect.poll(() => told).toEqual([expect.stringMatching(/^behind 127\.0\.0\.1:[12] Get$/)]);
  });

  it('notes the transaction of a write by its answer', async () => {
    await callService(connection, set, {} as never, { kind: 'write' });
    expect(connection.newestWrite).toBe(10n);
  });
});

describe('what a replica does not answer', () => {
  it('is asked of the primary, and the replica is spared a while', async () => {
    for (const address of REPLICAS) fail(address, 'Get', failures.dropped);
    for (let count = 0; count < 10; count++) expect((await read()).value).toEqual(utf8(PRIMARY));
    expect(asked('Get')).toEqual([10, 1, 1]);
    await expect.poll(() => told).toEqual(REPLICAS.map((address) => `retry ${address} UNREACHABLE`));
  });

  it.each([
    ['a key', notFound, 'KEY_NOT_FOUND'],
    ['a transaction', () => failures.text(GrpcStatus.UNKNOWN, 'tx not found'), 'TX_NOT_FOUND'],
  ])('%s, and the primary neither: then nobody is behind', async (_, failure, code) => {
    for (const address of [PRIMARY, ...REPLICAS]) fail(address, 'Get', failure);
    for (let count = 0; count < 4; count++) expect(await rejection(read())).toMatchObject({ code });
    expect(asked('Get')).toEqual([4, 2, 2]);
    expect(told).toEqual([]);
  });

  it('but the primary: then it was behind', async () => {
    fail(REPLICAS[0]!, 'Get', notFound);
    fail(REPLICAS[1]!, 'Get', notFound);
    for (let count = 0; count < 4; count++) await read();
    expect(asked('Get')).toEqual([4, 1, 1]);
    await expect.poll(() => told).toEqual(REPLICAS.map((address) => `behind ${address} Get`));
  });

  it('because it lost the session, it is asked again with a new one', async () => {
    for (const address of REPLICAS)
      server(address).on('Get', ({ metadata }) => {
        if (metadata.sessionid === 'session-1') throw failures.sessionLost();
        return { value: KEY };
      });
    for (let count = 0; count < 4; count++) await read();
    expect(asked('Get')).toEqual([2, 2, 2]);
    expect(REPLICAS.map((address) => server(address).sessions)).toEqual([2, 2]);
  });

  it('because it does not know the user, costs no read', async () => {
    for (const address of REPLICAS)
      fail(address, 'OpenSession', () => failures.text(GrpcStatus.UNKNOWN, 'invalid user name or password'));
    for (let count = 0; count < 4; count++) await read();
    expect(asked('Get')).toEqual([4, 0, 0]);
    await expect.poll(() => told).toEqual(REPLICAS.map((address) => `retry ${address} INVALID_CREDENTIALS`));
  });

  it('in half of the time, the primary does', async () => {
    for (const address of REPLICAS)
      server(address).on('Get', ({ deadlineMs }) => {
        expect(deadlineMs).toBeLessThanOrEqual(200);
        throw failures.late();
      });
    expect((await read({ timeoutMs: 400 })).value).toEqual(utf8(PRIMARY));
  });

  it('because its caller gave up, nobody else is asked', async () => {
    const caller = new AbortController();
    const never = deferred<never>();
    for (const address of REPLICAS)
      server(address).on('Get', () => {
        queueMicrotask(() => {
          caller.abort();
          never.reject(failures.text(GrpcStatus.CANCELLED, 'Cancelled on client'));
        });
        return never.promise;
      });
    expect(await rejection(read({ signal: caller.signal }))).toMatchObject({ code: 'ABORTED' });
    expect(asked('Get')[0]).toBe(0);
  });
});

it('closing ends the sessions at every server, and what leads there', async () => {
  await read();
  await read();
  await connection.close();
  for (const one of servers.values()) {
    expect(one.callsOf('CloseSession').length).toBe(1);
    expect(one.closed).toBe(1);
  }
});

it('replicas do not go with a transport of one’s own', async () => {
  const target = openConnection({ replicas: REPLICAS }, { transport: new FakeTransport() });
  await expect(target).rejects.toThrow(/replicas cannot be given together with a transport/);
});
