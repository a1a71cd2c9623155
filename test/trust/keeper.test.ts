// Settling: in which order results move the trusted state, what a gap costs, and what is never let through.

import { describe, expect, it } from 'vitest';
import { ImmuError, VerificationError } from '../../src/errors.js';
import type { LedgerState, ProvenTx } from '../../src/proof/index.js';
import { TrustKeeper } from '../../src/trust/keeper.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import type { TrustStore } from '../../src/trust/store.js';
import { ToyLedger } from './toy-ledger.js';

const id = { ledgerId: 'toy', database: 'toy' };

interface Setup {
  readonly keeper: TrustKeeper;
  readonly bridges: bigint[];
  readonly latches: (VerificationError | ImmuError)[];
}

/** A keeper over `ledger`, which answers bridging proofs from the history it is given. */
async function keeperOf(
  ledger: ToyLedger,
  store: TrustStore,
  options: { gapPatienceMs?: number } = {},
): Promise<Setup> {
  const bridges: bigint[] = [];
  const latches: (VerificationError | ImmuError)[] = [];
  const keeper = new TrustKeeper({
    store,
    id,
    record: await store.load(id),
    origin: 'first-use',
    keyId: undefined,
    serverUuid: () => 'toy-server',
    gapPatienceMs: options.gapPatienceMs ?? 1_000,
    onLatched: (error) => latches.push(error),
    prove: (txId: bigint, since: LedgerState): Promise<ProvenTx> => {
      bridges.push(txId);
      return Promise.resolve(ledger.proven(txId, since));
    },
  });
  return { keeper, bridges, latches };
}

/** A memory store that counts its writes and fails when told to. */
function watched(): { store: TrustStore; writes: () => number; failNext: (error: Error) => void } {
  const memory = new MemoryTrustStore();
  let writes = 0;
  let failure: Error | undefined;
  const store: TrustStore = {
    load: (...args) => memory.load(...args),
    create: (...args) => memory.create(...args),
    recover: (...args) => memory.recover(...args),
    list: () => memory.list(),
    async replace(...args) {
      writes += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const failed = failure;
      failure = undefined;
      if (failed !== undefined) throw failed;
      return memory.replace(...args);
    },
  };
  return { store, writes: () => writes, failNext: (error) => (failure = error) };
}

async function startedAt(
  ledger: ToyLedger,
  txId: bigint,
  store: TrustStore = new MemoryTrustStore(),
): Promise<Setup> {
  const setup = await keeperOf(ledger, store);
  await setup.keeper.settle(ledger.proven(txId, undefined));
  return setup;
}

describe('settling one result', () => {
  it('begins with the first proven state and stores it before it returns', async () => {
    const ledger = new ToyLedger('a', 3);
    const store = new MemoryTrustStore();
    const { keeper, bridges } = await keeperOf(ledger, store);
    await keeper.settle(ledger.proven(3n, undefined));
    expect(keeper.head).toMatchObject(ledger.state(3n));
    expect((await store.load(id))?.head).toEqual(ledger.state(3n));
    expect(bridges).toEqual([]);
  });

  it('takes a result that was proven from the head itself, gap or not, without a call', async () => {
    const ledger = new ToyLedger('a', 9);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    await keeper.settle(ledger.proven(9n, keeper.head));
    expect(keeper.head?.txId).toBe(9n);
    expect(bridges).toEqual([]);
  });

  it('lets a result that does not move the state through at once', async () => {
    const ledger = new ToyLedger('a', 5);
    const { keeper } = await startedAt(ledger, 5n);
    const hanging = keeper.enter();
    await keeper.settle(ledger.proven(2n, keeper.head));
    hanging.end();
    expect(keeper.head?.txId).toBe(5n);
  });
});

