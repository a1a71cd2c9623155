// Lies about references, sorted sets, transactions, lists and streams: each answer is refused for what it lies about, nothing of it is
// returned, and the trusted state does not move. The ledger is in this process, and its answers pass through the test.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { GrpcStatus, RpcFailure } from '../../../src/client/transport.js';
import { openEngine } from '../../../src/engine/engine.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { Entries } from '../../../src/wire/immudb/schema/kv.js';
import type { ZEntries } from '../../../src/wire/immudb/schema/sorted-set.js';
import type { TxHeader, TxList } from '../../../src/wire/immudb/schema/tx.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import type { Chunk } from '../../../src/wire/immudb/schema/stream.js';
import { cut, frames, payloadsOf } from '../../contract/frames.js';
import { type Lie, LyingTransport } from './lying-transport.js';
import { bytes, randomKey, text } from './verified-client.js';

let transport: LyingTransport;
let client: ImmuClient;
const [key, other] = [randomKey('key'), randomKey('other')];
const name = bytes('set');

beforeEach(async () => {
  const engine = await openEngine({});
  transport = new LyingTransport(
    new LocalTransport(engine.service, { address: 'memory', close: () => engine.close() }),
  );
  client = await connect({
    url: 'immudb://immudb:immudb@localhost/defaultdb',
    transport,
    timeoutMs: 2_000,
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
  await client.verifiedSet([
    { key, value: bytes('one') },
    { key: other, value: bytes('two') },
  ]);
});
afterEach(() => client.close());

async function all(list: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of list) items.push(item);
  return items;
}

/** Others write what this client has not seen, so that the answer would move the trusted state. */
async function refuses(operation: () => Promise<unknown>, code: string): Promise<void> {
  const before = await client.trustedState();
  await expect(operation()).rejects.toMatchObject({ name: 'VerificationError', code });
  expect(await client.trustedState()).toEqual(before);
  transport.lies.clear();
  await client.verifiedSet([{ key: randomKey(), value: bytes('honest') }]);
}

// Each test says what the answer is.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const lie = <Answer = never>(rpc: string, change: (answer: Answer) => unknown): void => {
  const untyped: unknown = change;
  transport.lies.set(rpc, untyped as Lie);
};

describe('writes refuse', () => {
  it.each(['VerifiableSetReference', 'VerifiableZAdd'])('another entry of %s', async (rpc) => {
    lie<VerifiableTx>(rpc, (answer) => void (answer.tx!.entries[0]!.hValue[0]! ^= 1));
    const write =
      rpc === 'VerifiableZAdd'
        ? () => client.verifiedZAdd(name, 1, key)
        : () => client.verifiedSetReference(randomKey(), key);
    await refuses(write, 'PROOF_INVALID');
  });

  const execute = () => client.verifiedExecAll([{ kind: 'set', key, value: bytes('mine') }]);

  it('a transaction that was there before, one with other content, and one that is not there', async () => {
    const { txId } = await execute();
    lie<TxHeader>('ExecAll', (header) => ({ ...header, id: txId }));
    await refuses(execute, 'BINDING_MISMATCH');
    const theirs = await client.set(other, bytes('theirs'));
    lie<TxHeader>('ExecAll', (header) => ({ ...header, id: theirs.txId }));
    await refuses(execute, 'BINDING_MISMATCH');
    lie<TxHeader>('ExecAll', (header) => ({ ...header, id: 1_000_000n }));
    await refuses(execute, 'BINDING_MISMATCH');
    lie<TxHeader>('ExecAll', (header) => ({ ...header, id: 2n ** 63n }));
    await refuses(execute, 'BINDING_MISMATCH');
  });

  it('one transaction for two writes', async () => {
    let first: TxHeader | undefined;
    lie<TxHeader>('ExecAll', (header) => (first ??= header));
    const outcomes = await Promise.allSettled([execute(), execute()]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]!.reason).toMatchObject({ code: 'BINDING_MISMATCH' });
  });

  it('a proof that does not hold', async () => {
    lie<VerifiableTx>('VerifiableTxById', (answer) => void (answer.tx!.entries[0]!.hValue[0]! ^= 1));
    await refuses(execute, 'PROOF_INVALID');
  });
});

