// The rows of the error table that matter most, provoked on a real immudb: that it still says what the table reads.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { callService } from '../../src/client/call.js';
import { openConnection, type Connection } from '../../src/client/connection.js';
import { PlainClient } from '../../src/client/plain-client.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { freshDatabaseName } from '../support/describe-real.js';
import { describeServers } from '../support/describe-servers.js';
import { startServer } from '../support/real-server.js';
import { rejection } from './fake-transport.js';

const {
  createUser,
  set,
  setActiveUser,
  setReference,
  unloadDatabase,
  updateDatabaseV2,
  verifiableGet,
  verifiableSet,
  verifiableTxById,
} = ImmuServiceDefinition.methods;
const [KEY, VALUE] = [utf8('key'), utf8('value')];

describeServers('the error table', (server) => {
  let first: Connection;
  let admin: PlainClient;
  let client: PlainClient;

  beforeAll(async () => {
    first = await openConnection(`immudb://${server.address}`);
    admin = new PlainClient(first);
    client = await freshDatabase();
    await client.set(KEY, VALUE);
  });
  afterAll(() => first.close());

  async function freshDatabase(): Promise<PlainClient> {
    const { name } = await admin.createDatabase(freshDatabaseName('errors'));
    return new PlainClient(await first.openDatabase(name));
  }

  async function freshUser(permission: number): Promise<{ user: string; password: string }> {
    const [user, password] = [freshDatabaseName('u'), 'Secret-1234'];
    const request = { user: utf8(user), password: utf8(password), permission, database: client.database };
    await callService(first, createUser, request, { kind: 'control' });
    return { user, password };
  }

  const open = (path: string, options: object = {}) =>
    openConnection({ url: `immudb://${server.address}/${path}`, ...options });

  describe('who is asking', () => {
    it.each(['immudb', 'nobody'])('tells nobody whether user "%s" exists', async (user) => {
      const error = await rejection(open('defaultdb', { user, password: 'wrong' }));
      expect(error).toMatchObject({ code: 'INVALID_CREDENTIALS', retryable: false });
      expect(error.message).toContain(
        `user "${user}" was refused at ${server.address}: wrong user name or password`,
      );
    });

    it('names a database that does not exist, and how to create it', async () => {
      const error = await rejection(open('missing'));
      expect(error).toMatchObject({
        code: 'DATABASE_NOT_FOUND',
        retryable: false,
        details: { database: 'missing' },
      });
      expect(error.message).toContain('createDatabase("missing")');
    });

    it('names what a reader may not do', async () => {
      const reader = new PlainClient(await open(client.database, await freshUser(1)));
      expect((await reader.get(KEY))?.value).toEqual(VALUE);
      const refused = [
        () => reader.set(KEY, VALUE),
        () => reader.getAll([KEY]),
        () => reader.createDatabase(freshDatabaseName()),
      ];
      for (const call of refused) {
        expect(await rejection(call())).toMatchObject({ code: 'PERMISSION_DENIED', retryable: false });
      }
      await reader.close();
    });

    it('refuses a database on which the user has no rights', async () => {
      const user = await freshUser(2);
      expect(await rejection(open('defaultdb', user))).toMatchObject({ code: 'PERMISSION_DENIED' });
    });

    it('refuses a deactivated user', async () => {
      const user = await freshUser(2);
      await callService(first, setActiveUser, { username: user.user, active: false }, { kind: 'control' });
      expect(await rejection(open(client.database, user))).toMatchObject({ code: 'USER_INACTIVE' });
    });
  });

  describe('databases', () => {
    it.each(['defaultdb', 'systemdb'])('refuses to create %s', async (name) => {
      expect(await rejection(admin.createDatabase(name))).toMatchObject({ code: 'INVALID_DATABASE_NAME' });
    });

    it.skipIf(server.embedded)('refuses to write to a replica', async () => {
      const replica = await freshDatabase();
      const request = updateDatabaseV2.requestType.create({
        database: replica.database,
        settings: { replicationSettings: { replica: { value: true } } },
      });
      await callService(first, updateDatabaseV2, request, { kind: 'control' });
      expect(await rejection(replica.set(KEY, VALUE))).toMatchObject({ code: 'READ_ONLY_REPLICA' });
    });

    it('says that an unloaded database is not available', async () => {
      // On a server of its own: while one database is unloaded, 1.11.1 refuses ServerInfo to everybody.
      await using own = await startServer();
      const root = await openConnection(`immudb://${own.address}`);
      const { name } = await new PlainClient(root).createDatabase(freshDatabaseName('errors'));
      const unloaded = new PlainClient(await root.openDatabase(name));
      await callService(root, unloadDatabase, { database: name }, { kind: 'control' });
      expect(await rejection(unloaded.get(KEY))).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        retryable: true,
      });
      // Whether a write had been taken in before the store closed, its text does not tell.
      expect(await rejection(unloaded.set(KEY, VALUE))).toMatchObject({
        code: 'UNKNOWN_OUTCOME',
        details: { reason: 'DATABASE_UNAVAILABLE' },
      });
      await root.close();
    });
  });

  describe('a server that is behind', () => {
    const beyond = 1_000_000n;

    it.each<[string, () => Promise<unknown>]>([
      ['Get', () => client.get(KEY, { sinceTx: beyond })],
      ['Scan', () => client.scan({ sinceTx: beyond })],
      ['VerifiableGet', () => proven(verifiableGet, { keyRequest: { key: KEY }, proveSinceTx: beyond })],
      ['VerifiableTxById', () => proven(verifiableTxById, { tx: 1n, proveSinceTx: beyond })],
      [
        'VerifiableSet',
        () =>
          proven(verifiableSet, { setRequest: { KVs: [{ key: KEY, value: VALUE }] }, proveSinceTx: beyond }),
      ],
    ])('is told by %s', async (_, ask) => {
      expect(await rejection(ask())).toMatchObject({ code: 'SERVER_BEHIND', retryable: true });
    });

    function proven<Req, Res>(
      method: Parameters<typeof callService<Req, Res>>[1] & { requestType: { create(base: object): Req } },
      request: object,
    ) {
      const kind = method.name === 'VerifiableSet' ? 'proven-write' : 'read';
      return callService(client.connection, method, method.requestType.create(request), { kind });
    }
  });

  describe('keys and values the server itself refuses', () => {
    const send = (request: object) =>
      callService(client.connection, set, set.requestType.create(request), { kind: 'write' });
    const key = (index: number) => ({ key: utf8(`k${index}`), value: VALUE });

    it.each<[string, object, string]>([
      ['a long key', { KVs: [{ key: new Uint8Array(1024), value: VALUE }] }, 'KEY_TOO_LARGE'],
      ['an empty key', { KVs: [{ key: new Uint8Array(0), value: VALUE }] }, 'INVALID_ARGUMENT'],
      ['no entries', { KVs: [] }, 'INVALID_ARGUMENT'],
      ['a key twice', { KVs: [key(1), key(1)] }, 'DUPLICATE_KEY'],
      ['1025 entries', { KVs: Array.from({ length: 1025 }, (_, index) => key(index)) }, 'BATCH_TOO_LARGE'],
      [
        '1025 preconditions',
        {
          KVs: [key(1)],
          preconditions: Array.from({ length: 1025 }, () => ({
            precondition: { $case: 'keyMustExist', value: { key: KEY } },
          })),
        },
        'BATCH_TOO_LARGE',
      ],
      [
        'a condition after transaction 0',
        {
          KVs: [key(1)],
          preconditions: [{ precondition: { $case: 'keyNotModifiedAfterTX', value: { key: KEY } } }],
        },
        'INVALID_ARGUMENT',
      ],
    ])('%s', async (_, request, code) => {
      expect(await rejection(send(request))).toMatchObject({ code, retryable: false });
    });

    it('takes the largest value that this client lets through, and no larger message', async () => {
      const max = client.limits.maxMessageBytes;
      const fits = new Uint8Array(max - 64);
      await client.set(KEY, fits, { timeoutMs: 20_000 });
      expect((await client.get(KEY))?.value.length).toBe(fits.length);
      expect(await rejection(client.set(KEY, new Uint8Array(max)))).toMatchObject({
        code: 'VALUE_TOO_LARGE',
      });
      const raw = await rejection(send({ KVs: [{ key: KEY, value: new Uint8Array(max) }] }));
      expect(raw).toMatchObject({
        code: 'MESSAGE_TOO_LARGE',
        details: { serverText: expect.stringMatching(/^Attempted to send/) as string },
      });
      const small = new PlainClient(await open(client.database, { maxMessageBytes: 1024 * 1024 }));
      const answer = await rejection(small.get(KEY));
      expect(answer).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
      expect(answer.message).toContain('maxMessageBytes');
      await small.close();
    });

    it('refuses more than 32 MiB where the client lets them through', async () => {
      const grpcOptions = { 'grpc.max_send_message_length': -1 };
      const lax = await open(client.database, { grpcOptions });
      const request = set.requestType.create({
        KVs: [{ key: KEY, value: new Uint8Array(client.limits.maxMessageBytes) }],
      });
      const error = await rejection(callService(lax, set, request, { kind: 'write' }));
      expect(error).toMatchObject({
        code: 'MESSAGE_TOO_LARGE',
        details: { serverText: expect.stringMatching(/^grpc: received/) as string },
      });
      await lax.close();
    });

    it('revisions and references that are not there', async () => {
      expect(await rejection(client.get(KEY, { atRevision: 99n }))).toMatchObject({
        code: 'INVALID_REVISION',
      });
      expect(await rejection(client.get(KEY, { atTx: 999_999n }))).toMatchObject({ code: 'TX_NOT_FOUND' });
      const request = setReference.requestType.create({
        key: utf8('r'),
        referencedKey: utf8('nothing there'),
      });
      const failed = callService(client.connection, setReference, request, { kind: 'write' });
      expect(await rejection(failed)).toMatchObject({ code: 'KEY_NOT_FOUND' });
    });
  });

  it.skipIf(server.embedded)(
    'a busy server: every plain write gets through, and the cap learns',
    async () => {
      const { name } = await admin.createDatabase(freshDatabaseName('busy'), {
        settings: { maxConcurrency: 2 },
      });
      const busy = new PlainClient(await first.openDatabase(name));
      // A place is taken while values are written: large ones make the server refuse most of 25 at once.
      const large = new Uint8Array(500_000);
      const written = await Promise.all(
        Array.from({ length: 60 }, (_, index) => busy.set(utf8(`k${index}`), large)),
      );
      expect(new Set(written.map((header) => header.txId)).size).toBe(60);
      expect((await busy.currentState()).txId).toBe(60n);
      expect(busy.connection.gate.limit).toBeLessThan(25);
      expect(busy.connection.gate.inFlight).toBe(0);
    },
  );
});

describeServers('too many sessions', () => {
  it('are refused with what to do about it', async () => {
    await using server = await startServer({ maxSessions: 2 });
    const open = [];
    let error: unknown;
    for (let count = 0; count < 6 && error === undefined; count++) {
      try {
        open.push(await openConnection(`immudb://${server.address}`));
      } catch (thrown) {
        error = thrown;
      }
    }
    expect(error).toMatchObject({ code: 'TOO_MANY_SESSIONS', retryable: true });
    await open.pop()?.close();
    await open.pop()?.close();
    const again = await openConnection(`immudb://${server.address}`);
    await Promise.all([again, ...open].map((connection) => connection.close()));
  });
});
