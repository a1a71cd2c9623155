// Canaries: a password, a passphrase, a private key, the id of a session and a token are given to a ledger that is opened,
// used, and fails in every way it can. Nothing it hands out, throws, tells its listeners or prints may hold one of them.
import * as diagnostics from 'node:diagnostics_channel';
import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceOf, openLedger } from 'immurepo';
import { utf8 } from '../../src/bytes.js';
import { connect, type ConnectOptions } from '../../src/client/connect.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import { openEngine, type Engine } from '../../src/engine/engine.js';
import { serveEngine, type LedgerService, type ServedEngine } from '../../src/engine/index.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { Account } from '../repository/entities.js';
import { certificateAuthority } from '../support/certificates.js';
import { shown } from '../support/shown.js';
import { rejection } from './fake-transport.js';

const PASSWORD = 'kanarienvogel-1A!';
const PASSPHRASE = 'stieglitz-2B!';
const WRONG = 'zeisig-3C!';
/** No secret between client and server, and nothing that those who watch may see. */
const STORED = 'rotkehlchen-4D!';
const authority = certificateAuthority();
const server = authority.issue({ names: ['localhost', '127.0.0.1'] });
const { cert, key, encryptedKey } = authority.issue();
const encrypted = encryptedKey(PASSPHRASE);

const CHANNELS = [
  'immurepo:event',
  ...['start', 'asyncEnd', 'error'].flatMap((end) => [
    `tracing:immurepo:call:${end}`,
    `tracing:immurepo:operation:${end}`,
  ]),
];

/** What the server gave out, and nobody else may see. */
const issued = new Set<string>();
/** What was printed while this file ran. */
const printed: string[] = [];
/** What those who watch were told while this file ran: by log, channels, spans. */
const observed: unknown[] = [];
const spans = new InMemorySpanExporter();

/** Lines of a PEM: a piece of a key is a secret too. */
const linesOf = (pem: string) =>
  pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));

function assertNone(what: string, root: unknown): void {
  const canaries = [PASSWORD, PASSPHRASE, WRONG, ...linesOf(key), ...linesOf(encrypted), ...issued];
  for (const text of shown(root)) {
    const found = canaries.find((canary) => text.includes(canary));
    expect(found, `in ${what}`).toBeUndefined();
  }
}

/** A service that remembers by what its callers prove who they are. */
function watched(service: LedgerService): LedgerService {
  const note = ({ sessionid, authorization }: Readonly<Record<string, string>>) => {
    for (const secret of [sessionid, authorization]) if (secret !== undefined) issued.add(secret);
  };
  return {
    uuid: service.uuid,
    unary: (call, request) => {
      note(call.headers);
      return service.unary(call, request);
    },
    stream: (call, requests) => service.stream(call, requests),
  };
}

interface Running {
  readonly engine: Engine;
  readonly served: ServedEngine;
}

async function start(port = 0): Promise<Running> {
  const engine = await openEngine({ user: 'immudb', password: PASSWORD, databases: ['bank', 'other'] });
  const tls = { key: server.key, certificate: server.cert, clientAuthority: authority.cert };
  return { engine, served: await serveEngine(watched(engine.service), { port, tls }) };
}

async function stop({ engine, served }: Running): Promise<void> {
  await served.close();
  await engine.close();
}

let running: Running;
let options: ConnectOptions;
const restore: (() => void)[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const spy = vi.spyOn(stream, 'write').mockImplementation((text, ...more) => {
      printed.push(String(text));
      return (write as (...given: unknown[]) => boolean)(text, ...more);
    });
    restore.push(() => {
      spy.mockRestore();
    });
  }
  const warned = (warning: Error) => printed.push(warning.stack ?? warning.message);
  process.on('warning', warned);
  restore.push(() => process.off('warning', warned));
  for (const name of CHANNELS) {
    const listen = (message: unknown) => observed.push(message);
    diagnostics.subscribe(name, listen);
    restore.push(() => diagnostics.unsubscribe(name, listen));
  }
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  restore.push(() => {
    trace.disable();
  });
  const log = (line: string, fields: object) => observed.push(line, fields);
  running = await start();
  options = {
    logger: { debug: log, info: log, warn: log, error: log },
    url: `immudbs://${running.served.address}/bank`,
    user: 'immudb',
    password: PASSWORD,
    tls: { ca: authority.cert, cert, key: encrypted, passphrase: PASSPHRASE },
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'secrets' },
    timeoutMs: 3_000,
  };
});
afterAll(async () => {
  restore.forEach((undo) => {
    undo();
  });
  await stop(running);
});

/** Does some work with a client, and gives everything it handed out. */
async function use(client: ImmuClient): Promise<unknown[]> {
  const entry = { key: utf8('key'), value: utf8(STORED) };
  const out: unknown[] = [client, client.connection, client.connection.options, client.connection.session];
  out.push(
    await client.verifiedSet([entry]),
    await client.verifiedGet(entry.key),
    await client.verifiedHistory(entry.key),
  );
  out.push(
    await client.currentState(),
    await client.health(),
    await client.serverInfo(),
    await client.listDatabases(),
  );
  out.push(await client.useDatabase('other'));
  return out;
}

