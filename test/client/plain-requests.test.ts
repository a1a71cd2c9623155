// What the plain operations ask, and what they make of an answer, without a server.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { callService } from '../../src/client/call.js';
import { PlainClient } from '../../src/client/plain-client.js';
import type { UnverifiedEntry } from '../../src/client/unverified.js';
import { Entry, type KeyRequest } from '../../src/wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { TxHeader } from '../../src/wire/immudb/schema/tx.js';
import { connectFake, failures, FakeTransport, rejection, type Handler } from './fake-transport.js';

const [A, B] = [utf8('a'), utf8('b')];
const NOTHING = new Uint8Array(0);
const HEADER = TxHeader.create({ id: 9n, nentries: 1, version: 1, blTxId: 8n, ts: 77n });
const entry = (key: Uint8Array, more: Partial<Entry> = {}) =>
  Entry.create({ tx: 9n, key, value: B, ...more });

/** A client whose server answers one RPC as given. */
async function clientOf(
  rpc: string,
  answer: Handler,
): Promise<{ client: PlainClient; transport: FakeTransport }> {
  const transport = new FakeTransport().on(rpc, answer);
  return { client: new PlainClient(await connectFake(transport)), transport };
}

/** The request an operation makes of an RPC. */
async function requestOf(
  rpc: string,
  answer: unknown,
  operation: (client: PlainClient) => Promise<unknown>,
): Promise<unknown> {
  const { client, transport } = await clientOf(rpc, () => answer);
  await operation(client);
  await client.close();
  const calls = transport.callsOf(rpc);
  expect(calls.length).toBe(1);
  return calls[0]?.request;
}

describe('requests', () => {
  const scanned = {
    seekKey: NOTHING,
    endKey: NOTHING,
    prefix: NOTHING,
    desc: false,
    limit: 2500n,
    sinceTx: 0n,
  };
  const listed = { noWait: false, inclusiveSeek: false, inclusiveEnd: false, offset: 0n };
  const got = { key: A, atTx: 0n, sinceTx: 0n, noWait: false, atRevision: 0n };
  const RAW = { action: 2 };

  it.each<[string, string, unknown, (client: PlainClient) => Promise<unknown>, unknown]>([
    [
      'set',
      'Set',
      HEADER,
      (c) => c.set(A, B),
      { KVs: [{ key: A, value: B, metadata: undefined }], noWait: false, preconditions: [] },
    ],
    [
      'set with metadata and a condition',
      'Set',
      HEADER,
      (c) =>
        c.set(A, B, {
          metadata: { deleted: true, nonIndexable: false },
          preconditions: [{ kind: 'mustExist', key: B }],
        }),
      {
        KVs: [{ key: A, value: B, metadata: { deleted: true, expiration: undefined, nonIndexable: false } }],
        noWait: false,
        preconditions: [{ precondition: { $case: 'keyMustExist', value: { key: B } } }],
      },
    ],
    ['get', 'Get', entry(A), (c) => c.get(A), got],
    ['get at a transaction', 'Get', entry(A), (c) => c.get(A, { atTx: 5n }), { ...got, atTx: 5n }],
    ['get at a revision', 'Get', entry(A), (c) => c.get(A, { atRevision: -2n }), { ...got, atRevision: -2n }],
    ['get since a transaction', 'Get', entry(A), (c) => c.get(A, { sinceTx: 5n }), { ...got, sinceTx: 5n }],
    ['getAll', 'GetAll', { entries: [] }, (c) => c.getAll([A, B, A]), { keys: [A, B, A], sinceTx: 0n }],
    ['delete', 'Delete', HEADER, (c) => c.delete([A, B]), { keys: [A, B], sinceTx: 0n, noWait: false }],
    ['scan', 'Scan', { entries: [] }, (c) => c.scan(), { ...scanned, ...listed }],
    [
      'scan with everything',
      'Scan',
      { entries: [] },
      (c) =>
        c.scan({
          prefix: A,
          seekKey: B,
          endKey: A,
          inclusiveSeek: true,
          inclusiveEnd: true,
          desc: true,
          limit: 3,
          offset: 4n,
          sinceTx: 5n,
        }),
      {
        seekKey: B,
        endKey: A,
        prefix: A,
        desc: true,
        limit: 3n,
        sinceTx: 5n,
        noWait: false,
        inclusiveSeek: true,
        inclusiveEnd: true,
        offset: 4n,
      },
    ],
    [
      'history',
      'History',
      { entries: [] },
      (c) => c.history(A),
      { key: A, offset: 0n, limit: 2500, desc: false, sinceTx: 0n },
    ],
    [
      'tx',
      'TxById',
      { header: HEADER, entries: [] },
      (c) => c.tx(9n),
      { tx: 9n, entriesSpec: undefined, sinceTx: 0n, noWait: false, keepReferencesUnresolved: true },
    ],
    [
      'tx with values',
      'TxById',
      { header: HEADER, entries: [] },
      (c) => c.tx(9n, { values: true }),
      {
        tx: 9n,
        entriesSpec: { kvEntriesSpec: RAW, zEntriesSpec: RAW, sqlEntriesSpec: RAW },
        sinceTx: 0n,
        noWait: false,
        keepReferencesUnresolved: true,
      },
    ],
    [
      'createDatabase',
      'CreateDatabaseV2',
      { name: 'bank', alreadyExisted: false },
      (c) => c.createDatabase('Bank', { ifNotExists: true }),
      { name: 'bank', settings: undefined, ifNotExists: true },
    ],
    ['listDatabases', 'DatabaseListV2', { databases: [] }, (c) => c.listDatabases(), {}],
  ])('of %s', async (_, rpc, answer, operation, request) => {
    expect(await requestOf(rpc, answer, operation)).toEqual(request);
  });

  it.each<[string, (client: PlainClient) => Promise<unknown>]>([
    ['Health', (client) => client.health()],
    ['ServerInfo', (client) => client.serverInfo()],
  ])('of %s carry no session, so that a stale one cannot fail them', async (rpc, operation) => {
    const { client, transport } = await clientOf(rpc, () => ({ startedAt: 0n }));
    await operation(client);
    expect(transport.callsOf(rpc)[0]?.metadata).toEqual({});
    await client.close();
  });

  it("pass the caller's signal and time on", async () => {
    const caller = new AbortController();
    const { client, transport } = await clientOf('Get', () => entry(A));
    await client.get(A, { signal: caller.signal, timeoutMs: 300 });
    const [call] = transport.callsOf('Get');
    expect(call?.signal).toBe(caller.signal);
    expect(call?.deadlineMs).toBeLessThanOrEqual(300);
    await client.close();
  });
});

