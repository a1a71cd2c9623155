// The server dies and comes back under a running client: sessions heal, nothing acknowledged is lost, and whatever fails
// says what it is.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { callService } from '../../../src/client/call.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuError } from '../../../src/errors.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { describeReal } from '../../support/describe-real.js';
import { startServer, type RealServer } from '../../support/real-server.js';
import { Suspect } from './suspect.js';
import { bytes, randomKey, text } from './verified-client.js';

const connectTo = (server: RealServer, store = new MemoryTrustStore()): Promise<ImmuClient> =>
  connect({ url: `immudb://${server.address}`, trust: { firstUse: true, store, ledgerId: 'crash' } });

/** What the writer of one key was told. */
class Diary {
  readonly key = randomKey();
  /** The transactions of acknowledged writes, by value. */
  readonly acknowledged = new Map<string, bigint>();
  /** Values whose write failed, and was not said to be of unknown outcome. */
  readonly refused: string[] = [];
  readonly failures: ImmuError[] = [];

  /** Writes 1, 2, 3 … and reads each back, until told to stop. */
  async write(client: ImmuClient, goOn: () => boolean): Promise<void> {
    for (let count = 1; goOn(); count++) {
      const value = String(count);
      const txId = await this.#attempt(async () => {
        const written = await client.verifiedSet([{ key: this.key, value: bytes(value) }], {
          timeoutMs: 3_000,
        });
        return written.txId;
      }, value);
      if (txId === undefined) continue;
      this.acknowledged.set(value, txId);
      const found = await this.#attempt(() => client.verifiedGet(this.key, { timeoutMs: 3_000 }));
      if (found !== undefined) expect([found.txId, text(found.value)]).toEqual([txId, value]);
    }
  }

  async #attempt<T>(operation: () => Promise<T>, value?: string): Promise<T | undefined> {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof ImmuError)) throw error;
      this.failures.push(error);
      if (value !== undefined && error.code !== 'UNKNOWN_OUTCOME') this.refused.push(value);
      await setTimeout(20);
      return undefined;
    }
  }

  /** Holds what was told against what is there. */
  async verify(client: ImmuClient): Promise<void> {
    const found = new Map<string, bigint>();
    for (const revision of await client.verifiedHistory(this.key)) {
      const value = text('value' in revision ? revision.value : bytes(''));
      expect(found.has(value), 'applied twice').toBe(false);
      found.set(value, revision.txId);
    }
    for (const [value, txId] of this.acknowledged) expect(found.get(value)).toBe(txId);
    for (const value of this.refused) expect(found.has(value)).toBe(false);
  }
}

describeReal('a server that is killed and restarted', () => {
  it('under readers and writers loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'immurepo-crash-'));
    let server = await startServer({ dir });
    const port = Number(server.address.split(':')[1]);
    const store = new MemoryTrustStore();
    const client = await connectTo(server, store);
    const tampered: unknown[] = [];
    client.on('tampered', (event) => tampered.push(event));
    const { txId, alh } = await client.verifiedSet([{ key: bytes('start'), value: bytes('start') }]);

    let stop = false;
    const diaries = Array.from({ length: 20 }, () => new Diary());
    const working = Promise.all(diaries.map((diary) => diary.write(client, () => !stop)));
    for (let crash = 0; crash < 2; crash++) {
      await setTimeout(400);
      await server.kill();
      await setTimeout(200);
      server = await startServer({ dir, port });
    }
    const before = diaries.map(({ acknowledged }) => acknowledged.size);
    // Every one of them gets through again.
    await vi.waitFor(
      () => {
        diaries.forEach(({ acknowledged }, index) => {
          expect(acknowledged.size).toBeGreaterThan(before[index]!);
        });
      },
      { timeout: 20_000, interval: 50 },
    );
    stop = true;
    await working;

    const fresh = await connectTo(server);
    for (const diary of diaries) await diary.verify(fresh);
    const codes = new Set(diaries.flatMap(({ failures }) => failures.map(({ code }) => code)));
    const expected = [
      'UNREACHABLE',
      'UNKNOWN_OUTCOME',
      'DEADLINE_EXCEEDED',
      'DATABASE_UNAVAILABLE',
      'SERVER_BUSY',
    ];
    expect([...codes].filter((code) => !expected.includes(code))).toEqual([]);
    expect(tampered).toEqual([]);
    const after = await client.verifiedState();
    expect((await store.load({ ledgerId: 'crash', database: 'defaultdb' }))!.head).toEqual(after);
    expect(await fresh.verifiedState()).toEqual(after);
    expect((await client.verifiedTx(txId)).alh).toEqual(alh);
    await Promise.all([client.close(), fresh.close()]);
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  });
});

describeReal('a session that is closed behind the client', (server) => {
  it('is renewed by the next operation, whatever it is, for any number of calls at once', async () => {
    await using suspect = await Suspect.open(server);
    const { client } = suspect;
    const key = randomKey();
    await client.verifiedSet([{ key, value: bytes('v') }]);
    const { closeSession } = ImmuServiceDefinition.methods;
    const operations = [
      () => client.verifiedGet(key),
      () => client.verifiedGetAll([key]),
      () => client.verifiedHistory(key),
      () => client.verifiedTx(1n),
      () => client.verifiedState(),
      () => client.verifiedSet([{ key, value: bytes('w') }]),
      () =>
        Promise.all(Array.from({ length: 20 }, () => client.verifiedSet([{ key: randomKey(), value: key }]))),
    ];
    for (const operation of operations) {
      suspect.proxy.clear();
      await callService(client.connection, closeSession, {}, { kind: 'control' });
      await operation();
      expect(suspect.proxy.calls('OpenSession')).toBe(1);
    }
    expect(await client.history(key)).toHaveLength(2);
    expect(suspect.tampered).toEqual([]);
  });
});