describe('results of operations that overlapped', () => {
  it('settle in order of their transactions without a further call, however they arrive', async () => {
    const ledger = new ToyLedger('a', 8);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    const arrivals = [5n, 3n, 8n, 4n, 7n, 6n].map((txId) => ({ txId, flight: keeper.enter() }));
    const order: bigint[] = [];
    await Promise.all(
      arrivals.map(async ({ txId, flight }) => {
        await keeper.settle(ledger.proven(txId, since), flight);
        order.push(txId);
      }),
    );
    expect(bridges).toEqual([]);
    expect(keeper.head?.txId).toBe(8n);
    expect(order).toHaveLength(6);
  });

  it('waits for a lower operation only as long as it is under way', async () => {
    const ledger = new ToyLedger('a', 4);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    const lower = keeper.enter();
    const higher = keeper.enter();
    const settled = keeper.settle(ledger.proven(4n, since), higher);
    await Promise.resolve();
    expect(keeper.head?.txId).toBe(2n);
    lower.end(); // it failed: nothing will close the gap
    await settled;
    expect(keeper.head?.txId).toBe(4n);
    expect(bridges).toEqual([]);
  });

  it('does not wait longer than its patience', async () => {
    const ledger = new ToyLedger('a', 4);
    const { keeper } = await keeperOf(ledger, new MemoryTrustStore(), { gapPatienceMs: 5 });
    await keeper.settle(ledger.proven(2n, undefined));
    keeper.enter(); // never ends
    await keeper.settle(ledger.proven(4n, keeper.head), keeper.enter());
    expect(keeper.head?.txId).toBe(4n);
  });

  it('pays one call for a gap that the head crossed meanwhile', async () => {
    const ledger = new ToyLedger('a', 9);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    await keeper.settle(ledger.proven(5n, since));
    await keeper.settle(ledger.proven(9n, since));
    expect(bridges).toEqual([9n]);
    expect(keeper.head?.txId).toBe(9n);
  });

  it('pays no call for a late result whose state was already settled, and one for a state it never saw', async () => {
    const ledger = new ToyLedger('a', 9);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    await keeper.settle(ledger.proven(5n, since));
    await keeper.settle(ledger.proven(9n, keeper.head));
    await keeper.settle(ledger.proven(5n, since));
    expect(bridges).toEqual([]);
    await keeper.settle(ledger.proven(7n, since));
    expect(bridges).toEqual([7n]);
    expect(keeper.head?.txId).toBe(9n);
  });

  it('pays no call for a late result that the header after it names', async () => {
    const ledger = new ToyLedger('a', 9);
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    await keeper.settle(ledger.proven(9n, since));
    for (const txId of [8n, 7n, 6n]) await keeper.settle(ledger.proven(txId, since));
    expect(bridges).toEqual([]);
    await keeper.settle(ledger.proven(4n, since));
    await keeper.settle(ledger.proven(3n, since));
    expect(bridges).toEqual([4n]);
    const other = ledger.fork(4n, 'b');
    other.append();
    await expect(keeper.settle(other.proven(5n, since))).rejects.toMatchObject({ code: 'FORK_DETECTED' });
    expect(bridges).toEqual([4n]);
  });

  it('refuses a result at once when its bridging call fails, and goes on with the others', async () => {
    const ledger = new ToyLedger('a', 9);
    const store = new MemoryTrustStore();
    const { keeper } = await keeperOf(ledger, store);
    await keeper.settle(ledger.proven(2n, undefined));
    const since = keeper.head;
    await keeper.settle(ledger.proven(5n, since));
    const broken = new TrustKeeper({
      store,
      id,
      record: await store.load(id),
      origin: 'first-use',
      keyId: undefined,
      serverUuid: () => undefined,
      prove: () => Promise.reject(new ImmuError('UNREACHABLE', 'gone')),
    });
    await expect(broken.settle(ledger.proven(9n, since))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(broken.head?.txId).toBe(5n);
    await broken.settle(ledger.proven(8n, broken.head));
    expect(broken.head?.txId).toBe(8n);
  });
});

describe('an extension without a further call', () => {
  it('is not believed on prevAlh alone: the tree it commits to must be the one over our history', async () => {
    const ledger = new ToyLedger('a', 5);
    // Another tree under the same chain: prevAlh fits, blRoot covers a different transaction 4.
    const liar = ledger.fork(5n, 'liar');
    liar.append({ blRoot: new ToyLedger('other', 5).proven(5n, undefined).nextRoot! });
    const { keeper, bridges } = await startedAt(ledger, 2n);
    const since = keeper.head;
    await keeper.settle(ledger.proven(5n, since));
    ledger.append();
    await expect(keeper.settle(liar.proven(6n, since))).rejects.toMatchObject({ code: 'FORK_DETECTED' });
    expect(bridges).toEqual([6n]);
  });
});

describe('a fork', () => {
  it('is refused, latches the keeper, and is stored with both states', async () => {
    const ledger = new ToyLedger('a', 5);
    const other = ledger.fork(2n, 'b');
    for (let i = 0; i < 4; i++) other.append();
    const store = new MemoryTrustStore();
    const { keeper, latches } = await startedAt(ledger, 2n, store);
    const since = keeper.head;
    await keeper.settle(ledger.proven(5n, since));
    await expect(keeper.settle(other.proven(5n, since))).rejects.toMatchObject({
      code: 'FORK_DETECTED',
      offered: other.state(5n),
      trusted: ledger.state(5n),
    });
    expect(latches).toHaveLength(1);
    const record = await store.load(id);
    expect(record?.head).toEqual(ledger.state(5n));
    expect(record?.latch).toMatchObject({ code: 'FORK_DETECTED', offered: other.state(5n) });
    await expect(keeper.settle(ledger.proven(5n, since))).rejects.toBeInstanceOf(VerificationError);
    expect(() => {
      keeper.assertUsable();
    }).toThrow(VerificationError);
  });

  it('between two results in flight is found whichever comes first', async () => {
    for (const firstIsHonest of [true, false]) {
      const ledger = new ToyLedger('a', 4);
      const other = ledger.fork(2n, 'b');
      for (let i = 0; i < 4; i++) other.append();
      const first = firstIsHonest ? ledger : other;
      const second = firstIsHonest ? other : ledger;
      const { keeper } = await startedAt(first, 2n);
      const since = keeper.head;
      await keeper.settle(first.proven(3n, since));
      await expect(keeper.settle(second.proven(4n, since))).rejects.toMatchObject({ code: 'FORK_DETECTED' });
      expect(keeper.head?.txId).toBe(3n);
    }
  });

  it('stays latched for the next process, which is told when and why', async () => {
    const ledger = new ToyLedger('a', 4);
    const store = new MemoryTrustStore();
    const { keeper } = await startedAt(ledger, 3n, store);
    await keeper.latch(
      new VerificationError('FORK_DETECTED', 'two histories', {
        trusted: ledger.state(3n),
        offered: ledger.state(4n),
      }),
    );
    const next = await keeperOf(ledger, store);
    expect(() => {
      next.keeper.assertUsable();
    }).toThrow(/two histories.*immurepo trust recover/s);
  });
});

describe('durability', () => {
  it('covers many results by few writes, none released before its own state is stored', async () => {
    const ledger = new ToyLedger('a', 60);
    const { store, writes } = watched();
    const { keeper } = await keeperOf(ledger, store);
    await keeper.settle(ledger.proven(1n, undefined));
    const since = keeper.head;
    const flights = Array.from({ length: 50 }, () => keeper.enter());
    await Promise.all(
      flights.map(async (flight, index) => {
        const txId = BigInt(index + 2);
        await keeper.settle(ledger.proven(txId, since), flight);
        expect((await store.load(id))!.head.txId).toBeGreaterThanOrEqual(txId);
      }),
    );
    expect(writes()).toBeLessThan(10);
  });

  it('refuses a result whose state could not be stored, and stores it with the next', async () => {
    const ledger = new ToyLedger('a', 4);
    const { store, failNext } = watched();
    const { keeper } = await keeperOf(ledger, store);
    await keeper.settle(ledger.proven(1n, undefined));
    failNext(new ImmuError('TRUST_STORE_FAILED', 'disk full'));
    await expect(keeper.settle(ledger.proven(2n, keeper.head))).rejects.toMatchObject({
      code: 'TRUST_STORE_FAILED',
    });
    expect((await store.load(id))?.head.txId).toBe(1n);
    await keeper.settle(ledger.proven(3n, keeper.head));
    expect((await store.load(id))?.head.txId).toBe(3n);
  });
});

describe('two processes with one record', () => {
  it('take turns, adopt what the other proved, and never go back', async () => {
    const ledger = new ToyLedger('a', 40);
    const store = new MemoryTrustStore();
    const a = await startedAt(ledger, 1n, store);
    const b = await keeperOf(ledger, store);
    await Promise.all(
      Array.from({ length: 39 }, async (_, index) => {
        const { keeper } = index % 2 === 0 ? a : b;
        await keeper.settle(ledger.proven(BigInt(index + 2), keeper.head));
      }),
    );
    expect((await store.load(id))?.head).toEqual(ledger.state(40n));
  });

  it('that were shown different histories find out at the next write', async () => {
    const ledger = new ToyLedger('a', 6);
    const other = ledger.fork(2n, 'b');
    for (let i = 0; i < 6; i++) other.append();
    const store = new MemoryTrustStore();
    const a = await startedAt(ledger, 2n, store);
    const b = await keeperOf(other, store);
    await a.keeper.settle(ledger.proven(5n, a.keeper.head));
    await expect(b.keeper.settle(other.proven(6n, b.keeper.head))).rejects.toMatchObject({
      code: 'FORK_DETECTED',
    });
    expect((await store.load(id))?.head).toEqual(ledger.state(5n));
    await expect(a.keeper.settle(ledger.proven(6n, a.keeper.head))).rejects.toMatchObject({
      code: 'TRUST_LATCHED',
    });
  });

  it('that both meet the ledger for the first time agree on one record', async () => {
    const ledger = new ToyLedger('a', 6);
    const store = new MemoryTrustStore();
    const [a, b] = [await keeperOf(ledger, store), await keeperOf(ledger, store)];
    await Promise.all([
      a.keeper.settle(ledger.proven(4n, undefined)),
      b.keeper.settle(ledger.proven(6n, undefined)),
    ]);
    expect((await store.load(id))?.head).toEqual(ledger.state(6n));
  });
});

describe('a store that may be written behind', () => {
  const behind = () => {
    const inner = watched();
    return { ...inner, store: { ...inner.store, writeBehindMs: 30 } };
  };

  it('is not waited for, gets one write for many results, and all that is settled on flush', async () => {
    const ledger = new ToyLedger('a', 40);
    const { store, writes } = behind();
    const { keeper } = await startedAt(ledger, 1n, store);
    for (let txId = 2n; txId <= 20n; txId++) await keeper.settle(ledger.proven(txId, keeper.head));
    expect(writes()).toBe(0);
    expect((await store.load(id))?.head.txId).toBe(1n);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(writes()).toBe(1);
    expect((await store.load(id))?.head.txId).toBe(20n);
    for (let txId = 21n; txId <= 40n; txId++) await keeper.settle(ledger.proven(txId, keeper.head));
    await keeper.flush();
    expect(writes()).toBe(2);
    expect((await store.load(id))?.head.txId).toBe(40n);
  });

  it('has the first record before anything returns', async () => {
    const ledger = new ToyLedger('a', 3);
    const { store } = behind();
    const { keeper } = await keeperOf(ledger, store);
    await keeper.settle(ledger.proven(3n, undefined));
    expect((await store.load(id))?.head.txId).toBe(3n);
  });

  it('tells the next operation of a write that failed, and writes with it', async () => {
    const ledger = new ToyLedger('a', 5);
    const { store, failNext } = behind();
    const { keeper } = await startedAt(ledger, 1n, store);
    const failure = new ImmuError('TRUST_STORE_FAILED', 'the disk is full');
    failNext(failure);
    await keeper.settle(ledger.proven(2n, keeper.head));
    await new Promise((resolve) => setTimeout(resolve, 80));
    failNext(failure);
    await expect(keeper.settle(ledger.proven(3n, keeper.head))).rejects.toBe(failure);
    await keeper.settle(ledger.proven(4n, keeper.head));
    await keeper.flush();
    expect((await store.load(id))?.head.txId).toBe(4n);
  });
});
