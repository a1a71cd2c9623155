// Calls of many messages, on a transport that is a few functions, on the engine in this process and on a real server.
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { callStream, type StreamServiceCallOptions } from '../../src/client/call-stream.js';
import { openConnection, type Connection } from '../../src/client/connection.js';
import { LocalTransport } from '../../src/client/local-transport.js';
import { openEngine } from '../../src/engine/engine.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal } from '../support/describe-real.js';
import { connectFake, failures, FakeTransport, rejection } from './fake-transport.js';

const { streamGet, streamSet } = ImmuServiceDefinition.methods;
const KEY_REQUEST = { key: utf8('k'), atTx: 0n, sinceTx: 0n, noWait: false, atRevision: 0n };

const frame = (text: string) => {
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length));
  bytes.set(utf8(text), 8);
  return { content: bytes, metadata: new Map<string, Uint8Array>() };
};

async function readAll(connection: Connection, options: Partial<StreamServiceCallOptions> = {}) {
  const chunks = [];
  for await (const chunk of callStream(connection, streamGet, [KEY_REQUEST], { kind: 'read', ...options }))
    chunks.push(chunk);
  return Buffer.concat(chunks.map(({ content }) => content)).toString('latin1');
}

async function write(
  connection: Connection,
  requests: AsyncIterable<ReturnType<typeof frame>> | Iterable<ReturnType<typeof frame>>,
  options: Partial<StreamServiceCallOptions> = {},
) {
  for await (const header of callStream(connection, streamSet, requests, { kind: 'write', ...options }))
    return header;
  throw new Error('no answer');
}

const open: Connection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});
const keep = (connection: Connection) => {
  open.push(connection);
  return connection;
};

describe('a stream over a transport', () => {
  it('that reads begins again with a new session, and when the server was not reached', async () => {
    const transport = new FakeTransport();
    const connection = keep(await connectFake(transport));
    transport.on('streamGet', (_, count) => {
      if (count === 1) throw failures.text(3, 'no session found', { code: '22023' });
      if (count === 2) throw failures.dropped();
      return [frame('k'), frame('v')];
    });
    expect(await readAll(connection)).toContain('k');
    expect(transport.callsOf('OpenSession')).toHaveLength(2);
    expect(transport.callsOf('streamGet')).toHaveLength(3);
  });

  it('that reads does not begin again once a message came', async () => {
    const transport = new FakeTransport();
    const connection = keep(await connectFake(transport));
    transport.on('streamGet', async function* () {
      yield await Promise.resolve(frame('k'));
      throw failures.dropped();
    });
    expect(await rejection(readAll(connection))).toMatchObject({ code: 'UNREACHABLE' });
    expect(transport.callsOf('streamGet')).toHaveLength(1);
  });

  it('that writes is sent once, and its outcome is unknown when the answer is lost', async () => {
    const transport = new FakeTransport();
    const connection = keep(await connectFake(transport));
    transport.on('streamSet', () => {
      throw failures.dropped();
    });
    expect(await rejection(write(connection, [frame('k'), frame('v')]))).toMatchObject({
      code: 'UNKNOWN_OUTCOME',
    });
    expect(transport.callsOf('streamSet')).toHaveLength(1);
    // Asked before, so that what is sent once meets a session that is there.
    expect(transport.callsOf('KeepAlive')).toHaveLength(1);
  });

  it('ends when the server is silent for too long, the time of the program left out', async () => {
    const transport = new FakeTransport();
    const connection = keep(await connectFake(transport));
    const aborted: boolean[] = [];
    transport.on('streamGet', async function* ({ signal }: { signal: AbortSignal }) {
      yield await Promise.resolve(frame('k'));
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      aborted.push(signal.aborted);
      throw failures.text(1, 'cancelled');
    } as never);
    let reached = 0;
    const reading = (async () => {
      const options = { kind: 'read', timeoutMs: 50 } as const;
      for await (const _ of callStream(connection, streamGet, [KEY_REQUEST], options)) {
        reached++;
        await setTimeout(120);
      }
    })();
    expect(await rejection(reading)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect([reached, aborted]).toEqual([1, [true]]);
  });
});

const suites: readonly [name: string, connect: () => Promise<Connection>][] = [
  [
    'the engine in this process',
    async () => {
      const engine = await openEngine({ databases: ['ledger'] });
      const transport = new LocalTransport(engine.service, { address: 'here', close: () => engine.close() });
      return openConnection({ ...engine.ownCredentials, database: 'ledger' }, { transport });
    },
  ],
];

function streams(connect: () => Promise<Connection>): void {
  it('writes and reads', async () => {
    const connection = keep(await connect());
    const header = await write(connection, [frame('k'), frame('value')]);
    expect(header.nentries).toBe(1);
    expect(await readAll(connection)).toBe('\0\0\0\0\0\0\0\x01k\0\0\0\0\0\0\0\x05value');
  });

  it('commits nothing where the source fails, and fails with what the source failed with', async () => {
    const connection = keep(await connect());
    const failing = (async function* () {
      // Not even a whole key: what a server makes of a value that is cut off is the business of streams/.
      yield await Promise.resolve({ content: frame('f').content.subarray(0, 8), metadata: new Map() });
      throw new Error('the disk is gone');
    })();
    expect((await rejection(write(connection, failing))).message).toBe('the disk is gone');
    const request = { ...KEY_REQUEST, key: utf8('f') };
    const reading = (async () => {
      for await (const _ of callStream(connection, streamGet, [request], { kind: 'read' }));
    })();
    expect(await rejection(reading)).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('ends when the caller aborts', async () => {
    const connection = keep(await connect());
    const controller = new AbortController();
    const endless = (async function* () {
      yield await Promise.resolve(frame('e'));
      controller.abort(new Error('enough'));
      await setTimeout(20);
      yield frame('value');
    })();
    expect(await rejection(write(connection, endless, { signal: controller.signal }))).toMatchObject({
      code: 'ABORTED',
    });
  });
}

describe.each(suites)('a stream on %s', (_, connect) => {
  streams(connect);
});

describeReal('a stream on a real server', (server) => {
  streams(() => openConnection(`immudb://${server.address}/defaultdb`));
});
