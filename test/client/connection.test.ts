import { describe, expect, it, vi } from 'vitest';
import { callService } from '../../src/client/call.js';
import { openConnection } from '../../src/client/connection.js';
import { GrpcStatus } from '../../src/client/transport.js';
import type { OpenSessionRequest } from '../../src/wire/immudb/schema/session.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { connectFake, deferred, failures, FakeTransport, rejection, settled } from './fake-transport.js';

const { currentState } = ImmuServiceDefinition.methods;

const answering = () => new FakeTransport().on('CurrentState', () => ({ db: 'answered' }));
const databases = (transport: FakeTransport) =>
  transport.callsOf('OpenSession').map((call) => (call.request as OpenSessionRequest).databaseName);

describe('openConnection', () => {
  it('logs in before it gives the connection', async () => {
    const transport = answering();
    const connection = await connectFake(transport, { database: 'bank' });
    expect(databases(transport)).toEqual(['bank']);
    expect(connection).toMatchObject({ database: 'bank', address: 'fake:3322', closed: false });
    await connection.close();
  });

  it('closes the transport where it cannot log in', async () => {
    const transport = new FakeTransport().on('OpenSession', () => {
      throw failures.notConnected();
    });
    await rejection(connectFake(transport));
    expect(transport.closed).toBe(1);
  });

  it("is ended by the caller's signal and time", async () => {
    const never = () => new FakeTransport().on('OpenSession', () => deferred().promise);
    const caller = new AbortController();
    const failed = rejection(openConnection({}, { transport: never(), signal: caller.signal }));
    caller.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
    expect(await rejection(openConnection({}, { transport: never(), timeoutMs: 20 }))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it("loads no gRPC for a transport of one's own", async () => {
    vi.resetModules();
    vi.doMock('../../src/client/grpc-transport.js', () => {
      throw new Error('loaded');
    });
    const fresh = await import('../../src/client/connection.js');
    const connection = await fresh.openConnection({}, { transport: answering() });
    await connection.close();
    await expect(fresh.openConnection({})).rejects.toThrow();
    vi.doUnmock('../../src/client/grpc-transport.js');
    vi.resetModules();
  });
});

describe('openDatabase', () => {
  it('gives a connection with a session of its own over the same transport', async () => {
    const transport = answering();
    const first = await connectFake(transport);
    const bank = await first.openDatabase('Bank');
    expect(bank.database).toBe('bank');
    expect(bank.transport).toBe(first.transport);
    await callService(bank, currentState, {}, { kind: 'read' });
    await callService(first, currentState, {}, { kind: 'read' });
    expect(transport.callsOf('CurrentState').map((call) => call.metadata.sessionid)).toEqual([
      'session-2',
      'session-1',
    ]);
    expect(transport.callsOf('UseDatabase')).toEqual([]);
    await first.close();
  });

  it('does not disturb calls under way', async () => {
    const answer = deferred<object>();
    const transport = answering().on('CurrentState', () => answer.promise);
    const first = await connectFake(transport);
    const underWay = callService(first, currentState, {}, { kind: 'read' });
    const bank = await first.openDatabase('bank');
    answer.resolve({ db: 'first' });
    expect(await underWay).toEqual({ db: 'first' });
    await bank.close();
    expect(transport.closed).toBe(0);
    await first.close();
  });

  it('shares one cap on writes per database', async () => {
    const first = await connectFake(answering());
    const [bank, again, other] = [
      await first.openDatabase('bank'),
      await first.openDatabase('bank'),
      await first.openDatabase('other'),
    ];
    expect(again.gate).toBe(bank.gate);
    expect(other.gate).not.toBe(bank.gate);
    expect(first.gate).not.toBe(bank.gate);
    await first.close();
  });

  it('names a database that is missing, and how to create it', async () => {
    const transport = answering();
    const first = await connectFake(transport);
    transport.on('OpenSession', () => {
      throw failures.text(GrpcStatus.UNKNOWN, 'database does not exist');
    });
    const error = await rejection(first.openDatabase('bank'));
    expect(error).toMatchObject({ code: 'DATABASE_NOT_FOUND' });
    expect(error.message).toContain('createDatabase("bank")');
    expect(transport.closed).toBe(0);
    expect(await callService(first, currentState, {}, { kind: 'read' })).toEqual({ db: 'answered' });
    await first.close();
  });

  it('refuses a name no database can have, unsent', async () => {
    const transport = answering();
    const first = await connectFake(transport);
    expect(await rejection(first.openDatabase('no-good'))).toMatchObject({ code: 'INVALID_DATABASE_NAME' });
    expect(databases(transport)).toEqual(['defaultdb']);
    await first.close();
  });
});

describe('close', () => {
  it('waits for what was sent, then closes the session, then the transport', async () => {
    const answer = deferred<object>();
    const transport = answering().on('CurrentState', () => answer.promise);
    const connection = await connectFake(transport);
    const underWay = callService(connection, currentState, {}, { kind: 'write' });
    await settled();
    const closed = connection.close();
    await settled();
    expect(transport.callsOf('CloseSession')).toEqual([]);
    expect(transport.closed).toBe(0);
    answer.resolve({ db: 'late' });
    expect(await underWay).toEqual({ db: 'late' });
    await closed;
    expect(transport.callsOf('CloseSession').length).toBe(1);
    expect(transport.closed).toBe(1);
  });

  it('refuses what waits', async () => {
    const answer = deferred<object>();
    const transport = answering().on('CurrentState', () => answer.promise);
    const connection = await connectFake(transport);
    const sent = Array.from({ length: 25 }, () =>
      callService(connection, currentState, {}, { kind: 'write' }),
    );
    await settled();
    const waiting = rejection(callService(connection, currentState, {}, { kind: 'write' }));
    const closed = connection.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    answer.resolve({});
    await Promise.all(sent);
    await closed;
  });

  it('ends the attempts of a read', async () => {
    const transport = answering().on('CurrentState', () => {
      throw failures.dropped();
    });
    const connection = await connectFake(transport);
    const failed = rejection(callService(connection, currentState, {}, { kind: 'read' }));
    await settled();
    await connection.close();
    expect(await failed).toMatchObject({ code: 'CLOSED' });
  });

  it('refuses everything afterwards, and may be called again', async () => {
    const transport = answering();
    const connection = await connectFake(transport);
    await connection.close();
    await connection.close();
    expect(connection.closed).toBe(true);
    expect(await rejection(callService(connection, currentState, {}, { kind: 'read' }))).toMatchObject({
      code: 'CLOSED',
    });
    expect(await rejection(connection.openDatabase('bank'))).toMatchObject({ code: 'CLOSED' });
    expect(transport.callsOf('CurrentState')).toEqual([]);
    expect(transport.closed).toBe(1);
  });

  it('of the first closes those opened from it; of one of those, only itself', async () => {
    const transport = answering();
    const first = await connectFake(transport);
    const [one, two] = [await first.openDatabase('one'), await first.openDatabase('two')];
    await one.close();
    expect([first.closed, one.closed, two.closed]).toEqual([false, true, false]);
    expect(transport.closed).toBe(0);
    await first.close();
    expect(two.closed).toBe(true);
    expect(transport.callsOf('CloseSession').map((call) => call.metadata.sessionid)).toEqual([
      'session-2',
      'session-3',
      'session-1',
    ]);
    expect(transport.closed).toBe(1);
  });

  it('waits no longer for what is under way than a call may take', async () => {
    const transport = answering().on('CurrentState', () => deferred().promise);
    const connection = await connectFake(transport, { timeoutMs: 50 });
    void callService(connection, currentState, {}, { kind: 'write', timeoutMs: 60_000 }).catch(
      () => undefined,
    );
    await settled();
    const began = performance.now();
    await connection.close();
    expect(performance.now() - began).toBeGreaterThanOrEqual(45);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(transport.closed).toBe(1);
  });
});
