import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Circuit,
  CircuitOpenFailure,
  type CircuitSettings,
  type Reached,
} from '../../../src/client/servers/circuit.js';
import type { ImmuError } from '../../../src/errors.js';

const SETTINGS: CircuitSettings = { failures: 3, afterMs: 1_000, pauseMs: 100 };
const REFUSED =
  'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:9 (2026-01-01). Resolution note: ';

let opened: ImmuError[];
let closed: number[];
let circuit: Circuit;
beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  closed = [];
  circuit = make();
});
afterEach(() => {
  vi.useRealTimers();
});

function make(settings: Partial<CircuitSettings> = {}): Circuit {
  return new Circuit(
    'h:1',
    { ...SETTINGS, ...settings },
    {
      unreachable: (error) => opened.push(error),
      reachable: (afterMs) => closed.push(afterMs),
    },
  );
}

const call = (reached: Reached) => {
  circuit.enter()(reached, REFUSED);
};
function refusal(): CircuitOpenFailure {
  try {
    circuit.enter();
  } catch (error) {
    if (error instanceof CircuitOpenFailure) return error;
  }
  throw new Error('the call was let through');
}
/** Opens it: three failures in 1,000 ms. */
function open(): void {
  call('no');
  call('no');
  vi.advanceTimersByTime(1_000);
  call('no');
}

describe('a circuit that is closed', () => {
  it('lets calls through until enough of them failed, for long enough', () => {
    for (let count = 0; count < 100; count++) call('no');
    expect(circuit.isOpen).toBe(false);
    vi.advanceTimersByTime(999);
    call('no');
    expect(circuit.isOpen).toBe(false);
    vi.advanceTimersByTime(1);
    call('no');
    expect(circuit.isOpen).toBe(true);
    expect(opened.length).toBe(1);
  });

  it('wants so many failures, however long it takes', () => {
    call('no');
    vi.advanceTimersByTime(60_000);
    call('no');
    expect(circuit.isOpen).toBe(false);
    call('no');
    expect(circuit.isOpen).toBe(true);
  });

  it('counts from nothing after any answer', () => {
    call('no');
    call('no');
    vi.advanceTimersByTime(1_000);
    call('yes');
    call('no');
    expect(circuit.isOpen).toBe(false);
    expect(closed).toEqual([]);
  });

  it('learns nothing from what is unclear', () => {
    for (let count = 0; count < 10; count++) {
      call('unclear');
      vi.advanceTimersByTime(1_000);
    }
    expect(circuit.isOpen).toBe(false);
  });
});

describe('a circuit that is open', () => {
  it('refuses at once, unsent, and says since when, why, and when it is tried again', () => {
    vi.setSystemTime(new Date('2026-03-04T05:06:07Z'));
    open();
    const { message, sent, retryInMs, since } = refusal();
    expect(sent).toBe(false);
    expect(since).toEqual(new Date('2026-03-04T05:06:07Z'));
    expect(retryInMs).toBeGreaterThanOrEqual(50);
    expect(retryInMs).toBeLessThanOrEqual(100);
    expect(message).toMatch(
      /^away since 2026-03-04T05:06:07\.000Z \(connect ECONNREFUSED 127\.0\.0\.1:9\), it is tried again in \d+ ms, and until then/,
    );
    expect(opened[0]).toMatchObject({ code: 'UNREACHABLE', retryable: true, details: { address: 'h:1' } });
    expect(opened[0]?.message).toContain('immudb at h:1 is away since');
  });

  it('lets one call at a time find out', () => {
    open();
    vi.advanceTimersByTime(100);
    const ended = circuit.enter();
    expect(refusal().message).toContain('is being tried by another call');
    ended('yes');
    expect(circuit.isOpen).toBe(false);
    expect(closed).toEqual([1_100]);
    call('no');
    expect(circuit.isOpen).toBe(false);
  });

  it('waits longer each time in vain, up to 8 pauses, half of it by chance', () => {
    open();
    const pauses: number[] = [];
    for (let probe = 0; probe < 8; probe++) {
      vi.advanceTimersByTime(refusal().retryInMs + 1);
      call('no');
      pauses.push(refusal().retryInMs);
    }
    [200, 400, 800, 800, 800, 800, 800, 800].forEach((bound, index) => {
      expect(pauses[index]).toBeGreaterThanOrEqual(bound / 2);
      expect(pauses[index]).toBeLessThanOrEqual(bound);
    });
    expect(opened.length).toBe(1);
  });

  it('lets the next call try where one ended without telling', () => {
    open();
    vi.advanceTimersByTime(100);
    call('unclear');
    expect(circuit.isOpen).toBe(false);
    circuit.enter()('yes');
    expect(closed.length).toBe(1);
  });

  it('heeds calls that were sent before: a failure is no news, an answer is', () => {
    const [late, answered] = [circuit.enter(), circuit.enter()];
    open();
    const { retryInMs } = refusal();
    late('no', REFUSED);
    expect(refusal().retryInMs).toBe(retryInMs);
    answered('yes');
    expect(circuit.isOpen).toBe(false);
    expect(closed.length).toBe(1);
  });
});