describe('no secret is in', () => {
  it('a client, nor in what it hands out', async () => {
    for (const authentication of ['session', 'token'] as const) {
      const client = await connect({ ...options, authentication });
      const events: unknown[] = [];
      for (const name of ['trust-initialised', 'latched', 'tampered'] as const)
        client.on(name, (event) => events.push(event));
      const out = await use(client);
      expect(issued.size).toBeGreaterThan(0);
      assertNone(`a client (${authentication})`, [out, events]);
      await client.close();
      assertNone(`a closed client (${authentication})`, client);
    }
    expect(issued.size).toBeGreaterThan(2);
  });

  it('a ledger, its entities and their evidence', async () => {
    const ledger = await openLedger({ ...options, entities: [Account] });
    const accounts = ledger.repository(Account);
    const saved = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 1n }));
    const history = await accounts.history(saved.id);
    assertNone('a ledger', [ledger, accounts, saved, evidenceOf(saved), history]);
    await ledger.close();
  });

  it.each<[string, () => ConnectOptions]>([
    ['a wrong password', () => ({ ...options, password: WRONG })],
    [
      'a password in a URL',
      () => ({ ...options, url: `immudbs://a:${PASSWORD}@h:99999`, user: undefined!, password: undefined! }),
    ],
    [
      'a password given twice',
      () => ({ ...options, url: `immudbs://a:${PASSWORD}@${running.served.address}` }),
    ],
    ['a database that is not there', () => ({ ...options, url: `immudbs://${running.served.address}/none` })],
    ['another authority', () => ({ ...options, tls: { ...tlsOf(), ca: certificateAuthority().cert } })],
    ['another name', () => ({ ...options, tls: { ...tlsOf(), serverName: 'other' } })],
    ['no certificate', () => ({ ...options, tls: { ca: authority.cert } })],
    ['a wrong passphrase', () => ({ ...options, tls: { ...tlsOf(), passphrase: WRONG } })],
    ['a key of another', () => ({ ...options, tls: { ...tlsOf(), cert: server.cert } })],
    ['a key that is cut off', () => ({ ...options, tls: { ...tlsOf(), key: encrypted.slice(0, 200) } })],
    ['a key for an authority', () => ({ ...options, tls: { ...tlsOf(), ca: key } })],
    ['a key for the name of a file', () => ({ ...options, tls: { ...tlsOf(), key: linesOf(key)[0]! } })],
    ['an option nobody knows', () => ({ ...options, [PASSWORD.slice(0, 3)]: PASSWORD })],
    ['plaintext', () => ({ ...options, url: `immudb://${running.served.address}/bank`, tls: false })],
    ['nobody there', () => ({ ...options, url: 'immudbs://127.0.0.1:9/bank' })],
    ['no time', () => ({ ...options, timeoutMs: 1 })],
  ])('the error for %s', async (what, given) => {
    assertNone(what, await rejection(connect(given())));
  });

  it('the errors of a client whose server goes away, comes back as another, and of one that was closed', async () => {
    const events: unknown[] = [];
    const client = await connect({
      ...options,
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'gone' },
    });
    client.on('tampered', (event) => events.push(event));
    await use(client);
    const get = () => client.verifiedGet(utf8('key'), { timeoutMs: 1_000 });
    const set = () => client.verifiedSet([{ key: utf8('key'), value: utf8('other') }], { timeoutMs: 1_000 });
    const errors = [
      await rejection(client.verifiedGet(utf8('key'), { signal: AbortSignal.abort(new Error('no')) })),
    ];
    const port = Number(running.served.address.split(':').pop());
    await stop(running);
    errors.push(await rejection(get()), await rejection(set()));
    running = await start(port);
    errors.push(await rejection(client.verifiedGet(utf8('key'), { timeoutMs: 10_000 })));
    await client.close();
    errors.push(await rejection(get()));
    expect(errors.map(({ code }) => code)).toEqual([
      'ABORTED',
      'UNREACHABLE',
      expect.stringMatching(/^(UNREACHABLE|UNKNOWN_OUTCOME)$/),
      'SERVER_IDENTITY_CHANGED',
      'CLOSED',
    ]);
    assertNone('errors', [errors, events]);
  });

  it('anything those who watch were told, nor is what was stored', () => {
    const finished = spans.getFinishedSpans();
    expect(finished.length).toBeGreaterThan(20);
    expect(observed.length).toBeGreaterThan(50);
    const told = [
      observed,
      finished.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    ];
    assertNone('log, channels and spans', told);
    for (const text of shown(told)) expect(text.includes(STORED)).toBe(false);
  });

  it('anything that was printed', () => {
    assertNone('the output', printed);
  });
});

function tlsOf(): object {
  return options.tls as object;
}