describe('writes whose answer is lost', () => {
  const lose = (rpc: string, times = 1) => {
    let left = times;
    lie(rpc, () => {
      if (left-- > 0) throw new RpcFailure(GrpcStatus.UNAVAILABLE, 'Connection dropped');
    });
  };
  it.each<[string, string, () => Promise<{ readonly txId: bigint }>]>([
    [
      'several operations',
      'ExecAll',
      () =>
        client.verifiedExecAll([
          { kind: 'set', key, value: bytes('x') },
          { kind: 'zAdd', set: name, score: 3, key, atTx: 'this' },
        ]),
    ],
    ['a member', 'VerifiableZAdd', () => client.verifiedZAdd(name, 2, key)],
    ['a reference', 'VerifiableSetReference', () => client.verifiedSetReference(randomKey(), key)],
    [
      'a stream',
      'streamVerifiableSet',
      () => client.streams.verifiedSet({ key: randomKey(), value: bytes('v') }),
    ],
  ])('are found: %s', async (_, rpc, write) => {
    const before = (await client.currentState()).txId;
    lose(rpc);
    const { txId } = await write();
    expect([txId, (await client.currentState()).txId]).toEqual([before + 1n, before + 1n]);
    expect(transport.calls.filter((call) => call === rpc)).toHaveLength(1);
  });

  it('are unknown where nothing is found, and not made again', async () => {
    lie('ExecAll', () => {
      throw new RpcFailure(GrpcStatus.UNAVAILABLE, 'Connection dropped');
    });
    lie<TxList>('TxScan', (list) => ({ ...list, txs: [] }));
    await expect(client.verifiedExecAll([{ kind: 'set', key, value: bytes('v') }])).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
    });
    expect(transport.calls.filter((call) => call === 'ExecAll')).toHaveLength(1);
  });

  it('are never made again because the proof could not be had', async () => {
    for (const text of ['max concurrency limit exceeded', 'session not found']) {
      const status = text.startsWith('max') ? GrpcStatus.UNKNOWN : 7;
      lie('VerifiableTxById', () => {
        throw new RpcFailure(status, text);
      });
      const before = (await client.currentState()).txId;
      await expect(
        client.verifiedExecAll([{ kind: 'set', key, value: bytes('v') }], { timeoutMs: 300 }),
      ).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' });
      expect((await client.currentState()).txId).toBe(before + 1n);
    }
  });
});

