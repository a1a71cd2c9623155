// Older servers: the oldest one this client works with, run for real, and what is said of those before it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { connect, type ImmuClient, MemoryTrustStore } from '../../src/client/index.js';
import { assertSupported } from '../../src/client/server-release.js';
import { describeReal } from '../support/describe-real.js';
import { startServer, type RealServer } from '../support/real-server.js';
import { connectFake, failures, FakeTransport, rejection } from './fake-transport.js';

describe('a server', () => {
  const told = async (version: string) => {
    const transport = new FakeTransport().on('Health', () => ({ version, status: true }));
    const connection = await connectFake(transport);
    try {
      await assertSupported(connection, {});
      return 'supported';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await connection.close();
    }
  };

  it.each(['1.4.0', '1.4.1-rc.1', 'v1.5.0', '1.11.1', '2.0.0', '', 'a build of ours'])(
    'of version "%s" is worked with',
    async (version) => {
      expect(await told(version)).toBe('supported');
    },
  );

  it.each(['1.3.2', 'v1.2.4', '0.9.2'])('of version "%s" is refused, with what to do', async (version) => {
    expect(await told(version)).toMatch(/^The server at fake:3322 is immudb .*since 1\.4: update it\.$/);
  });

  it('that does not say is taken as it is', async () => {
    const busy = await connectFake(
      new FakeTransport().on('Health', () => {
        throw failures.text(2, 'already closed');
      }),
    );
    await assertSupported(busy, {});
    await busy.close();
  });
});

describeReal('immudb 1.4.1', () => {
  let server: RealServer;
  let client: ImmuClient;
  beforeAll(async () => {
    server = await startServer({ release: 'oldest' });
    client = await connect({
      url: `immudb://${server.address}/defaultdb`,
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
  }, 240_000);
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  it('says its version', async () => {
    expect(server.version).toBe('1.4.1');
    expect((await client.serverInfo()).version).toBe('1.4.1');
  });

  it('is written, read and proven as a newer one', async () => {
    const [a, b] = [utf8('a'), utf8('b')];
    await client.verifiedSet([{ key: a, value: utf8('1') }]);
    await client.verifiedSet(
      [
        { key: a, value: utf8('2') },
        { key: b, value: utf8('3') },
      ],
      { preconditions: [{ kind: 'mustNotExist', key: b }] },
    );
    expect((await client.verifiedGet(a))?.value).toEqual(utf8('2'));
    expect((await client.verifiedGetAll([b, a])).map((entry) => entry?.value)).toEqual([
      utf8('3'),
      utf8('2'),
    ]);
    expect(await client.verifiedHistory(a)).toHaveLength(2);
    expect((await client.verifiedState())?.txId).toBe((await client.currentState()).txId);
  });

  it('answers queries as it does, in one message', async () => {
    await client.sql.exec('CREATE TABLE t (id INTEGER, name VARCHAR[10], PRIMARY KEY id)');
    await client.sql.transaction((tx) => tx.exec('INSERT INTO t (id, name) VALUES (?, ?)', [1n, 'a']));
    expect(await client.sql.query('SELECT id, name FROM t').all()).toEqual([{ id: 1n, name: 'a' }]);
  });

  it('streams', async () => {
    await client.streams.verifiedSet({ key: utf8('s'), value: utf8('streamed') });
    expect((await client.streams.verifiedGet(utf8('s')))?.value).toEqual(utf8('streamed'));
  });

  it.each<[what: string, since: string, call: () => Promise<unknown>]>([
    ['GetCollections', '1.5', () => client.documents.listCollections()],
    ['TruncateDatabase', '1.5', () => client.admin.truncateDatabase('x', { retentionMs: 86_400_000 })],
    ['ChangeSQLPrivileges', '1.9.5', () => client.admin.grantSqlPrivileges('somebody', ['SELECT'])],
    ['UnarySQLQuery', '1.9.5', () => client.sql.query('SELECT id FROM t', [], { unary: true }).all()],
  ])('lacks %s, and that is said', async (rpc, since, call) => {
    const error = await rejection(call());
    expect(error).toMatchObject({ code: 'UNSUPPORTED_SERVER' });
    expect(error.message).toContain(`does not know ${rpc}. It came with immudb ${since}: update`);
  });
});
