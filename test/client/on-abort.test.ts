import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { onAbort } from '../../src/client/on-abort.js';

const count = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('onAbort', () => {
  it('tells every listener once, through one listener of its own', () => {
    const { signal, abort } = controller();
    const heard = Array.from({ length: 100 }, () => vi.fn());
    for (const listener of heard) onAbort(signal, listener);
    expect(count(signal)).toBe(1);
    abort();
    for (const listener of heard) expect(listener).toHaveBeenCalledOnce();
  });

  it('leaves nothing behind when all have stopped listening', () => {
    const { signal, abort } = controller();
    const [first, second] = [vi.fn(), vi.fn()];
    const [ignoreFirst, ignoreSecond] = [onAbort(signal, first), onAbort(signal, second)];
    ignoreFirst();
    expect(count(signal)).toBe(1);
    ignoreSecond();
    ignoreSecond();
    expect(count(signal)).toBe(0);
    abort();
    expect([first, second].map((listener) => listener.mock.calls.length)).toEqual([0, 0]);
  });

  it('listens anew after that', () => {
    const { signal, abort } = controller();
    const ignore = onAbort(signal, vi.fn());
    ignore();
    const heard = vi.fn();
    onAbort(signal, heard);
    ignore();
    abort();
    expect(heard).toHaveBeenCalledOnce();
  });

  it('does not tell a listener that another one has stopped', () => {
    const { signal, abort } = controller();
    const heard: string[] = [];
    onAbort(signal, () => {
      heard.push('first');
    });
    const ignore = onAbort(signal, () => {
      heard.push('second');
    });
    ignore();
    abort();
    expect(heard).toEqual(['first']);
  });

  it('takes the same listener twice as two', () => {
    const { signal, abort } = controller();
    const heard = vi.fn();
    const ignore = onAbort(signal, heard);
    onAbort(signal, heard);
    ignore();
    abort();
    expect(heard).toHaveBeenCalledOnce();
  });

  it('has nothing to do without a signal', () => {
    expect(() => {
      onAbort(undefined, vi.fn())();
    }).not.toThrow();
  });
});

function controller(): { signal: AbortSignal; abort: () => void } {
  const own = new AbortController();
  return {
    signal: own.signal,
    abort: () => {
      own.abort();
    },
  };
}
