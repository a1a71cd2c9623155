// What happens under a running client when sessions end, servers die and come back, callers give up.
import { afterEach, describe, expect, it } from 'vitest';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { utf8 } from '../../src/bytes.js';
import { openConnection, type Connection } from '../../src/client/connection.js';
import type { ConnectionOptions } from '../../src/client/connection-options.js';
import { PlainClient } from '../../src/client/plain-client.js';
import { ImmuError } from '../../src/errors.js';
import { describeReal } from '../support/describe-real.js';
import { startServer, type RealServer, type ServerOptions } from '../support/real-server.js';
import { rejection } from './fake-transport.js';

const run = promisify(execFile);
const [KEY, VALUE] = [utf8('key'), utf8('value')];
const open: Connection[] = [];
const servers: RealServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
  // The last first: a server that came back works in the folder of the one before, which goes with that one.
  for (const server of servers.splice(0).reverse()) await server.stop();
});

async function start(options: ServerOptions = {}): Promise<RealServer> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

async function connect(address: string, options: ConnectionOptions = {}): Promise<PlainClient> {
  const connection = await openConnection({ url: `immudb://${address}`, ...options });
  open.push(connection);
  return new PlainClient(connection);
}

const portOf = (server: RealServer) => Number(server.address.split(':')[1]);

describeReal('sessions', () => {
  it.each(['session', 'token'] as const)('by %s work for every call', async (authentication) => {
    const server = await start();
    const client = await connect(server.address, { authentication });
    await client.set(KEY, VALUE);
    expect((await client.get(KEY))?.value).toEqual(VALUE);
    await client.createDatabase('bank');
    const bank = new PlainClient(await client.connection.openDatabase('bank'));
    await bank.set(KEY, utf8('bank'));
    expect((await bank.get(KEY))?.value).toEqual(utf8('bank'));
    expect((await client.get(KEY))?.value).toEqual(VALUE);
  });

  it('that the server dropped are opened again, once for all calls, writes included', async () => {
    const server = await start({ sessionTimeoutMs: 300, sessionGuardIntervalMs: 100 });
    const client = await connect(server.address, { keepAliveMs: 60_000 });
    await client.set(KEY, VALUE);
    const before = client.connection.session.useHeaders();
    await sleep(1_000);
    const [entry, header] = await Promise.all([
      client.get(KEY),
      client.set(utf8('other'), VALUE),
      client.getAll([KEY]),
    ]);
    expect(entry?.value).toEqual(VALUE);
    expect(header.txId).toBe(2n);
    expect(client.connection.session.useHeaders()).not.toEqual(before);
  });

  it('that are idle are kept alive', async () => {
    const server = await start({ sessionTimeoutMs: 600, sessionGuardIntervalMs: 100 });
    const client = await connect(server.address, { keepAliveMs: 200 });
    const before = client.connection.session.useHeaders();
    await sleep(1_500);
    await client.get(KEY);
    expect(client.connection.session.useHeaders()).toEqual(before);
  });

  it('end with their client: the server has a place for the next', async () => {
    const server = await start({ maxSessions: 2 });
    for (let time = 0; time < 6; time++) {
      const connection = await openConnection(`immudb://${server.address}`);
      await connection.close();
    }
  });
});

