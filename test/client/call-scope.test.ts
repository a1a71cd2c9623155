import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from '../../src/client/backoff.js';
import { CallScope } from '../../src/client/call-scope.js';
import { deferred, rejection } from './fake-transport.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const open = () => new AbortController();

describe('CallScope', () => {
  it.each([0, -1, Number.NaN, Infinity, 2 ** 31])('refuses a timeout of %s', (timeoutMs) => {
    expect(() => new CallScope('Get', timeoutMs, open().signal)).toThrow(TypeError);
  });

  it('counts the time down', () => {
    const scope = new CallScope('Get', 100, open().signal);
    expect(scope.remainingMs).toBe(100);
    vi.advanceTimersByTime(60);
    expect(scope.remainingMs).toBe(40);
    scope.throwIfOver();
    vi.advanceTimersByTime(40);
    expect(() => {
      scope.throwIfOver();
    }).toThrow('not sent within 100 ms');
  });

  it('passes on what it waited for, value or error', async () => {
    const scope = new CallScope('Get', 100, open().signal);
    await expect(scope.wait(Promise.resolve(7))).resolves.toBe(7);
    await expect(scope.wait(Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it('stops waiting when the time is over', async () => {
    const scope = new CallScope('Get', 100, open().signal);
    const failed = rejection(scope.wait(deferred().promise));
    await vi.advanceTimersByTimeAsync(100);
    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
  });

  it('stops waiting when the caller aborts, and gives the reason as cause', async () => {
    const caller = open();
    const scope = new CallScope('Get', 100, open().signal, caller.signal);
    const failed = rejection(scope.wait(deferred().promise));
    caller.abort(new Error('enough'));
    const error = await failed;
    expect(error).toMatchObject({ code: 'ABORTED', details: { executed: 'no' } });
    expect(error.cause).toEqual(new Error('enough'));
  });

  it('stops waiting when the connection closes', async () => {
    const closing = open();
    const scope = new CallScope('Get', 100, closing.signal);
    const failed = rejection(scope.wait(deferred().promise));
    closing.abort();
    expect(await failed).toMatchObject({ code: 'CLOSED' });
  });

  it('does not begin to wait once it is over', async () => {
    const caller = open();
    caller.abort();
    const scope = new CallScope('Get', 100, open().signal, caller.signal);
    expect(await rejection(scope.wait(deferred().promise))).toMatchObject({ code: 'ABORTED' });
    expect(await rejection(scope.sleep(1))).toMatchObject({ code: 'ABORTED' });
  });

  it('leaves no timer and no listener behind', async () => {
    const caller = open();
    const closing = open();
    const scope = new CallScope('Get', 60_000, closing.signal, caller.signal);
    await scope.wait(Promise.resolve());
    await rejection(scope.wait(Promise.reject(new Error('own'))));
    const slept = scope.sleep(10);
    await vi.advanceTimersByTimeAsync(10);
    await slept;
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    expect(getEventListeners(closing.signal, 'abort')).toEqual([]);
  });

  it('leaves no timer behind when a sleep is cut short', async () => {
    const caller = open();
    const scope = new CallScope('Get', 60_000, open().signal, caller.signal);
    const failed = rejection(scope.sleep(1_000));
    caller.abort();
    await failed;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Backoff', () => {
  it('waits between nothing and a bound that doubles up to two seconds', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.999_999);
    const backoff = new Backoff(new CallScope('Get', 600_000, open().signal));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      const before = performance.now();
      const waited = backoff.wait();
      await vi.runAllTimersAsync();
      expect(await waited).toBe(true);
      waits.push(Math.round((performance.now() - before) / 10) * 10);
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
    random.mockReturnValue(0);
    const before = performance.now();
    const waited = backoff.wait();
    await vi.runAllTimersAsync();
    await waited;
    expect(performance.now() - before).toBeLessThan(2);
  });

  it('gives up at once where the time left does not suffice', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999_999);
    const backoff = new Backoff(new CallScope('Get', 40, open().signal));
    expect(await backoff.wait()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
