import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { callService, inTurn, type CallKind } from '../../src/client/call.js';
import { GrpcStatus, RpcFailure } from '../../src/client/transport.js';
import { ImmuError, UnknownOutcomeError } from '../../src/errors.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { connectFake, deferred, failures, FakeTransport, rejection, settled } from './fake-transport.js';

const { currentState } = ImmuServiceDefinition.methods;
const EVERY_KIND: readonly CallKind[] = ['read', 'write', 'proven-write', 'control'];

/** A server whose one call fails in turn as given, and then answers. */
function failing(...failed: RpcFailure[]): FakeTransport {
  return new FakeTransport().on('CurrentState', (_, count) => {
    const failure = failed[count - 1];
    if (failure !== undefined) throw failure;
    return { db: 'answered' };
  });
}

async function ask(
  transport: FakeTransport,
  kind: CallKind,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const connection = await connectFake(transport);
  try {
    return await callService(connection, currentState, {}, { kind, ...options });
  } finally {
    await connection.close();
  }
}

const attempts = (transport: FakeTransport) => transport.callsOf('CurrentState').length;

describe('what every call does', () => {
  it.each(EVERY_KIND)('answers a %s', async (kind) => {
    expect(await ask(failing(), kind)).toEqual({ db: 'answered' });
  });

  it('gives the transport what is left of the time', async () => {
    const transport = failing();
    await ask(transport, 'read', { timeoutMs: 500 });
    const [call] = transport.callsOf('CurrentState');
    expect(call?.deadlineMs).toBeGreaterThan(400);
    expect(call?.deadlineMs).toBeLessThanOrEqual(500);
  });

  it("takes the connection's time where the call has none of its own", async () => {
    const transport = failing();
    await ask(transport, 'read');
    expect(transport.callsOf('CurrentState')[0]?.deadlineMs).toBeGreaterThan(1_900);
  });

  it("notes the server's name", async () => {
    const transport = failing();
    const connection = await connectFake(transport);
    transport.serverUuid = 'uuid-2';
    await callService(connection, currentState, {}, { kind: 'read' });
    expect(connection.serverUuid).toBe('uuid-2');
    transport.serverUuid = undefined;
    await callService(connection, currentState, {}, { kind: 'read' });
    expect(connection.serverUuid).toBe('uuid-2');
    await connection.close();
  });

  it('presents no session where none is needed', async () => {
    const transport = failing();
    const connection = await connectFake(transport);
    await callService(connection, currentState, {}, { kind: 'read', authenticated: false });
    expect(transport.callsOf('CurrentState')[0]?.metadata).toEqual({});
    await connection.close();
  });

  it('passes on what is a bug, not a failure', async () => {
    const transport = new FakeTransport().on('CurrentState', () => {
      throw new RangeError('bug');
    });
    await expect(ask(transport, 'read')).rejects.toThrow(RangeError);
    expect(attempts(transport)).toBe(1);
  });

  it.each([0, -5, Number.NaN])('refuses a timeout of %s', async (timeoutMs) => {
    await expect(ask(failing(), 'read', { timeoutMs })).rejects.toThrow(TypeError);
  });
});

describe('a lost session', () => {
  it('leaves open what became of a proven write: only the server says that it was never executed', async () => {
    const transport = failing(failures.sessionLost());
    await expect(ask(transport, 'proven-write')).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      details: { reason: 'SESSION_EXPIRED' },
    });
    expect(attempts(transport)).toBe(1);
  });

  it.each(EVERY_KIND.filter((kind) => kind !== 'proven-write'))(
    'is opened again and a %s repeated',
    async (kind) => {
      const transport = failing(failures.sessionLost());
      expect(await ask(transport, kind)).toEqual({ db: 'answered' });
      expect(transport.callsOf('CurrentState').map((call) => call.metadata.sessionid)).toEqual([
        'session-1',
        'session-2',
      ]);
    },
  );

  it('is opened again once for any number of calls', async () => {
    const transport = new FakeTransport().on('CurrentState', (call) => {
      if (call.metadata.sessionid === 'session-1') throw failures.sessionLost();
      return {};
    });
    const connection = await connectFake(transport);
    await Promise.all(
      Array.from({ length: 50 }, () => callService(connection, currentState, {}, { kind: 'read' })),
    );
    expect(transport.sessions).toBe(2);
    await connection.close();
  });

  it('that is refused again is reported, not opened for ever', async () => {
    const transport = failing(failures.sessionLost(), failures.sessionLost(), failures.sessionLost());
    expect(await rejection(ask(transport, 'read'))).toMatchObject({
      code: 'SESSION_EXPIRED',
      retryable: true,
    });
    expect(attempts(transport)).toBe(2);
  });

  it('may be lost again after the server was away', async () => {
    const transport = failing(failures.sessionLost(), failures.dropped(), failures.sessionLost());
    expect(await ask(transport, 'read')).toEqual({ db: 'answered' });
    expect(transport.sessions).toBe(3);
  });

  it('that cannot be opened again says why', async () => {
    const transport = failing(failures.sessionLost());
    const connection = await connectFake(transport);
    transport.on('OpenSession', () => {
      throw failures.text(GrpcStatus.UNKNOWN, 'invalid user name or password');
    });
    const error = await rejection(callService(connection, currentState, {}, { kind: 'write' }));
    expect(error).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await connection.close();
  });
});

