import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/bytes.js';
import { callService } from '../../src/client/call.js';
import { GrpcStatus } from '../../src/client/transport.js';
import type { LoginRequest, OpenSessionRequest } from '../../src/wire/immudb/schema/session.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { connectFake, failures, FakeTransport, rejection } from './fake-transport.js';

const { currentState } = ImmuServiceDefinition.methods;
const CANARY = 'kanarienvogel';

describe('login by session', () => {
  it('sends user, password and database, and no session of old', async () => {
    const transport = new FakeTransport();
    const connection = await connectFake(transport, { user: 'ada', password: CANARY, database: 'Bank' });
    const [call] = transport.callsOf('OpenSession');
    const request = call?.request as OpenSessionRequest;
    expect(fromUtf8(request.username)).toBe('ada');
    expect(fromUtf8(request.password)).toBe(CANARY);
    expect(request.databaseName).toBe('bank');
    expect(call?.metadata).toEqual({});
    expect(connection.serverUuid).toBe('uuid-1');
    await connection.close();
  });

  it('presents the session with every call, and gives it back once', async () => {
    const transport = new FakeTransport().on('CurrentState', () => ({}));
    const connection = await connectFake(transport);
    await callService(connection, currentState, {}, { kind: 'read' });
    expect(transport.callsOf('CurrentState')[0]?.metadata).toEqual({ sessionid: 'session-1' });
    await Promise.all([connection.close(), connection.close()]);
    expect(transport.callsOf('CloseSession').map((call) => call.metadata)).toEqual([
      { sessionid: 'session-1' },
    ]);
  });

  it('opens the next session without presenting the lost one', async () => {
    const transport = new FakeTransport().on('CurrentState', (_, count) => {
      if (count === 1) throw failures.sessionLost();
      return {};
    });
    const connection = await connectFake(transport);
    await callService(connection, currentState, {}, { kind: 'read' });
    expect(transport.callsOf('OpenSession').map((call) => call.metadata)).toEqual([{}, {}]);
    await connection.close();
  });

  it.each([
    [
      'INVALID_CREDENTIALS',
      failures.text(GrpcStatus.UNKNOWN, 'invalid user name or password', { code: '08004' }),
    ],
    ['DATABASE_NOT_FOUND', failures.text(GrpcStatus.UNKNOWN, 'database does not exist')],
    [
      'TOO_MANY_SESSIONS',
      failures.text(GrpcStatus.INTERNAL, 'can not create new session: max sessions number reached'),
    ],
    ['UNREACHABLE', failures.notConnected()],
    ['SERVER_ERROR', failures.text(GrpcStatus.UNKNOWN, 'the moon is full')],
  ])('fails at once with %s', async (code, failure) => {
    const transport = new FakeTransport().on('OpenSession', () => {
      throw failure;
    });
    expect(await rejection(connectFake(transport))).toMatchObject({ code });
    expect(transport.calls.length).toBe(1);
    expect(transport.closed).toBe(1);
  });

  it('refuses a session id that cannot be a header, before a transport repeats it in an error', async () => {
    const transport = new FakeTransport().on('OpenSession', () => ({
      sessionID: 'line\r\nbreak',
      serverUUID: '',
    }));
    const error = await rejection(connectFake(transport));
    expect(error).toMatchObject({ code: 'SERVER_ERROR' });
    expect(error.message).not.toContain('break');
  });
});

describe('login by token', () => {
  const tokens = () =>
    new FakeTransport()
      .on('Login', () => ({ token: 'first', warning: new Uint8Array(0) }))
      .on('UseDatabase', () => ({ token: 'bound' }))
      .on('Logout', () => ({}))
      .on('CurrentState', () => ({}));

  it('binds the token to the database and presents that one', async () => {
    const transport = tokens();
    const connection = await connectFake(transport, {
      authentication: 'token',
      user: 'ada',
      password: CANARY,
      database: 'bank',
    });
    await callService(connection, currentState, {}, { kind: 'read' });
    const request = transport.callsOf('Login')[0]?.request as LoginRequest;
    expect([fromUtf8(request.user), fromUtf8(request.password)]).toEqual(['ada', CANARY]);
    expect(transport.callsOf('UseDatabase')[0]).toMatchObject({
      request: { databaseName: 'bank' },
      metadata: { authorization: 'first' },
    });
    expect(transport.callsOf('CurrentState')[0]?.metadata).toEqual({ authorization: 'bound' });
    await connection.close();
    expect(transport.callsOf('Logout')[0]?.metadata).toEqual({ authorization: 'bound' });
    expect(transport.callsOf('OpenSession')).toEqual([]);
  });

  it('logs in again when the token has expired', async () => {
    const transport = tokens().on('CurrentState', (_, count) => {
      if (count === 1) throw failures.text(GrpcStatus.PERMISSION_DENIED, 'token has expired');
      return {};
    });
    const connection = await connectFake(transport, { authentication: 'token' });
    await callService(connection, currentState, {}, { kind: 'read' });
    expect(transport.callsOf('Login').length).toBe(2);
    await connection.close();
  });
});

describe('secrets', () => {
  it('are in no error, even where the server repeats them', async () => {
    const transport = new FakeTransport().on('OpenSession', () => {
      throw failures.text(GrpcStatus.UNKNOWN, `cannot log in ada with ${CANARY}`, {
        code: CANARY,
        cause: CANARY,
      });
    });
    const error = await rejection(connectFake(transport, { user: 'ada', password: CANARY }));
    expect(error.message).toContain('cannot log in ada with [password]');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(JSON.stringify(error)).not.toContain(CANARY);
  });

  it('are in no printed form of a connection', async () => {
    const transport = new FakeTransport().on('OpenSession', () => ({ sessionID: CANARY, serverUUID: '' }));
    const connection = await connectFake(transport, { user: 'ada', password: `pw-${CANARY}` });
    // What the fake recorded is the test's own.
    transport.calls.length = 0;
    expect(inspect(connection, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(JSON.stringify(connection.session)).not.toContain(CANARY);
    expect(JSON.stringify(connection.options)).not.toContain(CANARY);
    await connection.close();
  });
});