describe('lists refuse', () => {
  it.each<[string, (answer: Entries) => unknown]>([
    ['another value', ({ entries }) => void (entries[0]!.value = bytes('forged'))],
    ['another key', ({ entries }) => void (entries[0]!.key = bytes('a'))],
    ['another transaction', ({ entries }) => void (entries[0]!.tx += 1n)],
    ['no transaction', ({ entries }) => void (entries[0]!.tx = 0n)],
    ['another order', ({ entries }) => void entries.reverse()],
    ['an entry twice', ({ entries }) => void entries.push(entries[1]!)],
    [
      'metadata',
      ({ entries }) =>
        void (entries[0]!.metadata = { deleted: false, expiration: undefined, nonIndexable: true }),
    ],
  ])('%s', async (_, change) => {
    await client.set(key, bytes('new to this client'));
    await client.set(other, bytes('so is this'));
    lie<Entries>('Scan', change);
    await refuses(() => client.verifiedScan(), 'BINDING_MISMATCH');
  });

  it('more than was asked for, and what lies outside of the range', async () => {
    let honest: Entries | undefined;
    lie<Entries>('Scan', (answer) => void (honest ??= structuredClone(answer)));
    await client.scan();
    lie('Scan', () => structuredClone(honest));
    await refuses(() => client.verifiedScan({ limit: 1 }), 'BINDING_MISMATCH');
    for (const options of [
      { prefix: bytes('nothing') },
      { seekKey: other },
      { endKey: key },
      { desc: true },
    ]) {
      lie('Scan', () => structuredClone(honest));
      await refuses(() => client.verifiedScan(options), 'BINDING_MISMATCH');
    }
  });

  it('a value older than the one that was proven', async () => {
    let old: Entries | undefined;
    lie<Entries>('Scan', (answer) => void (old ??= structuredClone(answer)));
    await client.scan();
    await client.verifiedSet([{ key, value: bytes('newer') }]);
    lie('Scan', () => structuredClone(old));
    await refuses(() => client.verifiedScan(), 'STALE_READ');
  });

  it.each<[string, (answer: ZEntries) => unknown]>([
    ['another score', ({ entries }) => void (entries[0]!.score = 1.5)],
    ['another key', ({ entries }) => void ((entries[0]!.key = other), (entries[0]!.entry!.key = other))],
    ['another set', ({ entries }) => void (entries[0]!.set = bytes('other'))],
    ['another value', ({ entries }) => void (entries[0]!.entry!.value = bytes('forged'))],
    ['a value of another key', ({ entries }) => void (entries[0]!.entry!.key = other)],
    ['a binding', ({ entries }) => void (entries[0]!.atTx = entries[0]!.entry!.tx)],
    ['another order', ({ entries }) => void entries.reverse()],
    ['a member twice', ({ entries }) => void entries.push(entries[1]!)],
    ['no value', ({ entries }) => void (entries[0]!.entry = undefined)],
    ['one made up', ({ entries }) => void entries.push({ ...structuredClone(entries[1]!), score: 9 })],
  ])('of a sorted set: %s', async (_, change) => {
    await client.zAdd(name, 1, key);
    await client.zAdd(name, 2, other);
    lie<ZEntries>('ZScan', change);
    await refuses(() => client.verifiedZScan(name), 'BINDING_MISMATCH');
    expect(await client.verifiedZScan(name)).toHaveLength(2);
  });

  it('of a sorted set: a transaction that is said to have added a member, and is remembered no longer', async () => {
    await client.zAdd(name, 1, key);
    lie<TxList>('TxScan', ({ txs }) => {
      txs[0]!.entries[0]!.key = txs.at(-1)!.entries[0]!.key;
      return { txs: txs.slice(0, 1) };
    });
    await refuses(() => client.verifiedZScan(name), 'BINDING_MISMATCH');
    expect(await client.verifiedZScan(name)).toHaveLength(1);
  });

  it.each<[string, (list: TxList) => unknown, string]>([
    ['one left out', ({ txs }) => ({ txs: txs.slice(1) }), 'BINDING_MISMATCH'],
    ['an entry hidden', ({ txs }) => void txs[0]!.entries.pop(), 'PROOF_INVALID'],
    ['another time', ({ txs }) => void (txs[0]!.header!.ts += 1n), 'PROOF_INVALID'],
  ])('of transactions: %s', async (_, change, code) => {
    lie<TxList>('TxScan', change);
    await refuses(() => all(client.verifiedTxs()), code);
  });

  it('of transactions whose trees are said to lag behind, and proves each by itself', async () => {
    const linear = await connect({
      url: 'immudb://immudb:immudb@localhost/defaultdb',
      transport,
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test', linearAdvance: 3 },
    });
    await linear.verifiedSet([{ key, value: bytes('v') }]);
    const honest = await all(linear.verifiedTxs());
    const forge = ({ txs }: TxList) => {
      txs[1]!.header!.blTxId -= 1n;
      txs[0]!.entries[0]!.hValue[0]! ^= 1;
    };
    lie<TxList>('TxScan', forge);
    transport.calls.length = 0;
    expect(await all(linear.verifiedTxs())).toEqual(honest);
    expect(transport.calls.filter((name) => name === 'VerifiableTxById')).toHaveLength(honest.length + 1);
    transport.lies.clear();
    await client.verifiedState();
    lie<TxList>('TxScan', forge);
    await refuses(() => all(client.verifiedTxs()), 'PROOF_INVALID');
    await linear.close();
  });

  it('of transactions: another history before the first', async () => {
    const from = (await client.verifiedSet([{ key, value: bytes('v') }])).txId;
    lie<VerifiableTx>('VerifiableTxById', ({ dualProof }) => {
      const { sourceTxHeader: source, targetTxHeader: target } = dualProof!;
      // The one call about what the trees begin with.
      if (source!.id !== target!.id) return;
      dualProof!.lastInclusionProof = dualProof!.lastInclusionProof.map(() => new Uint8Array(32));
    });
    await client.verifiedSet([{ key, value: bytes('w') }]);
    await refuses(() => all(client.verifiedTxs({ from })), 'PROOF_INVALID');
    expect(await all(client.verifiedTxs({ from, pageSize: 1 }))).toHaveLength(3);
  });
});

