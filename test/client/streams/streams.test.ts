// Values as streams, in and out: on the real immudb, on the embedded ledger over gRPC, and on one in this process.

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equalBytes } from '../../../src/bytes.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import type { ByteSource } from '../../../src/client/streams/source.js';
import { openEngine } from '../../../src/engine/engine.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeServers } from '../../support/describe-servers.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from '../verified/verified-client.js';

const LARGE = new Uint8Array(randomBytes(400_001));

/** Pieces of any size: what is read from a disk or a socket keeps to no border. */
async function* pieces(value: Uint8Array, size = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < value.length; at += size) {
    await Promise.resolve();
    yield value.subarray(at, at + size);
  }
}

/** Element by element it would take minutes. */
const isLarge = (value: Uint8Array) => equalBytes(value, LARGE);

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

function streamSuite(open: () => Promise<readonly [ImmuClient, ImmuClient]>): void {
  let client: ImmuClient;
  let fresh: ImmuClient;
  beforeAll(async () => {
    [client, fresh] = await open();
  });
  afterAll(async () => {
    await client.close();
    await fresh.close();
  });

  describe('plain', () => {
    it('writes and reads what does not fit a chunk, from any kind of stream', async () => {
      const sources: (Uint8Array | ByteSource)[] = [
        LARGE,
        pieces(LARGE),
        pieces(LARGE, 17_000),
        Readable.from(pieces(LARGE)),
        ReadableStream.from<Uint8Array>(pieces(LARGE)),
        [LARGE.subarray(0, 5), new Uint8Array(0), LARGE.subarray(5)],
      ];
      for (const value of sources) {
        const key = randomKey();
        const { entryCount, txId } = await client.streams.set({
          key,
          value: value as ByteSource,
          length: LARGE.length,
        });
        expect(entryCount).toBe(1);
        expect(isLarge((await client.get(key))!.value)).toBe(true);
        const read = await client.streams.get(key, { atTx: txId });
        expect([read!.key, read!.value.length]).toEqual([key, LARGE.length]);
        expect(isLarge(await gathered(read!.value))).toBe(true);
      }
    });

    it('reads a value in the form that is wanted, once', async () => {
      const key = randomKey();
      await client.set(key, bytes('value'));
      const read = async () => (await client.streams.get(key))!.value;
      expect(text(await (await read()).bytes())).toBe('value');
      expect(text(await gathered((await read()).toReadableStream()))).toBe('value');
      const once = await read();
      await once.bytes();
      await expect(once.bytes()).rejects.toThrow(TypeError);
      const given = await read();
      await given.cancel();
      expect(() => given[Symbol.asyncIterator]()).toThrow(TypeError);
      expect(await client.streams.get(randomKey())).toBeUndefined();
      await expect(client.streams.get(key, { maxBytes: 4 })).rejects.toMatchObject({
        code: 'VALUE_TOO_LARGE',
      });
    });

    it('keeps empty values where they can be kept, and refuses them where they would end the list', async () => {
      const [one, empty] = [randomKey(), randomKey()];
      await client.streams.set({ key: empty, value: new Uint8Array(0) });
      expect(await (await client.streams.get(empty))!.value.bytes()).toEqual(new Uint8Array(0));
      const header = await client.streams.setAll([
        { key: one, value: bytes('v') },
        { key: empty, value: pieces(new Uint8Array(0)), length: 0 },
      ]);
      expect(header.entryCount).toBe(2);
      await expect(
        client.streams.setAll([
          { key: empty, value: new Uint8Array(0) },
          { key: one, value: bytes('w') },
        ]),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(text((await client.get(one))!.value)).toBe('v');
    });

    it('writes nothing where a stream gives more or less than announced, or fails', async () => {
      const failing = async function* () {
        yield* pieces(LARGE, 100_000);
        throw new Error('the disk is gone');
      };
      const before = (await client.currentState()).txId;
      const key = randomKey();
      const set = (value: AsyncIterable<Uint8Array>, length: number) =>
        client.streams.set({ key, value, length });
      for (const length of [LARGE.length - 1, LARGE.length + 1, 2 ** 25 - 1, 5])
        await expect(set(pieces(LARGE), length)).rejects.toMatchObject({ code: 'STREAM_LENGTH_MISMATCH' });
      await expect(set(failing(), LARGE.length)).rejects.toThrow('the disk is gone');
      await expect(set(failing(), LARGE.length + 1)).rejects.toThrow('the disk is gone');
      await expect(set(Readable.from(['text']), 4)).rejects.toThrow(TypeError);
      // Once more over what is there: immudb would commit an empty value in its place, if the call were only cancelled.
      await client.set(key, bytes('there'));
      const controller = new AbortController();
      const aborting = async function* () {
        yield* pieces(LARGE, 150_000);
        controller.abort(new Error('enough'));
        await new Promise(() => undefined);
      };
      await expect(
        client.streams.set({ key, value: aborting(), length: 2 ** 21 }, { signal: controller.signal }),
      ).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(set(failing(), 2 ** 21)).rejects.toThrow('the disk is gone');
      await expect(
        client.streams.execAll([
          { kind: 'set', key, value: failing(), length: 2 ** 21 },
          { kind: 'zAdd', set: key, score: 1, key },
        ]),
      ).rejects.toThrow('the disk is gone');
      expect(text((await client.get(key))!.value)).toBe('there');
      expect((await client.currentState()).txId).toBe(before + 1n);
    });

    it('executes operations of both kinds', async () => {
      const [key, name] = [randomKey(), randomKey('set')];
      const { entryCount } = await client.streams.execAll([
        { kind: 'set', key, value: pieces(LARGE), length: LARGE.length },
        { kind: 'zAdd', set: name, score: 1.5, key, atTx: 'this' },
        { kind: 'zAdd', set: randomKey(), score: 2, key },
        { kind: 'set', key: randomKey(), value: bytes('v') },
      ]);
      expect(entryCount).toBe(4);
      const members = [];
      for await (const { value, ...member } of client.streams.zScan(name))
        members.push({ ...member, large: isLarge(await value.bytes()) });
      const [{ atTx }] = (await client.zScan(name)) as unknown as [{ atTx: bigint }];
      expect(members).toEqual([{ set: name, score: 1.5, key, atTx, large: true }]);
      const reference = { kind: 'setReference', key: randomKey(), referencedKey: key };
      await expect(client.streams.execAll([reference as never])).rejects.toMatchObject({
        code: 'UNSUPPORTED',
      });
    });

    it('lists keys, revisions and members; what is not read is passed over', async () => {
      const prefix = randomKey('list');
      const keys = ['a', 'b', 'c', 'd'].map((suffix) => bytes(text(prefix) + suffix));
      for (const [index, key] of keys.entries())
        await client.set(key, index === 1 ? LARGE : bytes(String(index)));
      const found: unknown[] = [];
      for await (const { key, value } of client.streams.scan({ prefix })) {
        if (value.length === LARGE.length) {
          for await (const piece of value) {
            expect(piece.length).toBeGreaterThan(0);
            break;
          }
        } else if (text(key).endsWith('d')) found.push(text(await value.bytes()));
        found.push(key);
      }
      expect(found).toEqual([...keys.slice(0, 3), '3', keys[3]]);
      await client.set(keys[0]!, bytes('again'));
      await client.delete([keys[0]!]);
      const revisions: string[] = [];
      for await (const { value } of client.streams.history(keys[0]!))
        revisions.push(text(await value.bytes()));
      expect(revisions).toEqual(['0', 'again', '']);
      for await (const _ of client.streams.history(randomKey())) expect.unreachable();
      for await (const _ of client.streams.zScan(randomKey())) expect.unreachable();
      for await (const { key } of client.streams.scan({ prefix, desc: true, limit: 1 })) {
        expect(key).toEqual(keys[3]);
        break;
      }
    });

    it('passes over a value for good', async () => {
      const prefix = randomKey('list');
      for (const suffix of ['a', 'b']) await client.set(bytes(text(prefix) + suffix), bytes(suffix));
      const list = client.streams.scan({ prefix });
      const first = await list.next();
      await list.next();
      await expect(first.value!.value.bytes()).rejects.toThrow(/passed over/);
      await list.return();
    });
  });

  describe('verified', () => {
    it('writes what does not fit a chunk, and proves that exactly this was committed', async () => {
      const [one, two, empty] = [randomKey(), randomKey(), randomKey()];
      const written = await client.streams.verifiedSetAll([
        { key: one, value: pieces(LARGE), length: LARGE.length },
        { key: two, value: bytes('v') },
        { key: empty, value: new Uint8Array(0) },
      ]);
      expect((await client.trustedState())!.txId).toBe(written.txId);
      expect(written.entries).toMatchObject([
        { key: one, length: LARGE.length, proof: { index: 0, txId: written.txId } },
        { key: two, length: 1 },
        { key: empty, length: 0 },
      ]);
      for (const reader of [client, fresh]) {
        const read = await reader.streams.verifiedGet(one);
        expect(read).toMatchObject({ key: one, txId: written.txId, index: 0, via: undefined });
        expect(isLarge(read!.value)).toBe(true);
        expect(text((await reader.verifiedGet(two))!.value)).toBe('v');
        expect((await reader.streams.verifiedGet(empty))!.value).toEqual(new Uint8Array(0));
      }
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const key = randomKey(String(index));
          await client.streams.verifiedSet({
            key,
            value: pieces(LARGE.subarray(0, 100_000)),
            length: 100_000,
          });
        }),
      );
    });

    it('writes nothing where a stream gives more or less than announced', async () => {
      const key = randomKey();
      for (const length of [LARGE.length - 1, LARGE.length + 1])
        await expect(client.streams.verifiedSet({ key, value: pieces(LARGE), length })).rejects.toMatchObject(
          { code: 'STREAM_LENGTH_MISMATCH' },
        );
      expect(await client.verifiedGet(key)).toBeUndefined();
    });

    it('reads at a transaction, with metadata, and through references', async () => {
      const [key, loose, bound, past] = [randomKey(), randomKey(), randomKey(), randomKey()];
      const metadata = { deleted: false, nonIndexable: false, expiresAt: 2n ** 40n };
      const { txId } = await client.verifiedSet([{ key, value: bytes('one'), metadata }]);
      await client.setReference(loose, key);
      await client.setReference(bound, key, { atTx: txId });
      await client.set(key, bytes('two'));
      await client.set(past, bytes('v'), { expiresAt: 1n });
      for (const reader of [client, fresh]) {
        const { streams } = reader;
        expect(await streams.verifiedGet(key, { atTx: txId })).toMatchObject({
          value: bytes('one'),
          metadata,
        });
        expect(await streams.verifiedGet(loose)).toMatchObject({
          key,
          value: bytes('two'),
          via: { key: loose, atTx: 0n },
        });
        expect(await streams.verifiedGet(bound)).toMatchObject({ value: bytes('one'), via: { atTx: txId } });
        expect(await streams.verifiedGet(past)).toBeUndefined();
        expect(await streams.verifiedGet(randomKey())).toBeUndefined();
        await expect(streams.verifiedGet(key, { maxBytes: 2 })).rejects.toMatchObject({
          code: 'VALUE_TOO_LARGE',
        });
      }
      await client.delete([key]);
      expect(await client.streams.verifiedGet(key)).toBeUndefined();
      expect(await client.streams.verifiedGet(loose)).toBeUndefined();
    });

    it('gives a value as it comes, and what is proven of it at the end', async () => {
      const key = randomKey();
      const { txId } = await client.set(key, LARGE);
      const value = (await fresh.streams.provisionalGet(key))!;
      expect([value.length, value.verified]).toEqual([LARGE.length, undefined]);
      expect(isLarge(await gathered(value))).toBe(true);
      expect(value.verified).toMatchObject({ key, txId, length: LARGE.length });
      await expect(gathered(value)).rejects.toThrow(TypeError);
      const broken = (await client.streams.provisionalGet(key))!;
      for await (const _ of broken) break;
      expect(broken.verified).toBeUndefined();
      await using given = (await client.streams.provisionalGet(key))!;
      expect(given.length).toBe(LARGE.length);
    });
  });
}

