import { describe, expect, it } from 'vitest';
import { callService } from '../../src/client/call.js';
import { CallQueue } from '../../src/client/call-queue.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { connectFake, deferred, failures, FakeTransport, rejection, settled } from './fake-transport.js';

const { currentState } = ImmuServiceDefinition.methods;

describe('a queue', () => {
  it('refuses what is too much, names its limit, and counts down', async () => {
    const queue = new CallQueue('bank', 2);
    const { promise, resolve } = deferred<string>();
    const held = [queue.hold('x', () => promise), queue.hold('x', () => promise)];
    const error = await rejection(queue.hold('a session', () => promise));
    expect(error).toMatchObject({
      code: 'QUEUE_FULL',
      retryable: true,
      details: { database: 'bank', maxQueuedCalls: 2, executed: 'no' },
    });
    expect(error.message).toMatch(/2 calls wait already.*waiting for a session.*maxQueuedCalls/s);
    resolve('done');
    expect(await Promise.all(held)).toEqual(['done', 'done']);
    expect(queue.waiting).toBe(0);
  });

  it('gives the place back of what fails', async () => {
    const queue = new CallQueue('bank', 1);
    await rejection(queue.hold('x', () => Promise.reject(new Error('no'))));
    expect(await queue.hold('x', () => Promise.resolve(1))).toBe(1);
  });
});

describe('a connection', () => {
  it('bounds the writes that wait for their turn, and not those under way', async () => {
    const answer = deferred<object>();
    const transport = new FakeTransport().on('CurrentState', () => answer.promise);
    const connection = await connectFake(transport, { maxWritesInFlight: 2, maxQueuedCalls: 3 });
    const write = () => callService(connection, currentState, {}, { kind: 'write' });
    const accepted = Array.from({ length: 5 }, write);
    expect(await rejection(write())).toMatchObject({ code: 'QUEUE_FULL' });
    await settled();
    expect(transport.callsOf('CurrentState').length).toBe(2);
    answer.resolve({});
    expect((await Promise.all(accepted)).length).toBe(5);
    await write();
    await connection.close();
  });

  it('bounds the calls that wait for a session, of all its kinds together', async () => {
    const transport = new FakeTransport().on('CurrentState', (call) => {
      if (call.metadata.sessionid === 'session-1') throw failures.sessionLost();
      return {};
    });
    const connection = await connectFake(transport, { maxQueuedCalls: 4 });
    const login = deferred<object>();
    transport.on('OpenSession', () => login.promise);
    const read = () => callService(connection, currentState, {}, { kind: 'read' });
    const waiting = [read()];
    await settled();
    waiting.push(read(), read(), read());
    await settled();
    expect(connection.queue.waiting).toBe(4);
    expect(await rejection(read())).toMatchObject({ code: 'QUEUE_FULL' });
    login.resolve({ sessionID: 'session-2' });
    await Promise.all(waiting);
    await connection.close();
  });

  it('tells how a call failed rather than that it may not wait to be made again', async () => {
    const transport = new FakeTransport().on('CurrentState', () => {
      throw failures.notConnected();
    });
    const connection = await connectFake(transport, { maxQueuedCalls: 1 });
    const calls = Array.from({ length: 3 }, () =>
      rejection(callService(connection, currentState, {}, { kind: 'read', timeoutMs: 100 })),
    );
    for (const call of calls) expect(await call).toMatchObject({ code: 'UNREACHABLE' });
    await connection.close();
  });
});