describe('answers', () => {
  it('are never Buffers or protobuf messages to the caller', async () => {
    const { client } = await clientOf('Get', () => entry(A, { revision: 3n, metadata: undefined }));
    expect(await client.get(A)).toEqual({
      key: A,
      value: B,
      metadata: undefined,
      txId: 9n,
      revision: 3n,
      expired: false,
    });
    await client.close();
  });

  it.each([
    ['key not found', undefined],
    ['tbtree: key not found: expired entry', undefined],
  ])('"%s" mean absent', async (text, absent) => {
    const { client } = await clientOf('Get', () => {
      throw failures.text(2, text);
    });
    expect(await client.get(A)).toBe(absent);
    await client.close();
  });

  it('of other failures do not', async () => {
    const { client } = await clientOf('Get', () => {
      throw failures.text(2, 'tx not found');
    });
    expect(await rejection(client.get(A, { atTx: 5n }))).toMatchObject({ code: 'TX_NOT_FOUND' });
    await client.close();
  });

  it("to many keys are matched by key: their order and number are the server's", async () => {
    const reference = { tx: 2n, key: utf8('ref'), atTx: 0n, metadata: undefined, revision: 1n };
    const entries = [entry(utf8('foreign')), entry(B), entry(A, { referencedBy: reference }), entry(B)];
    const { client } = await clientOf('GetAll', () => ({ entries }));
    const read = await client.getAll([utf8('ref'), B, A]);
    expect(read).toEqual([
      {
        key: A,
        value: B,
        metadata: undefined,
        txId: 9n,
        expired: false,
        referencedBy: { key: utf8('ref'), txId: 2n },
      },
      { key: B, value: B, metadata: undefined, txId: 9n, expired: false },
      undefined,
    ]);
    await client.close();
  });

  it('about a transaction without its header are refused', async () => {
    const { client } = await clientOf('TxById', () => ({ header: undefined, entries: [] }));
    expect(await rejection(client.tx(9n))).toMatchObject({ code: 'SERVER_ERROR' });
    await client.close();
  });

  it('show a stored value only where it was asked for and sent', async () => {
    const stored = (value: Uint8Array, vLen: number) => ({
      key: A,
      hValue: NOTHING,
      vLen,
      metadata: undefined,
      value,
    });
    const entries = [stored(B, 1), stored(NOTHING, 5), stored(NOTHING, 0)];
    const { client } = await clientOf('TxById', () => ({ header: HEADER, entries }));
    const values = async (asked: boolean) =>
      (await client.tx(9n, { values: asked })).entries.map((one) => one.storedValue);
    expect(await values(true)).toEqual([B, undefined, NOTHING]);
    expect(await values(false)).toEqual([undefined, undefined, undefined]);
    await client.close();
  });
});

describe('types', () => {
  it('of a call follow from its method', () => {
    const call = (client: PlainClient, request: KeyRequest) =>
      callService(client.connection, ImmuServiceDefinition.methods.get, request, { kind: 'read' });
    expectTypeOf(call).returns.resolves.toEqualTypeOf<Entry>();
    const wrong = (client: PlainClient) =>
      // @ts-expect-error a request of another method
      callService(client.connection, ImmuServiceDefinition.methods.get, { keys: [] }, { kind: 'read' });
    expectTypeOf(wrong).toBeFunction();
  });

  it('of what the server merely says cannot be mistaken for proven, and may be absent', () => {
    expectTypeOf<PlainClient['get']>().returns.resolves.toEqualTypeOf<UnverifiedEntry | undefined>();
    expectTypeOf<UnverifiedEntry>().not.toHaveProperty('proof');
    expectTypeOf<UnverifiedEntry['txId']>().toEqualTypeOf<bigint>();
  });

  it('of data are read-only', () => {
    const change = (entry: UnverifiedEntry) => {
      // @ts-expect-error what was read is not changed in place
      entry.txId = 1n;
    };
    expectTypeOf(change).toBeFunction();
  });
});