describeReal('a server that is killed and comes back', () => {
  it.each(['session', 'token'] as const)(
    'is found again by reads and writes, untouched, by %s',
    async (authentication) => {
      const server = await start();
      const port = portOf(server);
      const client = await connect(server.address, { authentication });
      await client.set(KEY, VALUE);
      await server.kill();

      const reads = Array.from({ length: 20 }, () => client.get(KEY));
      // Not sent while nobody listens, so this write may be made again too.
      await sleep(200);
      const write = client.set(utf8('later'), VALUE);
      const again = await start({ dir: server.dir, port });
      for (const entry of await Promise.all(reads)) expect(entry?.value).toEqual(VALUE);
      expect((await write).txId).toBe(2n);
      expect(client.connection.serverUuid).toBe(again.uuid);
    },
  );

  it('tells nothing false about writes under way', async () => {
    const server = await start();
    const port = portOf(server);
    const client = await connect(server.address, { timeoutMs: 15_000 });
    await client.set(KEY, VALUE);
    const outcomes = new Map<string, 'committed' | 'unknown' | 'failed'>();
    let stop = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !stop && count < 400; count++) {
        const name = `w${writer}-${count}`;
        try {
          await client.set(utf8(name), VALUE);
          outcomes.set(name, 'committed');
        } catch (error) {
          outcomes.set(
            name,
            error instanceof ImmuError && error.code === 'UNKNOWN_OUTCOME' ? 'unknown' : 'failed',
          );
        }
      }
    });
    await sleep(300);
    await server.kill();
    await start({ dir: server.dir, port });
    await sleep(500);
    stop = true;
    await Promise.all(writers);

    const counts = { committed: 0, unknown: 0, failed: 0 };
    for (const [name, outcome] of outcomes) {
      counts[outcome]++;
      const history = await client.history(utf8(name));
      if (outcome === 'committed') expect(history.length, name).toBe(1);
      if (outcome === 'failed') expect(history.length, name).toBe(0);
      expect(history.length, name).toBeLessThanOrEqual(1);
    }
    expect(counts.committed).toBeGreaterThan(16);
    expect(counts.unknown).toBeGreaterThan(0);
    expect(counts.failed).toBe(0);
  }, 40_000);

  it('is told apart from one that stays away', async () => {
    const server = await start();
    const client = await connect(server.address, { timeoutMs: 800 });
    await server.kill();
    const began = performance.now();
    const error = await rejection(client.get(KEY));
    expect(error).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(error.message).toContain(server.address);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe('a server that is not there', () => {
  it('is told at once, with its address', async () => {
    const probe = createServer();
    await once(probe.listen(0, '127.0.0.1'), 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const began = performance.now();
    const error = await rejection(openConnection(`immudb://127.0.0.1:${port}`));
    expect(error).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(error.message).toContain(`cannot reach immudb at 127.0.0.1:${port}: connect ECONNREFUSED`);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is told by its IPv6 address too', async () => {
    const error = await rejection(openConnection('immudb://[::1]:9'));
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    // Refused, or no route where the machine has no IPv6: but taken for an address, not for a name to look up.
    expect(error.message).toMatch(/cannot reach immudb at \[::1\]:9: connect E[A-Z]+ ::1:9/);
  });

  it('is told where a host has no address', async () => {
    const options = { host: 'no-such-host.invalid', user: 'a', password: 'b', plaintext: true };
    const error = await rejection(openConnection(options));
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(error.message).toContain('no-such-host.invalid:3322');
  });

  it('is told where something else answers', async () => {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const error = await rejection(openConnection({ host: '127.0.0.1', port, timeoutMs: 3_000 }));
    expect(['UNREACHABLE', 'DEADLINE_EXCEEDED']).toContain(error.code);
    other.close();
  });

  it('is told in time where nobody ever answers', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const error = await rejection(openConnection({ host: '127.0.0.1', port, timeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
    silent.close();
  });
});

describeReal('giving up', (shared) => {
  it('by signal ends a read, and a write whose fate is then open', async () => {
    const client = await connect(shared.address);
    for (const call of [
      (signal: AbortSignal) => client.get(KEY, { signal }),
      (signal: AbortSignal) => client.set(KEY, VALUE, { signal }),
    ]) {
      const caller = new AbortController();
      const failed = rejection(call(caller.signal));
      caller.abort(new Error('enough'));
      const error = await failed;
      expect(error).toMatchObject({ code: 'ABORTED' });
      expect(error.cause).toEqual(new Error('enough'));
    }
    expect((await client.health()).healthy).toBe(true);
  });

  it('by deadline', async () => {
    const client = await connect(shared.address);
    expect(await rejection(client.get(KEY, { timeoutMs: 0.001 }))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    // A write of 20 MB cannot be done in 5 ms; whether it was, only looking tells.
    const large = client.set(utf8('large'), new Uint8Array(20_000_000), { timeoutMs: 5 });
    expect(['UNKNOWN_OUTCOME', 'DEADLINE_EXCEEDED']).toContain((await rejection(large)).code);
  });
});

describeReal('a program', (shared) => {
  it.each([
    ['that closes its client', 'await connection.close();'],
    ['that forgets to', ''],
  ])('%s ends', async (_, last) => {
    const source = `
      import { openConnection } from '${new URL('../../src/client/connection.ts', import.meta.url).href}';
      import { setAll } from '${new URL('../../src/client/plain-writes.ts', import.meta.url).href}';
      const connection = await openConnection('immudb://${shared.address}');
      const { txId } = await setAll(connection, [{ key: Uint8Array.of(7), value: Uint8Array.of(7) }]);
      console.log(txId > 0n);
      ${last}`;
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      timeout: 15_000,
    });
    expect(stdout.trim()).toBe('true');
  });
});

describeReal('secrets', (shared) => {
  it('are nowhere in what a client prints, works or fails', async () => {
    const canary = 'kanarienvogel';
    const failed = await rejection(
      openConnection({ url: `immudb://${shared.address}`, user: 'immudb', password: canary }),
    );
    const client = await connect(shared.address, { user: 'immudb', password: 'immudb' });
    const session = client.connection.session.useHeaders()?.sessionid ?? '';
    expect(session.length).toBeGreaterThan(20);
    const missing = await rejection(client.tx(1_000_000_000n));
    const printed = [failed, client, client.connection, missing].flatMap((thing) => [
      inspect(thing, { depth: 12, showHidden: true }),
      JSON.stringify(thing, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ]);
    for (const text of printed) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(session);
    }
  });
});
