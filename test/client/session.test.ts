import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallScope } from '../../src/client/call-scope.js';
import type { AuthHeaders, Login } from '../../src/client/login.js';
import { Session } from '../../src/client/session.js';
import { ImmuError } from '../../src/errors.js';
import { deferred, rejection, settled } from './fake-transport.js';

class FakeLogin implements Login {
  opened = 0;
  kept: AuthHeaders[] = [];
  readonly closed: AuthHeaders[] = [];
  answer: () => Promise<AuthHeaders> = () => Promise.resolve({ sessionid: `s${this.opened}` });
  keep: () => Promise<void> = () => Promise.resolve();

  open(): Promise<AuthHeaders> {
    this.opened++;
    return this.answer();
  }

  keepAlive(headers: AuthHeaders): Promise<void> {
    this.kept.push(headers);
    return this.keep();
  }

  close(headers: AuthHeaders): Promise<void> {
    this.closed.push(headers);
    return Promise.resolve();
  }
}

const scope = (timeoutMs = 60_000, signal?: AbortSignal) =>
  new CallScope('Get', timeoutMs, new AbortController().signal, signal);
const lost = () => new ImmuError('SESSION_EXPIRED', 'gone');

let login: FakeLogin;
let session: Session;
beforeEach(() => {
  vi.useFakeTimers();
  login = new FakeLogin();
  session = new Session(login, 30_000);
});
afterEach(async () => {
  await session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('opening', () => {
  it('opens with the first call that needs it, and once', async () => {
    expect(session.useHeaders()).toBeUndefined();
    expect(login.opened).toBe(0);
    expect(await session.ready(scope())).toEqual({ sessionid: 's1' });
    expect(await session.ready(scope())).toEqual({ sessionid: 's1' });
    expect(session.useHeaders()).toEqual({ sessionid: 's1' });
    expect(login.opened).toBe(1);
  });

  it('is shared by all calls that wait', async () => {
    const { promise, resolve } = deferred<AuthHeaders>();
    login.answer = () => promise;
    const waiting = Array.from({ length: 100 }, () => session.ready(scope()));
    resolve({ sessionid: 'one' });
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([{ sessionid: 'one' }]));
    expect(login.opened).toBe(1);
  });

  it('fails for all that wait, and is tried again by the next', async () => {
    const { promise, reject } = deferred<AuthHeaders>();
    login.answer = () => promise;
    const failures = [rejection(session.ready(scope())), rejection(session.ready(scope()))];
    reject(new ImmuError('INVALID_CREDENTIALS', 'no'));
    for (const failure of failures) expect(await failure).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    login.answer = () => Promise.resolve({ sessionid: 'later' });
    expect(await session.ready(scope())).toEqual({ sessionid: 'later' });
    expect(login.opened).toBe(2);
  });

  it('lets one caller give up without disturbing the others', async () => {
    const { promise, resolve } = deferred<AuthHeaders>();
    login.answer = () => promise;
    const caller = new AbortController();
    const impatient = rejection(session.ready(scope(60_000, caller.signal)));
    const patient = session.ready(scope());
    caller.abort();
    expect(await impatient).toMatchObject({ code: 'ABORTED' });
    resolve({ sessionid: 'one' });
    expect(await patient).toEqual({ sessionid: 'one' });
  });

  it("is nobody's failure once everybody has given up", async () => {
    const { promise, reject } = deferred<AuthHeaders>();
    login.answer = () => promise;
    const failed = rejection(session.ready(scope(10)));
    await vi.advanceTimersByTimeAsync(10);
    await failed;
    reject(new Error('would be an unhandled rejection'));
    await settled();
  });
});

describe('losing it', () => {
  it('opens a new one, once for all calls that noticed', async () => {
    const old = await session.ready(scope());
    session.lost(old);
    const again = await Promise.all([session.ready(scope()), session.ready(scope())]);
    expect(again).toEqual([{ sessionid: 's2' }, { sessionid: 's2' }]);
    session.lost(old);
    expect(await session.ready(scope())).toEqual({ sessionid: 's2' });
    expect(login.opened).toBe(2);
  });
});

describe('keeping it alive', () => {
  it('says so while it is idle', async () => {
    const headers = await session.ready(scope());
    await vi.advanceTimersByTimeAsync(90_000);
    expect(login.kept).toEqual([headers, headers, headers]);
  });

  it('stays silent while calls do it', async () => {
    await session.ready(scope());
    for (let second = 0; second < 120; second += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(session.useHeaders()).toBeDefined();
    }
    expect(login.kept.length).toBe(0);
  });

  it('is never idle for two minutes, however calls fall', async () => {
    await session.ready(scope());
    let idleSince = performance.now();
    let longest = 0;
    login.keep = () => {
      longest = Math.max(longest, performance.now() - idleSince);
      idleSince = performance.now();
      return Promise.resolve();
    };
    await vi.advanceTimersByTimeAsync(16_000);
    expect(session.useHeaders()).toBeDefined();
    idleSince = performance.now();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(60_001);
  });

  it('forgets a session that is lost, and stops asking', async () => {
    await session.ready(scope());
    login.keep = () => Promise.reject(lost());
    await vi.advanceTimersByTimeAsync(30_000);
    expect(session.useHeaders()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(login.kept.length).toBe(1);
    expect(login.opened).toBe(1);
  });

  it('leaves every other failure to the next call', async () => {
    await session.ready(scope());
    login.keep = () => Promise.reject(new ImmuError('UNREACHABLE', 'away'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.useHeaders()).toEqual({ sessionid: 's1' });
    expect(login.kept.length).toBe(2);
  });

  it('keeps no process alive', async () => {
    vi.useRealTimers();
    const unref = vi.fn();
    const timer = vi
      .spyOn(globalThis, 'setInterval')
      .mockReturnValue({ unref: () => (unref(), timer) } as never);
    const other = new Session(login, 30_000);
    await other.ready(scope());
    expect(unref).toHaveBeenCalledOnce();
    timer.mockRestore();
    await other.close();
    vi.useFakeTimers();
  });
});

describe('closing', () => {
  it('closes the open session, once', async () => {
    const headers = await session.ready(scope());
    await Promise.all([session.close(), session.close()]);
    expect(login.closed).toEqual([headers]);
    expect(session.useHeaders()).toBeUndefined();
  });

  it('has nothing to close where none was opened', async () => {
    await session.close();
    expect(login.closed).toEqual([]);
  });

  it('closes a session that was being opened', async () => {
    const { promise, resolve } = deferred<AuthHeaders>();
    login.answer = () => promise;
    const failed = rejection(session.ready(scope()));
    await session.close();
    resolve({ sessionid: 'late' });
    expect(await failed).toMatchObject({ code: 'CLOSED' });
    expect(login.closed).toEqual([{ sessionid: 'late' }]);
  });

  it('ends quietly where the server is gone', async () => {
    await session.ready(scope());
    login.close = () => Promise.reject(new ImmuError('UNREACHABLE', 'away'));
    await expect(session.close()).resolves.toBeUndefined();
  });
});

describe('opening again while the server is away', () => {
  const away = (details = {}) => new ImmuError('UNREACHABLE', 'away', { retryable: true, details });

  it('waits longer each time, up to two seconds, however many calls ask for it', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    login.answer = () => Promise.reject(away());
    let stop = false;
    const callers = Array.from({ length: 50 }, async () => {
      while (!stop) await rejection(session.ready(scope()));
    });
    await vi.advanceTimersByTimeAsync(20_000);
    stop = true;
    await vi.advanceTimersByTimeAsync(2_000);
    await Promise.all(callers);
    // 50, 100, 200, 400, 800, 1,600 and from there 2,000 milliseconds.
    expect(login.opened).toBeGreaterThan(12);
    expect(login.opened).toBeLessThan(20);
    vi.mocked(Math.random).mockRestore();
  });

  it('is ended by closing', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    login.answer = () => Promise.reject(away());
    await rejection(session.ready(scope()));
    const waiting = rejection(session.ready(scope()));
    await session.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    expect(login.opened).toBe(1);
    vi.mocked(Math.random).mockRestore();
  });

  it('does not wait where the circuit refuses: that is told at once', async () => {
    login.answer = () => Promise.reject(away({ circuit: {} }));
    for (let attempt = 1; attempt <= 5; attempt++) {
      await rejection(session.ready(scope()));
      expect(login.opened).toBe(attempt);
    }
  });
});
