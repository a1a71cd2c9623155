// A write whose answer is lost, and whose server then stays away for so long that its circuit opens.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '../../../src/bytes.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { TcpProxy } from '../../faults/tcp-proxy.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';

const KEY = utf8('key');

describeReal('a write whose answer is lost, while the circuit is open', (server) => {
  let proxy: TcpProxy;
  let client: ImmuClient;
  let told: string[];
  beforeEach(async () => {
    const database = freshDatabaseName('settle');
    const admin = await connect(`immudb://${server.address}`);
    await admin.createDatabase(database);
    await admin.close();
    proxy = await TcpProxy.start(Number(server.address.split(':')[1]));
    client = await connect({
      url: `immudb://${proxy.address}/${database}`,
      circuit: { failures: 2, afterMs: 0, pauseMs: 50 },
      trust: { firstUse: true, store: new MemoryTrustStore() },
      timeoutMs: 10_000,
    });
    told = [];
    for (const name of ['unreachable', 'reachable'] as const) client.on(name, () => told.push(name));
    await client.verifiedSet([{ key: utf8('first'), value: utf8('first') }]);
  });
  afterEach(async () => {
    proxy.restore();
    await client.close();
    await proxy.close();
  });

  /** Loses the answer to what `write` sends, and is away from then on, until the circuit is open and for so long. */
  async function loseAnswer<T>(write: () => Promise<T>, awayMs: number): Promise<T> {
    proxy.cutAfter(1, true);
    const lost = write();
    lost.catch(() => undefined);
    await expect.poll(() => told, { timeout: 5_000 }).toContain('unreachable');
    await sleep(awayMs);
    proxy.restore();
    return lost;
  }

  it.each([
    ['with a condition', [{ kind: 'mustNotExist', key: KEY }] as const],
    ['without one', []],
  ])('waits within its time for the server to be back, and is settled: %s', async (_, preconditions) => {
    const write = () => client.verifiedSet([{ key: KEY, value: utf8('once') }], { preconditions });
    await loseAnswer(write, 500);
    const history = await client.verifiedHistory(KEY);
    expect(history.map((one) => ('value' in one ? fromUtf8(one.value) : ''))).toEqual(['once']);
    await expect.poll(() => told).toContain('reachable');
  });

  it('is of unknown outcome where that takes longer', async () => {
    const write = () => client.verifiedSet([{ key: KEY, value: utf8('once') }], { timeoutMs: 1_200 });
    expect(await rejection(loseAnswer(write, 1_500))).toMatchObject({ code: 'UNKNOWN_OUTCOME' });
    const isThere = () =>
      client.get(KEY).then(
        (entry) => entry !== undefined,
        () => false,
      );
    await expect.poll(isThere, { timeout: 5_000 }).toBe(true);
  });
});