describeServers('streams', (server) => {
  streamSuite(async () => {
    const database = await createDatabase(server);
    return [await connectVerified(server, { database }), await connectVerified(server, { database })];
  });

  it.skipIf(server.embedded)('take as much as the server does, and refuse what it does not', async () => {
    const client = await connectVerified(server);
    const huge = new Uint8Array(2 ** 25 - 9);
    await expect(
      client.streams.set({ key: randomKey(), value: new Uint8Array(2 ** 25) }),
    ).rejects.toMatchObject({
      code: 'VALUE_TOO_LARGE',
    });
    await expect(
      client.streams.setAll([
        { key: randomKey(), value: huge },
        { key: randomKey(), value: bytes('more than is left') },
      ]),
    ).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    const key = randomKey();
    await client.streams.verifiedSet({ key, value: huge });
    expect((await client.streams.verifiedGet(key))!.value.length).toBe(huge.length);
    await client.close();
  });
});

describe('streams (embedded ledger in this process)', () => {
  streamSuite(async () => {
    const engine = await openEngine({});
    const transport = new LocalTransport(engine.service, { address: 'memory', close: () => engine.close() });
    const shared = { transport, url: 'immudb://immudb:immudb@localhost', database: 'defaultdb' };
    const open = (ledgerId: string) =>
      connect({ ...shared, trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId } });
    const [client, fresh] = [await open('one'), await open('other')];
    return [client, Object.assign(fresh, { close: () => Promise.resolve() })];
  });
});
