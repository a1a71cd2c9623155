// Many operations at once, over one store or several: one history, no false alarm, nothing released ahead of the store.

import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { TrustStore } from '../../../src/trust/store.js';
import { describeServers } from '../../support/describe-servers.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

describeServers('many operations at once', (server) => {
  let database: string;

  beforeAll(async () => {
    database = await createDatabase(server);
    const writer = await connectVerified(server, { database });
    await writer.verifiedSet([{ key: bytes('first'), value: bytes('v') }]);
    await writer.close();
  });

  const stray: unknown[] = [];
  const noteStray = (reason: unknown) => stray.push(reason);
  beforeAll(() => void process.on('unhandledRejection', noteStray));
  afterAll(() => {
    process.off('unhandledRejection', noteStray);
    expect(stray).toEqual([]);
  });

  const storedHead = async (store: TrustStore): Promise<bigint> =>
    (await store.load({ ledgerId: 'test', database }))?.head.txId ?? 0n;

  /** What one of many readers and writers does: the n-th operation, on keys of its own and on shared ones. */
  async function operate(client: ImmuClient, store: TrustStore, own: Uint8Array, n: number): Promise<void> {
    const shared = bytes(`shared ${n % 7}`);
    switch (n % 6) {
      case 0:
      case 1: {
        const value = bytes(String(n));
        const { txId } = await client.verifiedSet([
          { key: own, value },
          { key: shared, value },
        ]);
        expect(await storedHead(store)).toBeGreaterThanOrEqual(txId);
        const [mine] = await client.verifiedGetAll([own, shared]);
        expect(mine!.txId).toBeGreaterThanOrEqual(txId);
        return;
      }
      case 2: {
        const found = await client.verifiedGet(shared);
        if (found !== undefined) expect(await storedHead(store)).toBeGreaterThanOrEqual(found.txId);
        return;
      }
      case 3:
        await client.verifiedHistory(shared);
        return;
      case 4:
        await client.verifiedState();
        return;
      default: {
        const { txId } = (await client.trustedState())!;
        expect((await client.verifiedTx(txId)).txId).toBe(txId);
      }
    }
  }

  it(
    'by two clients with one file store agree, go forward only, and raise no alarm',
    { timeout: 60_000 },
    async () => {
      const directory = await temporaryDirectory();
      const stores = [new FileTrustStore({ directory }), new FileTrustStore({ directory })];
      const tampered: unknown[] = [];
      const clients = await Promise.all(stores.map((store) => connectVerified(server, { database, store })));
      for (const client of clients) client.on('tampered', (event) => tampered.push(event));
      const watch = { on: true };
      const watched = (async () => {
        for (let last = 0n; watch.on;) {
          const now = await storedHead(stores[0]!);
          expect(now).toBeGreaterThanOrEqual(last);
          last = now;
          await setTimeout(5);
        }
      })();
      const work = clients.flatMap((client, c) =>
        Array.from({ length: 10 }, async (_, worker) => {
          for (let i = 0; i < 20; i++)
            await operate(client, stores[c]!, bytes(`own ${c} ${worker}`), worker + i);
        }),
      );
      await Promise.all(work);
      watch.on = false;
      await watched;
      expect(tampered).toEqual([]);
      const states = await Promise.all(clients.map((client) => client.verifiedState()));
      expect(states[0]).toEqual(states[1]);
      for (const [c, client] of clients.entries()) {
        for (let worker = 0; worker < 10; worker++) {
          const found = await clients[1 - c]!.verifiedGet(bytes(`own ${c} ${worker}`));
          expect(found).toMatchObject({
            txId: (await client.verifiedGet(bytes(`own ${c} ${worker}`)))!.txId,
          });
        }
      }
      await Promise.all(clients.map((client) => client.close()));
    },
  );

  it('by writers with stores of their own end with one state', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => connectVerified(server, { database })));
    await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const key = randomKey();
        await clients[index % 3]!.verifiedSet([{ key, value: key }]);
        expect((await clients[(index + 1) % 3]!.verifiedGet(key))!.value).toEqual(key);
      }),
    );
    const [first, ...others] = await Promise.all(clients.map((client) => client.verifiedState()));
    for (const state of others) expect(state).toEqual(first);
    await Promise.all(clients.map((client) => client.close()));
  });

  // How long a result waits for lower ones is a matter of time, which a busy machine may take away.
  it(
    'need few bridging proofs, if any, when answers come in order or a little out of it',
    { retry: 3 },
    async () => {
      for (const delays of [[0], [0, 4, 12, 2, 8]]) {
        await using suspect = await Suspect.open(server, { database });
        await suspect.worksHonestly();
        suspect.proxy.clear();
        let count = 0;
        suspect.proxy.lie('VerifiableSet', async ({ response }) => {
          await setTimeout(delays[count++ % delays.length]);
          return response;
        });
        await Promise.all(
          Array.from({ length: 40 }, () =>
            suspect.client.verifiedSet([{ key: randomKey(), value: bytes('v') }]),
          ),
        );
        expect(suspect.proxy.calls('VerifiableSet')).toBe(40);
        expect(suspect.proxy.calls('VerifiableTxById')).toBeLessThanOrEqual(6);
      }
    },
  );

  it('need one proof more for each answer that is much too late, and none beyond', async () => {
    await using suspect = await Suspect.open(server, { database });
    await suspect.worksHonestly();
    suspect.proxy.clear();
    let count = 0;
    suspect.proxy.lie('VerifiableSet', async ({ response }) => {
      if (count++ % 4 === 0) await setTimeout(150);
      return response;
    });
    const written = await Promise.all(
      Array.from({ length: 24 }, () => suspect.client.verifiedSet([{ key: randomKey(), value: bytes('v') }])),
    );
    expect(suspect.proxy.calls('VerifiableTxById')).toBeLessThanOrEqual(24);
    const newest = written.map(({ txId }) => txId).reduce((a, b) => (a > b ? a : b));
    expect((await suspect.client.trustedState())!.txId).toBeGreaterThanOrEqual(newest);
  });

  it('with one failing among them do not fail with it', async () => {
    await using suspect = await Suspect.open(server, { database });
    let count = 0;
    suspect.proxy.lie('VerifiableSet', ({ response }) => {
      if (++count === 5) response.tx!.header!.eH = new Uint8Array(32);
      return response;
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => suspect.client.verifiedSet([{ key: randomKey(), value: bytes('v') }])),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'BINDING_MISMATCH' } }]);
    expect(suspect.tampered).toHaveLength(1);
    await suspect.worksHonestly();
  });

  it('with forged proofs reject the operation and nothing else', async () => {
    const writer = await connectVerified(server, { database });
    await using suspect = await Suspect.open(server, { database });
    const keys = Array.from({ length: 6 }, () => randomKey());
    for (const count of [1, 6]) {
      for (const key of keys.slice(0, count)) await writer.verifiedSet([{ key, value: bytes('v') }]);
      suspect.proxy.lie('VerifiableTxById', ({ response }) => ({ ...response, signature: undefined }));
      await suspect.refuses(() => suspect.client.verifiedGetAll(keys.slice(0, count)), 'SIGNATURE_MISSING');
    }
    await setTimeout(20);
    await writer.close();
  });

  it('leave no warning of listeners, with one signal for all of them', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    await using suspect = await Suspect.open(server, { database });
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => operateWith(suspect.client, signal, bytes(`listener ${i % 5}`))),
    );
    await setTimeout(20);
    process.off('warning', note);
    expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning');
  });

  async function operateWith(client: ImmuClient, signal: AbortSignal, key: Uint8Array): Promise<void> {
    await client.verifiedSet([{ key, value: key }], { signal });
    expect(text((await client.verifiedGet(key, { signal }))!.value)).toBe(text(key));
  }

  it('share one first contact', async () => {
    const store = new MemoryTrustStore();
    await using suspect = await Suspect.open(server, { store });
    suspect.proxy.clear();
    const fresh = await connectVerified(server, {
      address: suspect.proxy.address,
      database: suspect.client.database,
    });
    await Promise.all(Array.from({ length: 10 }, () => fresh.verifiedGet(randomKey())));
    expect(suspect.proxy.calls('CurrentState')).toBe(1);
    await fresh.close();
  });
});
