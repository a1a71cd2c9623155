import { afterEach, describe, expect, it, vi } from 'vitest';
import { CallScope } from '../../src/client/call-scope.js';
import { WriteGate, type EndTurn } from '../../src/client/write-gate.js';
import { rejection, settled } from './fake-transport.js';

const scope = (signal?: AbortSignal, timeoutMs = 60_000) =>
  new CallScope('Set', timeoutMs, new AbortController().signal, signal);

/** Takes so many turns. */
function enter(gate: WriteGate, count: number): Promise<EndTurn[]> {
  return Promise.all(Array.from({ length: count }, () => gate.enter(scope())));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('WriteGate', () => {
  it('begins with 25 at once', async () => {
    const gate = new WriteGate();
    await enter(gate, 25);
    const late = vi.fn();
    void gate.enter(scope()).then(late);
    await settled();
    expect(late).not.toHaveBeenCalled();
    expect(gate).toMatchObject({ limit: 25, inFlight: 25, waiting: 1 });
  });

  it('lets them through in the order they came', async () => {
    const gate = new WriteGate();
    const turns = await enter(gate, 25);
    const order: number[] = [];
    const ends: EndTurn[] = [];
    for (let index = 0; index < 5; index++) {
      void gate.enter(scope()).then((end) => {
        order.push(index);
        ends.push(end);
      });
    }
    for (const end of turns.slice(0, 3)) {
      end(false);
      await settled();
    }
    expect(order).toEqual([0, 1, 2]);
    ends[0]?.(false);
    ends[1]?.(false);
    await settled();
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('does not let a newcomer pass those who wait', async () => {
    const gate = new WriteGate();
    const [end] = await enter(gate, 25);
    const order: string[] = [];
    void gate.enter(scope()).then(() => order.push('first'));
    end?.(false);
    void gate.enter(scope()).then(() => order.push('second'));
    await settled();
    expect(order).toEqual(['first']);
  });

  it('halves the limit on a refusal, once for all turns that began before it', async () => {
    const gate = new WriteGate();
    const turns = await enter(gate, 25);
    for (const end of turns.slice(0, 20)) end(true);
    expect(gate.limit).toBe(12);
    const [later] = await enter(gate, 1);
    later?.(true);
    expect(gate.limit).toBe(6);
  });

  it('admits no more than the halved limit', async () => {
    const gate = new WriteGate();
    const turns = await enter(gate, 25);
    const waiting = Array.from({ length: 10 }, () => gate.enter(scope()));
    turns[0]?.(true);
    for (const end of turns.slice(1, 13)) end(false);
    await settled();
    expect(gate).toMatchObject({ limit: 12, inFlight: 12, waiting: 10 });
    turns[13]?.(false);
    await waiting[0];
    expect(gate).toMatchObject({ inFlight: 12, waiting: 9 });
  });

  it('never falls below one', async () => {
    const gate = new WriteGate();
    for (let time = 0; time < 10; time++) {
      const [end] = await enter(gate, 1);
      end?.(true);
    }
    expect(gate.limit).toBe(1);
    const [end] = await enter(gate, 1);
    end?.(false);
    expect(gate.limit).toBe(2);
  });

  it('grows back by one per round without a refusal, and never beyond what it began with', async () => {
    const gate = new WriteGate(4);
    let turns = await enter(gate, 4);
    turns[0]?.(true);
    turns[1]?.(false);
    turns = turns.slice(2);
    const round = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        turns[0]?.(false);
        turns = [...turns.slice(1), await gate.enter(scope())];
      }
      while (turns.length < gate.limit) turns.push(await gate.enter(scope()));
    };
    expect(gate.limit).toBe(2);
    await round(4); // the two turns that began before the refusal say nothing about it
    expect(gate.limit).toBe(3);
    await round(3);
    expect(gate.limit).toBe(4);
    await round(20);
    expect(gate.limit).toBe(4);
  });

  it('does not grow while nobody reaches it', async () => {
    const gate = new WriteGate(4);
    const [first] = await enter(gate, 1);
    first?.(true);
    for (let time = 0; time < 200; time++) {
      const [end] = await enter(gate, 1);
      end?.(false);
    }
    expect(gate.limit).toBe(2);
  });

  it('gives up a place in the queue on abort', async () => {
    const gate = new WriteGate();
    const turns = await enter(gate, 25);
    const caller = new AbortController();
    const failed = rejection(gate.enter(scope(caller.signal)));
    const next = gate.enter(scope());
    caller.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
    expect(gate.waiting).toBe(1);
    turns[0]?.(false);
    await next;
    expect(gate).toMatchObject({ inFlight: 25, waiting: 0 });
  });

  it('passes on a turn that was given in the moment of giving up', async () => {
    const gate = new WriteGate();
    const turns = await enter(gate, 25);
    const caller = new AbortController();
    const failed = rejection(gate.enter(scope(caller.signal)));
    const next = gate.enter(scope());
    turns[0]?.(false);
    caller.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
    await next;
    expect(gate).toMatchObject({ inFlight: 25, waiting: 0 });
  });

  it('stops waiting at the deadline', async () => {
    vi.useFakeTimers();
    const gate = new WriteGate();
    await enter(gate, 25);
    const failed = rejection(gate.enter(scope(undefined, 50)));
    await vi.advanceTimersByTimeAsync(50);
    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(gate.waiting).toBe(0);
  });
});
