// From a time to a transaction: the right one where the clock goes forward, a right one where it goes back.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { type Moment, txAt } from '../../../src/repository/time/moment.js';
import { bytes, connectVerified } from '../../client/verified/verified-client.js';
import { describeServers } from '../../support/describe-servers.js';
import { type RecordLedger, recordLedger } from './records.js';

const START = 1_700_000_000;
const seconds = (count: number): Date => new Date((START + count) * 1000);

describe('a time of day', () => {
  let ledger: RecordLedger;
  let writer: ImmuClient;

  beforeEach(async () => {
    ledger = await recordLedger();
    writer = await ledger.open();
  });
  afterEach(() => ledger.close());

  /** Commits one transaction at each of these seconds after the start. */
  async function commitAt(times: readonly number[]): Promise<void> {
    for (const time of times) {
      ledger.settings.now = BigInt(START + time);
      await writer.set(bytes('k'), bytes(String(time)));
    }
  }

  /** What a moment claims, held against the times transactions were committed at. */
  function expectMoment(moment: Moment, date: Date, times: readonly number[]): void {
    const asked = Math.floor(date.getTime() / 1000) - START;
    const { txId, before, after } = moment;
    expect(moment.at).toEqual(date);
    expect(before?.txId ?? 0n).toBe(txId);
    if (before !== undefined) {
      expect(before.serverTime).toBe(BigInt(START + times[Number(txId) - 1]!));
      expect(times[Number(txId) - 1]).toBeLessThanOrEqual(asked);
    }
    if (after === undefined) {
      expect(txId).toBe(BigInt(times.length));
      return;
    }
    expect(after.txId).toBe(txId + 1n);
    expect(after.serverTime).toBe(BigInt(START + times[Number(txId)]!));
    expect(times[Number(txId)]).toBeGreaterThan(asked);
  }

  it('is before everything in an empty ledger', async () => {
    expect(await txAt(writer, seconds(0), {})).toEqual({
      txId: 0n,
      at: seconds(0),
      before: undefined,
      after: undefined,
    });
  });

  it.each([new Date(Number.NaN), '2020-01-01', 0, undefined, null, {}])(
    'is a valid Date, not %s',
    async (date) => {
      await expect(txAt(writer, date as Date, {})).rejects.toBeInstanceOf(TypeError);
      expect(ledger.calls).not.toContain('VerifiableTxById');
    },
  );

  it('is the last transaction not after it, whoever asks: all seconds of a clock that goes forward', async () => {
    const times = [0, 0, 0, 3, 4, 4, 10, 11, 11, 30, 31];
    const early = await ledger.open();
    await commitAt(times.slice(0, 5));
    await early.verifiedState();
    await commitAt(times.slice(5));
    const current = await ledger.open();
    await current.verifiedState();
    for (let second = -1; second <= 32; second++) {
      for (const millisecond of [0, 999]) {
        const date = new Date(seconds(second).getTime() + millisecond);
        const expected = BigInt(times.filter((time) => time <= second).length);
        const [byEarly, byCurrent] = [await txAt(early, date, {}), await txAt(current, date, {})];
        expect(byEarly.txId).toBe(expected);
        expectMoment(byEarly, date, times);
        expect(byCurrent).toEqual(byEarly);
      }
    }
    expect((await txAt(current, new Date(-1), {})).txId).toBe(0n);
    expect((await txAt(current, new Date(8.64e15), {})).txId).toBe(11n);
  });

  it('comes with both neighbours as proven', async () => {
    await commitAt([0, 5, 10]);
    const { before, after } = await txAt(writer, seconds(7), {});
    for (const neighbour of [before!, after!]) {
      const { alh, header } = await writer.verifiedTx(neighbour.txId);
      expect(neighbour).toEqual({ txId: header.id, alh, serverTime: header.ts });
    }
  });

  it('is one of several places where the clock was set back, and is found in as few steps', async () => {
    let seed = 42;
    const random = (below: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
    const times = Array.from({ length: 60 }, () => random(40));
    await commitAt(times.slice(0, 30));
    const early = await ledger.open();
    await early.verifiedState();
    await commitAt(times.slice(30));
    for (let second = -1; second <= 41; second++) {
      for (const client of [writer, early]) {
        ledger.calls.length = 0;
        expectMoment(await txAt(client, seconds(second), {}), seconds(second), times);
        expect(ledger.calls.length).toBeLessThanOrEqual(4 + 6);
      }
    }
  });

  it('says that what is committed later may bear an earlier time: nothing comes after, and then something does', async () => {
    await commitAt([10]);
    expect((await txAt(writer, seconds(10), {})).after).toBeUndefined();
    await commitAt([5, 20]);
    const moment = await txAt(writer, seconds(10), {});
    expect([moment.txId, moment.after?.txId]).toEqual([2n, 3n]);
  });

  it('costs one call, and one for each halving of what was trusted already', async () => {
    await commitAt(Array.from({ length: 1000 }, (_, index) => index));
    const reader = await ledger.open();
    await reader.verifiedState();
    const costs = async (second: number): Promise<number> => {
      ledger.calls.length = 0;
      await txAt(reader, seconds(second), {});
      return ledger.calls.length;
    };
    for (const second of [-1, 0, 1, 333, 500, 998]) expect(await costs(second)).toBeLessThanOrEqual(1 + 10);
    expect(await costs(1000)).toBe(2);
    await commitAt(Array.from({ length: 16 }, (_, index) => 1000 + index));
    expect(await costs(5000)).toBe(4);
    await commitAt(Array.from({ length: 16 }, (_, index) => 1016 + index));
    expect(await costs(1020)).toBeLessThanOrEqual(4 + 4);
  });

  it('is not taken from a header that was changed', async () => {
    await commitAt([0, 5, 10, 15]);
    const before = await writer.verifiedState();
    ledger.service.tell({
      verifiableTxById: async (request, ask) => {
        const answer = await ask('verifiableTxById', request);
        const late = <Header extends { ts: bigint }>(header: Header | undefined) =>
          header && { ...header, ts: header.ts + 100n };
        const { tx, dualProof } = answer;
        return {
          ...answer,
          tx: tx && { ...tx, header: late(tx.header) },
          dualProof: dualProof && {
            ...dualProof,
            sourceTxHeader: late(dualProof.sourceTxHeader),
            targetTxHeader: late(dualProof.targetTxHeader),
          },
        };
      },
    });
    await expect(txAt(writer, seconds(7), {})).rejects.toMatchObject({ name: 'VerificationError' });
    expect(await writer.trustedState()).toEqual(before);
  });

  it('is looked for within one time for all steps, and until the caller gives up', async () => {
    await commitAt(Array.from({ length: 64 }, (_, index) => index));
    await writer.verifiedState();
    ledger.settings.delayMs = 30;
    const startedAt = performance.now();
    await expect(txAt(writer, seconds(20), { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      retryable: true,
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const aborting = new AbortController();
    const searching = txAt(writer, seconds(20), { signal: aborting.signal });
    setTimeout(() => {
      aborting.abort();
    }, 45);
    await expect(searching).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(txAt(writer, seconds(20), { timeoutMs: -1 })).rejects.toBeInstanceOf(TypeError);
  });
});

describeServers('a time of day', (server) => {
  it('is found by the clock of the server', async () => {
    const client = await connectVerified(server);
    try {
      const start = await client.verifiedSet([{ key: bytes('a'), value: bytes('1') }]);
      const second = () => new Date(Number(start.serverTime) * 1000 + 999);
      expect((await txAt(client, new Date(second().getTime() - 1000), {})).txId).toBe(0n);
      expect(await txAt(client, second(), {})).toMatchObject({ txId: 1n, after: undefined });
      while (Date.now() < second().getTime() + 1000) await new Promise((resolve) => setTimeout(resolve, 50));
      for (const value of ['2', '3', '4']) await client.set(bytes('a'), bytes(value));
      const { txId, before, after } = await txAt(client, second(), {});
      expect([txId, before?.txId, after?.txId]).toEqual([1n, 1n, 2n]);
      expect(after!.serverTime).toBeGreaterThan(before!.serverTime);
      expect(await txAt(client, new Date(Date.now() + 86_400_000), {})).toMatchObject({ txId: 4n });
    } finally {
      await client.close();
    }
  });
});
