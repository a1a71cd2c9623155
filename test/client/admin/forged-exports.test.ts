// Exports that are not what they should be: refused before they reach a replica, and cut streams are no shorter exports.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf, messagesOf } from '../../../src/client/admin/export-messages.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { StreamCallOptions, StreamMethod } from '../../../src/client/transport.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { Chunk } from '../../../src/wire/immudb/schema/stream.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { FrozenTransport } from '../verified/frozen-transport.js';
import { bytes } from '../verified/verified-client.js';

const metadata = new Map([['committed-txid-bin', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9)]]);

async function* stream(parts: readonly Uint8Array[]): AsyncGenerator<Chunk> {
  for (const content of parts) {
    await Promise.resolve();
    yield { content, metadata };
  }
}

async function gather(parts: readonly Uint8Array[], maxBytes = 1000): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const { content } of messagesOf(stream(parts), maxBytes)) found.push(content);
  return found;
}

describe('exported transactions on their way', () => {
  const messages = ['', 'a', 'bc'.repeat(40), ''].map(bytes);
  const whole = Buffer.concat(
    messages.flatMap((message) => [...chunksOf(message)].map(({ content }) => content)),
  );

  it('are the same however they are cut', async () => {
    for (const size of [1, 3, 7, 8, 9, 50, whole.length]) {
      const parts = Array.from(
        { length: Math.ceil(whole.length / size) },
        (_, at) => new Uint8Array(whole.subarray(at * size, (at + 1) * size)),
      );
      expect(await gather(parts)).toEqual(messages);
    }
  });

  it('are sent in pieces', () => {
    const large = new Uint8Array(200_000).fill(7);
    const parts = [...chunksOf(large)].map(({ content }) => content);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(Buffer.compare(Buffer.concat(parts).subarray(8), large)).toBe(0);
  });

  it('that end within are an error, and those too long as well, before they are read', async () => {
    for (let end = 0; end < whole.length; end++) {
      const isBetween = [8, 17, 105].includes(end) || end === 0;
      const found = gather([new Uint8Array(whole.subarray(0, end))]);
      if (isBetween) await found;
      else expect([end, (await rejection(found)).code]).toEqual([end, 'SERVER_ERROR']);
    }
    expect(await rejection(gather([Uint8Array.of(0, 0, 0, 0, 0, 0, 3, 233)]))).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
    expect(await rejection(gather([new Uint8Array(8).fill(255)]))).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
  });
});

describe('exports that waste time and memory', () => {
  async function* chunks(count: number, ...first: Uint8Array[]): AsyncGenerator<Chunk> {
    yield* stream(first);
    for (let n = 0; n < count; n++) yield { content: new Uint8Array(first.length === 0 ? 0 : 1), metadata };
  }
  const read = async (from: AsyncIterable<Chunk>) => {
    const lengths: number[] = [];
    for await (const { content } of messagesOf(from, 1 << 20)) lengths.push(content.length);
    return lengths;
  };

  it('by chunks of one byte each are read all the same', async () => {
    expect(await read(chunks(1 << 17, Uint8Array.of(0, 0, 0, 0, 0, 2, 0, 0)))).toEqual([1 << 17]);
  });

  it('by chunks with nothing in them are left, between messages and within one', async () => {
    expect(await read(chunks(1_000))).toEqual([]);
    expect(await rejection(read(chunks(1_001)))).toMatchObject({ code: 'SERVER_ERROR' });
    const within = [Uint8Array.of(0, 0, 0), ...Array.from({ length: 1_001 }, () => new Uint8Array(0))];
    expect((await rejection(read(stream(within)))).message).toContain('nothing in them');
  });
});

/** Changes what is streamed, too. */
class ForgingTransport extends FrozenTransport {
  forge: ((content: Uint8Array) => Uint8Array) | undefined;

  override async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    for await (const message of super.stream(method, requests, options)) {
      const isExport = this.forge !== undefined && 'content' in (message as object);
      const chunk = message as Chunk;
      yield isExport ? ({ ...chunk, content: this.forge!(new Uint8Array(chunk.content)) } as Res) : message;
    }
  }
}

