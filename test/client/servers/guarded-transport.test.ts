// A connection whose server is away: which failures count, and what calls are told.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callService } from '../../../src/client/call.js';
import { callStream } from '../../../src/client/call-stream.js';
import { openConnection, type Connection } from '../../../src/client/connection.js';
import type { ConnectionOptions } from '../../../src/client/connection-options.js';
import { GrpcStatus } from '../../../src/client/transport.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { failures, FakeTransport, rejection } from '../fake-transport.js';

const { currentState, streamGet } = ImmuServiceDefinition.methods;

let transport: FakeTransport;
let connection: Connection;
let told: string[];
let answer: () => unknown;

async function open(options: ConnectionOptions = {}): Promise<void> {
  answer = () => ({ db: 'answered' });
  transport = new FakeTransport().on('CurrentState', () => answer());
  const circuit = { failures: 3, afterMs: 0, pauseMs: 30_000 };
  const target = { timeoutMs: 2_000, circuit, ...options };
  connection = await openConnection(target, { transportTo: () => transport });
  told = [];
  for (const name of ['unreachable', 'reachable', 'retry', 'session-opened', 'session-lost'] as const)
    connection.events.on(name, () => told.push(name));
}

const ask = (timeoutMs = 150) => callService(connection, currentState, {}, { kind: 'read', timeoutMs });
const fails = (failure: () => Error) => () => {
  throw failure();
};
async function openCircuit(): Promise<void> {
  answer = fails(failures.notConnected);
  await rejection(ask(1_000));
  expect(connection.primary.transport.address).toBe('fake:3322');
}

beforeEach(() => open());
afterEach(async () => {
  vi.useRealTimers();
  await connection.close();
});

describe('a server that is away', () => {
  it('is told to have been, at once, and nothing is sent', async () => {
    await openCircuit();
    const sent = transport.calls.length;
    const began = performance.now();
    const error = await rejection(ask(30_000));
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(error).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(error.details?.circuit).toMatchObject({ retryInMs: expect.any(Number) as number });
    expect(error.message).toMatch(
      /cannot reach immudb at fake:3322: away since .* \(connect ECONNREFUSED\), it is tried again in \d+ ms/,
    );
    expect(transport.calls.length).toBe(sent);
    expect(told.filter((name) => name === 'unreachable').length).toBe(1);
    // The one that opened the circuit was to be made again too, and was refused.
    expect(told.filter((name) => name === 'retry').length).toBe(3);
  });

  it('refuses writes as what was not executed', async () => {
    await openCircuit();
    const write = callService(connection, currentState, {}, { kind: 'proven-write' });
    expect(await rejection(write)).toMatchObject({ code: 'UNREACHABLE' });
  });

  it('refuses calls of many messages too', async () => {
    await openCircuit();
    const stream = callStream(connection, streamGet, [], { kind: 'write', headers: {} });
    expect(await rejection(stream.next())).toMatchObject({ code: 'UNREACHABLE' });
  });

  it('lets the next call through after the pause, and says when the server is back', async () => {
    await connection.close();
    await open({ circuit: { failures: 1, afterMs: 0, pauseMs: 20 } });
    answer = fails(failures.dropped);
    expect(await rejection(ask())).toMatchObject({ code: 'UNREACHABLE' });
    answer = () => ({});
    await expect
      .poll(() =>
        ask().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(told).toContain('reachable');
    await ask();
  });
});

describe('what does not count', () => {
  it.each([
    ['a server that is busy', failures.busy],
    ['an answer that is late', failures.late],
    ['an error of the server', () => failures.text(GrpcStatus.UNKNOWN, 'tx not found')],
    ['a session that is lost', failures.sessionLost],
  ])('%s', async (_, failure) => {
    answer = fails(failure);
    for (let count = 0; count < 5; count++) await rejection(ask(20));
    expect(told).not.toContain('unreachable');
    answer = () => ({});
    await ask();
  });

  it('a call that its caller gave up', async () => {
    answer = () =>
      new Promise((_, reject) =>
        setTimeout(() => {
          reject(failures.text(GrpcStatus.CANCELLED, 'Cancelled on client'));
        }, 5),
      );
    for (let count = 0; count < 5; count++) {
      const call = callService(
        connection,
        currentState,
        {},
        { kind: 'read', signal: AbortSignal.timeout(1) },
      );
      expect(await rejection(call)).toMatchObject({ code: 'ABORTED' });
    }
    expect(told).not.toContain('unreachable');
  });

  it('anything, where the option says so', async () => {
    await connection.close();
    await open({ circuit: false });
    answer = fails(failures.notConnected);
    for (let count = 0; count < 3; count++) await rejection(ask());
    expect(told).not.toContain('unreachable');
    answer = () => ({});
    await ask();
  });
});

it('never repeats a password a server put into the failure of a login', async () => {
  await connection.close();
  await open({
    user: 'ada',
    password: 'kanarienvogel',
    circuit: { failures: 1, afterMs: 0, pauseMs: 30_000 },
  });
  const events: string[] = [];
  connection.events.on('unreachable', ({ error }) => events.push(error.message));
  answer = fails(failures.sessionLost);
  transport.on(
    'OpenSession',
    fails(() => failures.text(GrpcStatus.UNAVAILABLE, 'kanarienvogel')),
  );
  const errors = [await rejection(ask()), await rejection(ask())];
  for (const text of [...events, ...errors.map(({ message }) => message)])
    expect(text).not.toContain('kanarien');
  expect(events[0]).toContain('[password]');
});

it('tells of sessions', async () => {
  answer = () => {
    if (transport.sessions === 1) throw failures.sessionLost();
    return {};
  };
  await ask();
  expect(told).toEqual(['session-lost', 'session-opened']);
});
