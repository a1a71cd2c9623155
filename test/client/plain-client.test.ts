// The plain operations on a real immudb: bytes in, what the server says out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { callService } from '../../src/client/call.js';
import { openConnection, type Connection } from '../../src/client/connection.js';
import { scanKey } from '../../src/client/listing.js';
import { PlainClient } from '../../src/client/plain-client.js';
import type { UnverifiedEntry } from '../../src/client/unverified.js';
import { sha256 } from '../../src/proof/index.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { freshDatabaseName } from '../support/describe-real.js';
import { describeServers } from '../support/describe-servers.js';
import { connectFake, FakeTransport, rejection } from './fake-transport.js';

const { setReference } = ImmuServiceDefinition.methods;
const ABSENT = utf8('never written');

describeServers('plain operations', (server) => {
  let first: Connection;
  let client: PlainClient;
  let keys = 0;
  const freshKey = () => utf8(`key-${++keys}`);

  beforeAll(async () => {
    first = await openConnection(`immudb://${server.address}`);
    const name = freshDatabaseName('plain');
    await new PlainClient(first).createDatabase(name);
    client = new PlainClient(await first.openDatabase(name));
  });
  afterAll(() => first.close());

  describe('set and get', () => {
    it('gives back what was written', async () => {
      const key = freshKey();
      const header = await client.set(key, utf8('value'));
      expect(header).toMatchObject({ entryCount: 1, version: 1, blTxId: header.txId - 1n });
      expect(header.prevAlh.length).toBe(32);
      const entry = await client.get(key);
      expect(entry).toEqual({
        key,
        value: utf8('value'),
        metadata: undefined,
        txId: header.txId,
        revision: 1n,
        expired: false,
      });
      expect(Buffer.isBuffer(entry?.value)).toBe(false);
    });

    it('takes any bytes, and none as a value', async () => {
      const key = Uint8Array.of(0, 255, 0);
      await client.set(key, new Uint8Array(0));
      expect((await client.get(key))?.value).toEqual(new Uint8Array(0));
    });

    it('finds nothing under a key that was never written', async () => {
      expect(await client.get(ABSENT)).toBeUndefined();
    });

    it('reads at a transaction, at a revision and since a transaction', async () => {
      const key = freshKey();
      const one = await client.set(key, utf8('one'));
      const two = await client.set(key, utf8('two'));
      const valueOf = async (options: Parameters<PlainClient['get']>[1]) =>
        (await client.get(key, options))?.value;
      expect(await valueOf({ atTx: one.txId })).toEqual(utf8('one'));
      expect(await valueOf({ atTx: two.txId })).toEqual(utf8('two'));
      expect(await valueOf({ atRevision: 1n })).toEqual(utf8('one'));
      expect(await valueOf({ atRevision: -1n })).toEqual(utf8('one'));
      expect(await valueOf({ sinceTx: two.txId })).toEqual(utf8('two'));
      expect((await client.get(key, { atTx: one.txId }))?.revision).toBeUndefined();
      const other = await client.set(freshKey(), utf8('x'));
      expect(await client.get(key, { atTx: other.txId })).toBeUndefined();
    });

    it('hides what is expired, and what is not indexed except at its transaction', async () => {
      const [expired, later, hidden] = [freshKey(), freshKey(), freshKey()];
      const now = BigInt(Math.floor(Date.now() / 1000));
      const value = utf8('v');
      const header = await client.setAll([
        { key: expired, value, metadata: { deleted: false, nonIndexable: false, expiresAt: now - 10n } },
        { key: later, value, metadata: { deleted: false, nonIndexable: false, expiresAt: now + 1000n } },
        { key: hidden, value, metadata: { deleted: false, nonIndexable: true } },
      ]);
      expect(await client.get(expired)).toBeUndefined();
      expect((await client.get(later))?.metadata).toEqual({
        deleted: false,
        nonIndexable: false,
        expiresAt: now + 1000n,
      });
      expect(await client.get(hidden)).toBeUndefined();
      expect((await client.get(hidden, { atTx: header.txId }))?.metadata?.nonIndexable).toBe(true);
      expect(await client.history(expired)).toMatchObject([{ expired: true, value: new Uint8Array(0) }]);
    });

    it('follows a reference, and tells it', async () => {
      const [target, reference] = [freshKey(), freshKey()];
      const { txId } = await client.set(target, utf8('v'));
      const request = {
        key: reference,
        referencedKey: target,
        atTx: txId,
        boundRef: true,
        noWait: false,
        preconditions: [],
      };
      const header = await callService(client.connection, setReference, request, { kind: 'write' });
      const expected = {
        key: target,
        value: utf8('v'),
        txId,
        referencedBy: { key: reference, txId: header.id, atTx: txId },
      };
      expect(await client.get(reference)).toMatchObject(expected);
      expect(await client.getAll([reference, target])).toMatchObject([expected, { key: target }]);
    });
  });

  describe('many keys', () => {
    it('are written in one transaction', async () => {
      const [a, b] = [freshKey(), freshKey()];
      const header = await client.setAll([
        { key: a, value: utf8('A') },
        { key: b, value: utf8('B') },
      ]);
      expect(header.entryCount).toBe(2);
      expect((await client.get(a))?.txId).toBe(header.txId);
      expect((await client.get(b))?.txId).toBe(header.txId);
    });

    it('are written under conditions, all or none', async () => {
      const [a, b] = [freshKey(), freshKey()];
      const { txId } = await client.set(a, utf8('1'));
      const failed = client.setAll([{ key: b, value: utf8('B') }], {
        preconditions: [
          { kind: 'mustExist', key: a },
          { kind: 'mustNotExist', key: a },
        ],
      });
      expect(await rejection(failed)).toMatchObject({ code: 'PRECONDITION_FAILED', retryable: false });
      expect(await client.get(b)).toBeUndefined();
      await client.setAll([{ key: b, value: utf8('B') }], {
        preconditions: [
          { kind: 'mustExist', key: a },
          { kind: 'mustNotExist', key: b },
          { kind: 'notModifiedAfter', key: a, txId },
        ],
      });
      expect((await client.get(b))?.value).toEqual(utf8('B'));
    });

    it('are read in the order asked, twice if asked twice, undefined where absent', async () => {
      const [a, b] = [freshKey(), freshKey()];
      await client.set(a, utf8('A'));
      await client.set(b, utf8('B'));
      const read = await client.getAll([b, ABSENT, a, b]);
      expect(read.map((entry) => entry?.value)).toEqual([utf8('B'), undefined, utf8('A'), utf8('B')]);
      expect(await client.getAll([])).toEqual([]);
    });

    it('are deleted together, or not at all', async () => {
      const [a, b] = [freshKey(), freshKey()];
      await client.set(a, utf8('A'));
      await client.set(b, utf8('B'));
      expect(await rejection(client.delete([a, ABSENT]))).toMatchObject({ code: 'KEY_NOT_FOUND' });
      expect(await client.get(a)).toBeDefined();
      await client.delete([a, b]);
      expect(await client.getAll([a, b])).toEqual([undefined, undefined]);
    });
  });

  describe('lists', () => {
    const valuesOf = (entries: readonly UnverifiedEntry[]) =>
      entries.map((entry) => Buffer.from(entry.value).toString());
    const prefix = utf8('list/');
    const at = (name: string) => utf8(`list/${name}`);

    beforeAll(async () => {
      await client.setAll(['a', 'b', 'c', 'd'].map((name) => ({ key: at(name), value: utf8(name) })));
      await client.delete([at('c')]);
    });

    it('show live keys in byte order', async () => {
      expect(valuesOf(await client.scan({ prefix }))).toEqual(['a', 'b', 'd']);
      expect(valuesOf(await client.scan({ prefix, desc: true }))).toEqual(['d', 'b', 'a']);
    });

    it('begin and end where asked', async () => {
      expect(valuesOf(await client.scan({ prefix, seekKey: at('a') }))).toEqual(['b', 'd']);
      expect(valuesOf(await client.scan({ prefix, seekKey: at('a'), inclusiveSeek: true }))).toEqual([
        'a',
        'b',
        'd',
      ]);
      expect(valuesOf(await client.scan({ prefix, endKey: at('d') }))).toEqual(['a', 'b']);
      expect(valuesOf(await client.scan({ prefix, endKey: at('d'), inclusiveEnd: true }))).toEqual([
        'a',
        'b',
        'd',
      ]);
      expect(valuesOf(await client.scan({ prefix, limit: 1, offset: 1n }))).toEqual(['b']);
    });

    it('are read page by page, through references too', async () => {
      const request = {
        key: at('b2'),
        referencedKey: at('a'),
        atTx: 0n,
        boundRef: false,
        noWait: false,
        preconditions: [],
      };
      await callService(client.connection, setReference, request, { kind: 'write' });
      const seen: string[] = [];
      let seekKey: Uint8Array | undefined;
      for (;;) {
        const page = await client.scan({ prefix, limit: 1, ...(seekKey === undefined ? {} : { seekKey }) });
        const last = page.at(-1);
        if (last === undefined) break;
        seekKey = scanKey(last);
        seen.push(...valuesOf(page));
      }
      expect(seen).toEqual(['a', 'b', 'a', 'd']);
    });

    it('show the revisions of a key, deletions included', async () => {
      const key = freshKey();
      await client.set(key, utf8('1'));
      await client.delete([key]);
      await client.set(key, utf8('2'));
      const history = await client.history(key);
      expect(valuesOf(history)).toEqual(['1', '', '2']);
      expect(history.map((entry) => entry.metadata?.deleted)).toEqual([undefined, true, undefined]);
      expect(history.map((entry) => entry.revision)).toEqual([1n, 2n, 3n]);
      expect(valuesOf(await client.history(key, { desc: true, limit: 1 }))).toEqual(['2']);
      expect(valuesOf(await client.history(key, { offset: 1n, limit: 1 }))).toEqual(['']);
      for (let offset = 0; offset < 6; offset++) {
        const page = await client.history(key, { offset: BigInt(offset), limit: 2 });
        expect(page).toHaveLength(Math.min(2, Math.max(0, 3 - offset)));
      }
      expect(await client.history(ABSENT)).toEqual([]);
    });
  });

  describe('transactions', () => {
    it('are read by number, as hashes or with what is stored', async () => {
      const key = freshKey();
      const header = await client.set(key, utf8('v'));
      const stored = {
        storedKey: Uint8Array.of(0, ...key),
        hValue: sha256(Uint8Array.of(0, ...utf8('v'))),
        storedLength: 2,
      };
      expect(await client.tx(header.txId)).toEqual({ header, entries: [{ ...stored, metadata: undefined }] });
      expect((await client.tx(header.txId, { values: true })).entries).toEqual([
        { ...stored, metadata: undefined, storedValue: Uint8Array.of(0, ...utf8('v')) },
      ]);
    });

    it('that do not exist are told', async () => {
      expect(await rejection(client.tx(1_000_000n))).toMatchObject({ code: 'TX_NOT_FOUND' });
    });
  });

  describe('the server', () => {
    it('tells how it is, to anyone', async () => {
      expect(await client.health()).toEqual({ healthy: true, version: '1.11.1', serverUuid: server.uuid });
      const info = await client.serverInfo();
      expect(info.version).toBe('1.11.1');
      expect(Math.abs(Date.now() - info.startedAt.getTime())).toBeLessThan(3_600_000);
      expect(info.databases).toBeGreaterThan(1);
    });

    it('tells the newest state', async () => {
      const { txId } = await client.set(freshKey(), utf8('v'));
      const state = await client.currentState();
      expect(state).toMatchObject({ database: client.database, txId, serverUuid: server.uuid });
      expect(state.alh.length).toBe(32);
      expect(state.signature?.publicKey.length).toBe(65);
    });

    it('tells how busy a database is', async () => {
      const health = await client.databaseHealth();
      expect(health.pendingRequests).toBeGreaterThanOrEqual(0);
      expect(Math.abs(Date.now() - (health.lastRequestCompletedAt?.getTime() ?? 0))).toBeLessThan(60_000);
      const empty = await first.openDatabase((await client.createDatabase(freshDatabaseName())).name);
      expect((await new PlainClient(empty).databaseHealth()).lastRequestCompletedAt).toBeUndefined();
    });
  });

  describe('databases', () => {
    it('are created once, with settings, and listed', async () => {
      const name = freshDatabaseName('bank');
      const settings = { maxConcurrency: 7, syncFrequency: 5n };
      const created = await client.createDatabase(name.toUpperCase(), { settings });
      expect(created).toMatchObject({ name, alreadyExisted: false, settings });
      const error = await rejection(client.createDatabase(name));
      expect(error).toMatchObject({ code: 'DATABASE_EXISTS' });
      expect(error.message).toContain(name);
      expect(await client.createDatabase(name, { ifNotExists: true })).toMatchObject({
        alreadyExisted: true,
        settings,
      });
      const listed = (await client.listDatabases()).find((database) => database.name === name);
      expect(listed).toMatchObject({ loaded: true, transactions: 0n, createdBy: 'immudb', settings });
      expect(Math.abs(Date.now() - (listed?.createdAt?.getTime() ?? 0))).toBeLessThan(60_000);
    });

    it('keep their data apart, also under calls at the same time', async () => {
      const other = new PlainClient(
        await first.openDatabase((await client.createDatabase(freshDatabaseName())).name),
      );
      const key = freshKey();
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const [here, there] = [utf8(`${index}`), utf8(`other ${index}`)];
          const own = Uint8Array.of(...key, index);
          await Promise.all([client.set(own, here), other.set(own, there)]);
          expect((await client.get(own))?.value).toEqual(here);
          expect((await other.get(own))?.value).toEqual(there);
        }),
      );
      await other.close();
      expect(await client.get(ABSENT)).toBeUndefined();
    });
  });
});

