// Every RPC of a real server, by its own word, has a row in the README's table, and what the row says reaches it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type ImmuClient, MemoryTrustStore, type Transport } from '../../src/client/index.js';
import { GrpcTransport } from '../../src/client/grpc-transport.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { reflect } from '../wire/reflection-client.js';
import { EVERY_RPC, tableRows } from './every-rpc.js';

/** Notes the path of every call. */
function noting(address: string, paths: Set<string>): Transport {
  const inner = new GrpcTransport({
    address,
    host: '127.0.0.1',
    loopback: true,
    maxMessageBytes: 2 ** 26,
    grpcOptions: {},
    grpcInterceptors: [],
  });
  return {
    address,
    unary: (method, request, options) => {
      paths.add(method.path);
      return inner.unary(method, request, options);
    },
    stream: (method, requests, options) => {
      paths.add(method.path);
      return inner.stream(method, requests, options);
    },
    close: () => inner.close(),
  };
}

describeReal('every RPC', (server) => {
  const paths = new Set<string>();
  const open: ImmuClient[] = [];
  let client: ImmuClient;
  let methods: [service: string, rpc: string][] = [];

  const connectTo = async (database: string, authentication: 'session' | 'token' = 'session') => {
    const opened = await connect({
      url: `immudb://${server.address}/${database}`,
      authentication,
      transport: noting(server.address, paths),
      trust: { firstUse: true, store: new MemoryTrustStore() },
      timeoutMs: 10_000,
    });
    open.push(opened);
    return opened;
  };

  beforeAll(async () => {
    const { files } = await reflect(server.address, 'immudb.');
    methods = files.flatMap((file) =>
      file.service.flatMap(({ name, method }) =>
        method.map((one): [string, string] => [`${file.package}.${name}`, one.name]),
      ),
    );
    const database = freshDatabaseName('every_rpc');
    await (await connectTo('defaultdb')).createDatabase(database);
    client = await connectTo(database);
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
  });

  it('has a row', () => {
    const rows = Object.entries(EVERY_RPC).flatMap(([service, rpcs]) =>
      Object.keys(rpcs).map((rpc) => `${service}/${rpc}`),
    );
    expect(methods).toHaveLength(93);
    expect(rows.sort()).toEqual(methods.map(([service, rpc]) => `${service}/${rpc}`).sort());
  });

  it('is reached by what its row says', async () => {
    await (await connectTo(client.database, 'token')).close();
    const missed: string[] = [];
    for (const [service, rpcs] of Object.entries(EVERY_RPC)) {
      for (const [rpc, { call }] of Object.entries(rpcs)) {
        const path = `/${service}/${rpc}`;
        if (call !== undefined) {
          paths.delete(path);
          try {
            await call(client);
          } catch {
            // Refused or not, it went there.
          }
        }
        if (!paths.has(path)) missed.push(path);
      }
    }
    expect(missed).toEqual([]);
  }, 60_000);
});

it('the table of the README is this one', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const rows = readme
    .split('\n')
    .filter((line) => /^\| \w+Service\//.test(line))
    .map((line) => line.slice(2, -1).replace(/ +/g, ' ').trim());
  expect(rows).toEqual(tableRows());
});