describe('a server that is away', () => {
  it('is asked again for a read, until it answers', async () => {
    const transport = failing(failures.dropped(), failures.notConnected(), failures.notConnected());
    expect(await ask(transport, 'read')).toEqual({ db: 'answered' });
    expect(attempts(transport)).toBe(4);
  });

  it.each<CallKind>(['write', 'proven-write', 'control'])(
    'is asked again for a %s that was never sent',
    async (kind) => {
      const transport = failing(failures.notConnected(), failures.notConnected());
      expect(await ask(transport, kind)).toEqual({ db: 'answered' });
      expect(attempts(transport)).toBe(3);
    },
  );

  it.each<CallKind>(['write', 'proven-write', 'control'])(
    'is not asked again for a %s that may have arrived',
    async (kind) => {
      const transport = failing(failures.dropped());
      const error = await rejection(ask(transport, kind));
      expect(error).toBeInstanceOf(UnknownOutcomeError);
      expect(error).toMatchObject({ code: 'UNKNOWN_OUTCOME', details: { reason: 'UNREACHABLE' } });
      expect(attempts(transport)).toBe(1);
    },
  );

  it('is given up within the time, with the number of attempts', async () => {
    const transport = failing(...Array.from({ length: 100 }, () => failures.notConnected()));
    const began = performance.now();
    const error = await rejection(ask(transport, 'write', { timeoutMs: 200 }));
    expect(performance.now() - began).toBeLessThan(400);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      retryable: true,
      details: { attempts: attempts(transport) },
    });
    expect(error.message).toMatch(/\(\d+ attempts\)$/);
  });

  it.each<CallKind>(['read', 'write'])(
    'is what a %s fails for, not the time that ran out while it waited',
    async (kind) => {
      const transport = new FakeTransport().on('CurrentState', () => {
        setTimeout(() => {
          const end = performance.now() + 60;
          while (performance.now() < end);
        });
        throw failures.notConnected();
      });
      const error = await rejection(ask(transport, kind, { timeoutMs: 50 }));
      expect(error).toMatchObject({ code: 'UNREACHABLE', retryable: true });
      expect(attempts(transport)).toBe(1);
      expect(error.message).not.toMatch(/attempts/);
    },
  );

  it('is waited for while the session is opened again', async () => {
    const transport = failing(failures.sessionLost());
    const connection = await connectFake(transport);
    let away = 3;
    transport.on('OpenSession', () => {
      if (away-- > 0) throw failures.notConnected();
      return { sessionID: 'back', serverUUID: '' };
    });
    expect(await callService(connection, currentState, {}, { kind: 'write' })).toEqual({ db: 'answered' });
    await connection.close();
  });
});

describe('a server that is busy', () => {
  it.each<CallKind>(['read', 'write'])('is asked again for a %s: it committed nothing', async (kind) => {
    const transport = failing(failures.busy(), failures.busy());
    expect(await ask(transport, kind)).toEqual({ db: 'answered' });
    expect(attempts(transport)).toBe(3);
  });

  it('may have committed a write that it was to prove', async () => {
    const transport = failing(failures.busy());
    const error = await rejection(ask(transport, 'proven-write'));
    expect(error).toMatchObject({ code: 'UNKNOWN_OUTCOME', details: { reason: 'SERVER_BUSY' } });
    expect(attempts(transport)).toBe(1);
  });

  it('has not committed it where it lacks a place to read from', async () => {
    const transport = failing(failures.text(GrpcStatus.UNKNOWN, 'read tx pool exhausted'));
    expect(await ask(transport, 'proven-write')).toEqual({ db: 'answered' });
  });

  it('lowers the cap on writes', async () => {
    const transport = failing(failures.busy());
    const connection = await connectFake(transport);
    await callService(connection, currentState, {}, { kind: 'write' });
    expect(connection.gate.limit).toBe(12);
    await connection.close();
  });
});