describe('what is refused before it is sent', () => {
  const TOO_LONG = new Uint8Array(1024).fill(1);

  it.each<[string, (client: PlainClient) => Promise<unknown>, object]>([
    ['a long key to read', (client) => client.get(TOO_LONG), { code: 'KEY_TOO_LARGE' }],
    ['an empty key to read', (client) => client.get(new Uint8Array(0)), { code: 'INVALID_ARGUMENT' }],
    ['a long key among many', (client) => client.getAll([utf8('a'), TOO_LONG]), { code: 'KEY_TOO_LARGE' }],
    ['a long key to delete', (client) => client.delete([TOO_LONG]), { code: 'KEY_TOO_LARGE' }],
    ['the history of a long key', (client) => client.history(TOO_LONG), { code: 'KEY_TOO_LARGE' }],
    [
      'a key twice',
      (client) =>
        client.setAll([
          { key: utf8('a'), value: TOO_LONG },
          { key: utf8('a'), value: TOO_LONG },
        ]),
      { code: 'DUPLICATE_KEY' },
    ],
    ['a database name', (client) => client.createDatabase('no good'), { code: 'INVALID_DATABASE_NAME' }],
    ['text for a key', (client) => client.get('a' as unknown as Uint8Array), { name: 'TypeError' }],
    [
      'two ways to choose',
      (client) => client.get(utf8('a'), { atTx: 1n, atRevision: 1n }),
      { name: 'TypeError' },
    ],
    ['transaction 0', (client) => client.get(utf8('a'), { atTx: 0n }), { name: 'TypeError' }],
    ['a number for a transaction', (client) => client.tx(1 as unknown as bigint), { name: 'TypeError' }],
    ['revision 0', (client) => client.get(utf8('a'), { atRevision: 0n }), { name: 'TypeError' }],
    ['a long page', (client) => client.scan({ limit: 2501 }), { name: 'TypeError' }],
    ['an empty page', (client) => client.history(utf8('a'), { limit: 0 }), { name: 'TypeError' }],
    ['a negative offset', (client) => client.scan({ offset: -1n }), { name: 'TypeError' }],
    ['since transaction 0', (client) => client.scan({ sinceTx: 0n }), { name: 'TypeError' }],
    [
      'a setting that is none',
      (client) => client.createDatabase('a', { settings: { x: 1 } as object }),
      { name: 'TypeError' },
    ],
  ])('%s', async (_, operation, refused) => {
    const transport = new FakeTransport();
    const connection = await connectFake(transport);
    expect(await rejection(operation(new PlainClient(connection)))).toMatchObject(refused);
    expect(transport.calls.map((call) => call.name)).toEqual(['OpenSession']);
    await connection.close();
  });
});