describe('streams refuse', () => {
  const change = (of: (payloads: Uint8Array[]) => Uint8Array[]) => {
    lie<Chunk[]>('streamVerifiableGet', (chunks) =>
      cut(frames(of(payloadsOf(chunks))), [7, 90]).map((chunk) => ({ ...chunk, metadata: new Map() })),
    );
  };
  const reads: [string, () => Promise<unknown>][] = [
    ['a whole value', () => client.streams.verifiedGet(key)],
    [
      'a value as it comes',
      async () => {
        const value = (await client.streams.provisionalGet(key))!;
        try {
          return await all(value);
        } finally {
          expect(value.verified).toBeUndefined();
        }
      },
    ],
  ];

  describe.each(reads)('%s', (_, read) => {
    beforeEach(async () => {
      await client.set(key, bytes('new to this client'));
    });

    it.each<[string, (payloads: Uint8Array[]) => Uint8Array[], string]>([
      ['that is another', (p) => [...p.slice(0, 3), bytes('forged to its client')], 'PROOF_INVALID'],
      ['that is shorter', (p) => [...p.slice(0, 3), p[3]!.subarray(1)], 'PROOF_INVALID'],
      ['that is longer', (p) => [...p.slice(0, 3), concatBytes(p[3]!, bytes('!'))], 'PROOF_INVALID'],
      ['that is empty', (p) => [...p.slice(0, 3), new Uint8Array(0)], 'PROOF_INVALID'],
      ['with no entry', (p) => [Uint8Array.of(0xff), ...p.slice(1)], 'MALFORMED_PROOF'],
      ['with no proof', (p) => [p[0]!, new Uint8Array(0), ...p.slice(2)], 'MALFORMED_PROOF'],
      [
        'with a proof that is no message',
        (p) => [p[0]!, Uint8Array.of(0xff), ...p.slice(2)],
        'MALFORMED_PROOF',
      ],
      ['with no position', (p) => [p[0]!, p[1]!, new Uint8Array(0), p[3]!], 'MALFORMED_PROOF'],
    ])('%s', async (__, of, code) => {
      change(of);
      await refuses(read, code);
    });

    it('that is cut off, or goes on', async () => {
      const before = await client.trustedState();
      lie<Chunk[]>('streamVerifiableGet', (chunks) => chunks.slice(0, -1));
      await expect(read()).rejects.toMatchObject({ code: 'STREAM_TRUNCATED' });
      change((payloads) => [...payloads, bytes('more')]);
      await expect(read()).rejects.toMatchObject({ code: 'SERVER_ERROR' });
      expect(await client.trustedState()).toEqual(before);
    });
  });

  it('a value older than the one that was proven', async () => {
    let old: Chunk[] | undefined;
    lie<Chunk[]>('streamVerifiableGet', (chunks) => (old ??= chunks));
    expect(text((await client.streams.verifiedGet(key))!.value)).toBe('one');
    await client.streams.verifiedSet({ key, value: bytes('newer') });
    lie('streamVerifiableGet', () => old);
    await expect(client.streams.verifiedGet(key)).rejects.toMatchObject({ name: 'VerificationError' });
  });

  it('a write that is not what was sent', async () => {
    lie<VerifiableTx[]>('streamVerifiableSet', (answers) => {
      answers[0]!.tx!.entries[0]!.hValue[0]! ^= 1;
      return answers;
    });
    await refuses(() => client.streams.verifiedSet({ key, value: bytes('mine') }), 'PROOF_INVALID');
  });
});