describeReal('a server that lies about exports', (server) => {
  let transport: ForgingTransport;
  let source: ImmuClient;
  let root: ImmuClient;
  let replica: ImmuClient;

  beforeAll(async () => {
    const trust = () => ({ key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' });
    root = await connect({ url: `immudb://${server.address}`, trust: trust() });
    const { name: database } = await root.createDatabase(freshDatabaseName('lies'));
    transport = new ForgingTransport(server.address);
    source = await connect({ url: `immudb://${server.address}`, database, trust: trust(), transport });
    for (let n = 0; n < 6; n++) await source.set(bytes('key'), bytes(`value ${n}`));
    const settings = { replicationSettings: { replica: true } };
    const { name } = await root.createDatabase(freshDatabaseName('copy'), { settings });
    replica = await root.useDatabase(name, { trust: trust() });
  });
  afterAll(async () => {
    transport.forge = undefined;
    await source.close();
    await root.close();
  });

  /** Refused in each way to export, with nothing trusted by it and nothing put into the replica. */
  async function refused(
    code: string,
    forge: (content: Uint8Array) => Uint8Array,
    ways = all,
  ): Promise<void> {
    const before = await source.trustedState();
    for (const way of ways()) {
      transport.forge = forge;
      const error = await rejection(way());
      transport.forge = undefined;
      expect({ way: String(way), code: error.code }).toEqual({ way: String(way), code });
      expect((await replica.currentState()).txId).toBe(0n);
    }
    expect(await source.trustedState()).toEqual(before);
  }
  const proving = () => [
    () => source.admin.verifiedExportTx(2n),
    () => source.admin.replicateInto(replica, { toTx: 2n }),
  ];
  const all = () => [() => source.admin.exportTx(2n), () => source.admin.exportTxs().next(), ...proving()];
  const at = (offset: number, change: (bytes: Uint8Array, at: number) => void) => (content: Uint8Array) => {
    change(content, offset < 0 ? content.length + offset : offset);
    return content;
  };

  it('is refused where the entries are others', async () => {
    await source.verifiedState();
    await refused(
      'PROOF_INVALID',
      at(-4, (content, offset) => (content[offset]! ^= 1)),
    );
  });

  it('is refused where it is another transaction, or none', async () => {
    await refused(
      'PROOF_INVALID',
      at(19, (content, offset) => (content[offset]! ^= 64)),
    );
    await refused(
      'MALFORMED_PROOF',
      at(-1, (content, offset) => (content[offset] = 2)),
    );
    await refused('TX_NOT_FOUND', () => new Uint8Array(8));
    await refused(
      'SERVER_ERROR',
      (content) => content.subarray(0, 20),
      () => [() => source.admin.exportTx(2n)],
    );
  });

  it('is refused where only the proof can tell', async () => {
    // Another time is consistent in itself: the header commits to it.
    await refused(
      'BINDING_MISMATCH',
      at(59, (content, offset) => (content[offset]! ^= 1)),
      proving,
    );
    transport.forge = at(59, (content, offset) => (content[offset]! ^= 1));
    const { alh } = await source.admin.exportTx(2n);
    transport.forge = undefined;
    expect(alh).not.toEqual((await source.admin.exportTx(2n)).alh);
  });

  it('is no hindrance afterwards', async () => {
    const result = await source.admin.replicateInto(replica);
    expect(result).toMatchObject({ copied: 6n });
    expect(await source.admin.replicationStatus(replica)).toMatchObject({ relation: 'level' });
  });

  it('is refused where the trees begin with another history than the replica has', async () => {
    const { txId: has } = await replica.currentState();
    await source.set(bytes('key'), bytes('one more'));
    transport.change = (rpc, honest) => {
      const { dualProof } = honest as VerifiableTx;
      // What the trees begin with is asked for by a proof of a transaction with itself.
      if (
        rpc === 'VerifiableTxById' &&
        dualProof?.sourceTxHeader?.id === has &&
        dualProof.targetTxHeader?.id === has
      )
        dualProof.lastInclusionProof[0] = new Uint8Array(32);
      return honest;
    };
    await source.verifiedState();
    const error = await rejection(source.admin.replicateInto(replica));
    transport.change = undefined;
    expect(error).toMatchObject({ name: 'VerificationError', code: 'PROOF_INVALID' });
    expect((await replica.currentState()).txId).toBe(has);
    expect(await source.admin.replicateInto(replica)).toMatchObject({ copied: 1n });
  });
});