describe('other failures', () => {
  it.each<CallKind>(['write', 'proven-write'])(
    'of a %s that nobody knows leave its outcome unknown',
    async (kind) => {
      const transport = failing(failures.text(GrpcStatus.UNKNOWN, 'the moon is full'));
      const error = await rejection(ask(transport, kind));
      expect(error).toMatchObject({ code: 'UNKNOWN_OUTCOME', details: { reason: 'SERVER_ERROR' } });
      expect(error.message).toContain('the moon is full');
    },
  );

  it.each<CallKind>(['read', 'control'])('of a %s that nobody knows are told as they are', async (kind) => {
    const transport = failing(failures.text(GrpcStatus.UNKNOWN, 'the moon is full'));
    expect(await rejection(ask(transport, kind))).toMatchObject({ code: 'SERVER_ERROR', retryable: false });
    expect(attempts(transport)).toBe(1);
  });

  it('that say nothing was done are no unknown outcome', async () => {
    const transport = failing(
      failures.text(GrpcStatus.FAILED_PRECONDITION, 'precondition failed: x', { code: '23000' }),
    );
    expect(await rejection(ask(transport, 'proven-write'))).toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  it('by the deadline leave the outcome of a write unknown, and of a read not', async () => {
    expect(await rejection(ask(failing(failures.late()), 'write'))).toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      details: { reason: 'DEADLINE_EXCEEDED' },
    });
    expect(await rejection(ask(failing(failures.late()), 'read'))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('name the database the call is about', async () => {
    const transport = failing(failures.text(GrpcStatus.UNKNOWN, 'database already exists'));
    const connection = await connectFake(transport);
    const error = await rejection(
      callService(connection, currentState, {}, { kind: 'control', database: 'other' }),
    );
    expect(error.message).toContain('database "other"');
    await connection.close();
  });
});

describe("the caller's signal", () => {
  it('ends a call before it is sent', async () => {
    const transport = failing();
    const caller = new AbortController();
    caller.abort(new Error('enough'));
    const error = await rejection(ask(transport, 'write', { signal: caller.signal }));
    expect(error).toMatchObject({ code: 'ABORTED', details: { executed: 'no' } });
    expect(error.cause).toEqual(new Error('enough'));
    expect(attempts(transport)).toBe(0);
  });

  it.each<CallKind>(['read', 'write'])('ends a %s under way, and says what is known', async (kind) => {
    const caller = new AbortController();
    const transport = new FakeTransport().on('CurrentState', (call) => {
      expect(call.signal).toBe(caller.signal);
      caller.abort();
      throw new RpcFailure(GrpcStatus.CANCELLED, 'Cancelled on client');
    });
    const error = await rejection(ask(transport, kind, { signal: caller.signal }));
    expect(error).toMatchObject({ code: 'ABORTED', details: { executed: 'maybe' } });
    expect(error.message.includes('may have taken effect')).toBe(kind === 'write');
    expect(attempts(transport)).toBe(1);
  });

  it('ends the wait between attempts', async () => {
    const caller = new AbortController();
    const transport = failing(...Array.from({ length: 100 }, () => failures.dropped()));
    const failed = rejection(ask(transport, 'read', { signal: caller.signal }));
    await sleep(30);
    caller.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
  });
});

describe('writes', () => {
  it('wait for their turn', async () => {
    const answers = deferred<object>();
    const transport = new FakeTransport().on('CurrentState', () => answers.promise);
    const connection = await connectFake(transport);
    const writes = Array.from({ length: 40 }, () =>
      callService(connection, currentState, {}, { kind: 'write' }),
    );
    await settled();
    expect(attempts(transport)).toBe(25);
    const read = callService(connection, currentState, {}, { kind: 'read' });
    await settled();
    expect(attempts(transport)).toBe(26);
    answers.resolve({});
    await Promise.all([...writes, read]);
    expect(attempts(transport)).toBe(41);
    expect(connection.gate.inFlight).toBe(0);
    await connection.close();
  });

  it('that are several calls take one turn for all of them', async () => {
    const connection = await connectFake(failing());
    const inside = await inTurn(connection, 'verifiedSet', { timeoutMs: 500 }, async (left) => {
      await callService(connection, currentState, {}, { kind: 'proven-write', ...left });
      expect(left.timeoutMs).toBeGreaterThan(400);
      return connection.gate.inFlight;
    });
    expect(inside).toBe(1);
    expect(connection.gate.inFlight).toBe(0);
    await connection.close();
  });

  it.each([
    new ImmuError('SERVER_BUSY', 'busy'),
    new UnknownOutcomeError('busy', { details: { reason: 'SERVER_BUSY' } }),
  ])('that were refused in their turn lower the cap: %s', async (refusal) => {
    const connection = await connectFake(failing());
    await rejection(inTurn(connection, 'verifiedSet', {}, () => Promise.reject(refusal)));
    expect(connection.gate).toMatchObject({ limit: 12, inFlight: 0 });
    await connection.close();
  });

  it('that fail otherwise do not', async () => {
    const connection = await connectFake(failing());
    await rejection(
      inTurn(connection, 'verifiedSet', {}, () => Promise.reject(new ImmuError('PRECONDITION_FAILED', 'no'))),
    );
    expect(connection.gate).toMatchObject({ limit: 25, inFlight: 0 });
    await connection.close();
  });
});

describe('secrets', () => {
  it('of the session are in no error', async () => {
    const transport = new FakeTransport()
      .on('OpenSession', () => ({ sessionID: 'kanarienvogel', serverUUID: '' }))
      .on('CurrentState', () => {
        throw failures.text(GrpcStatus.UNKNOWN, 'the moon is full');
      });
    const error = await rejection(ask(transport, 'read'));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('kanarienvogel');
  });
});
