import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FloorWriter, type FloorWriterOptions } from '../../src/trust/floor-writer.js';
import type { TrustFloor } from '../../src/trust/floors.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { floorAt, shown } from './support/floors.js';
import { bank, draftAt } from './support/records.js';

describe('a floor writer', () => {
  let store: MemoryTrustStore;
  let floors: TrustFloor[];
  let storedTxId: bigint;
  let failures: unknown[];

  beforeEach(async () => {
    vi.useFakeTimers();
    store = new MemoryTrustStore();
    await store.create(bank, draftAt(5n));
    [floors, storedTxId, failures] = [[], 5n, []];
  });
  afterEach(() => vi.useRealTimers());

  const writerOf = (change: Partial<FloorWriterOptions> = {}) =>
    new FloorWriter({
      store,
      id: bank,
      maxFloors: 10,
      recoveredAt: undefined,
      storedTxId: () => storedTxId,
      latest: (count) => floors.slice(0, count),
      onFailure: (error) => failures.push(error),
      ...change,
    });
  const raise = (writer: FloorWriter, ...raised: TrustFloor[]) => {
    floors.unshift(...raised);
    writer.changed();
  };
  const kept = async () => shown(await store.loadFloors(bank));

  it('stores all that changed in a second by one call', async () => {
    const save = vi.spyOn(store, 'saveFloors');
    const writer = writerOf();
    for (let txId = 1n; txId <= 5n; txId++) {
      raise(writer, floorAt(`key ${txId}`, txId));
      await vi.advanceTimersByTimeAsync(190);
    }
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    expect(save).toHaveBeenCalledTimes(1);
    expect(await kept()).toEqual(['key 5@5', 'key 4@4', 'key 3@3', 'key 2@2', 'key 1@1']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('waits as long as the record may, where that is longer', async () => {
    const slow = Object.assign(store, { writeBehindMs: 5_000 });
    const writer = writerOf({ store: slow });
    raise(writer, floorAt('a', 1n));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(await kept()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(await kept()).toEqual(['a@1']);
  });

  it('stores at once when flushed, and nothing where nothing changed', async () => {
    const save = vi.spyOn(store, 'saveFloors');
    const writer = writerOf();
    await writer.flush();
    raise(writer, floorAt('a', 1n));
    await writer.flush();
    await writer.flush();
    expect(await kept()).toEqual(['a@1']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('keeps floors back until the record has reached them', async () => {
    const writer = writerOf();
    raise(writer, floorAt('a', 5n), floorAt('b', 6n));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await kept()).toEqual(['a@5']);
    storedTxId = 6n;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await kept()).toEqual(['a@5', 'b@6']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stores one list after the other, and what changed meanwhile after that', async () => {
    let release: () => void = () => undefined;
    let running = 0;
    const saved: (string[] | undefined)[] = [];
    vi.spyOn(store, 'saveFloors').mockImplementation(async (_, given) => {
      expect(++running).toBe(1);
      saved.push(shown(given));
      await new Promise<void>((resolve) => (release = resolve));
      running--;
    });
    const writer = writerOf();
    raise(writer, floorAt('a', 1n));
    await vi.advanceTimersByTimeAsync(1_000);
    raise(writer, floorAt('b', 2n));
    await vi.advanceTimersByTimeAsync(2_500);
    expect(saved).toEqual([['a@1']]);
    const flushed = writer.flush();
    release();
    await vi.advanceTimersByTimeAsync(0);
    release();
    await flushed;
    expect(saved).toEqual([['a@1'], ['b@2', 'a@1']]);
  });

  it('tells of a failure, and tries again with the next change', async () => {
    vi.spyOn(store, 'saveFloors').mockRejectedValueOnce(new Error('disk'));
    const writer = writerOf();
    raise(writer, floorAt('a', 1n));
    await writer.flush();
    expect(failures).toMatchObject([{ message: 'disk' }]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await kept()).toBeUndefined();
    raise(writer, floorAt('b', 2n));
    await writer.flush();
    expect(await kept()).toEqual(['b@2', 'a@1']);
    expect(failures).toHaveLength(1);
  });

  it('keeps no process alive, and stores nothing after it was stopped', async () => {
    const writer = writerOf();
    raise(writer, floorAt('a', 1n));
    writer.stop();
    raise(writer, floorAt('b', 2n));
    await writer.flush();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await kept()).toBeUndefined();
    vi.useRealTimers();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    writerOf().changed();
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  });

  it.each([
    ['with a bound of none', { maxFloors: 0 }],
    ['with a store that keeps none', { store: { saveFloors: undefined } as never }],
  ])('does nothing %s', async (_, change) => {
    const latest = vi.fn(() => floors);
    const writer = writerOf({ ...change, latest });
    raise(writer, floorAt('a', 1n));
    await writer.flush();
    expect(vi.getTimerCount()).toBe(0);
    expect(latest).not.toHaveBeenCalled();
  });
});
