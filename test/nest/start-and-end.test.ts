// From the first attempt to open a ledger until the last write is answered.
import { Controller, Inject, type OnModuleInit, Post } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ImmuError, Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import { openEngine, serveEngine } from 'immurepo/engine';
import { ImmurepoModule } from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { retryRules, retrying } from '../../src/nest/retry.js';
import { startExample } from '../examples/run-example.js';
import { ask, builder, KeptLog, serve, temporaryPath } from './served.js';
import { Order, Orders } from './shop.js';

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A ledger on that port, tried quickly. */
const at = (port: number, password = 'immudb') => ({
  url: `immudb://immudb:${password}@127.0.0.1:${port}/defaultdb`,
  plaintext: true,
  timeoutMs: 500,
  trust: { firstUse: true as const, store: new MemoryTrustStore() },
});
const quick = { attempts: 100, delayMs: 20, maxDelayMs: 100 };

async function serveLedger(port: number): Promise<void> {
  const engine = await openEngine({});
  const served = await serveEngine(engine.service, { port });
  onTestFinished(async () => {
    await served.close();
    await engine.close();
  });
}
/** A promise, and what settles it. */
function promised<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a server that is not there yet', () => {
  it('is waited for, and the log says so without a password', async () => {
    const port = await freePort();
    const log = new KeptLog();
    const starting = builder(
      {
        imports: [ImmurepoModule.forRoot({ ...at(port), retry: quick }), ImmurepoModule.forFeature([Orders])],
      },
      log,
    ).compile();
    await expect.poll(() => log.lines.length, { timeout: 10_000 }).toBeGreaterThan(1);
    await serveLedger(port);
    const app = await starting;
    onTestFinished(() => app.close());
    await app.get(Orders).place('1');
    expect(log.lines[0]).toMatch(
      /^warn The ledger could not be opened \(\w+\), and is tried again in 0\.0 s, 2 of 100 times: .*127\.0\.0\.1/,
    );
    expect(log.lines.join()).not.toContain('immudb:immudb');
  });

  it('is waited for only so often', async () => {
    const log = new KeptLog();
    const retry = { ...quick, attempts: 3 };
    const parts = {
      imports: [ImmurepoModule.forRoot({ ...at(await freePort()), retry, entities: [Order] })],
    };
    expect(await failureOf(builder(parts, log).compile())).toMatchObject({ retryable: true });
    expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });

  it('is not waited for by who does not want that', async () => {
    const log = new KeptLog();
    const parts = { imports: [ImmurepoModule.forRoot({ ...at(await freePort()), retry: false })] };
    expect(await failureOf(builder(parts, log).compile())).toMatchObject({ retryable: true });
    expect(log.lines).toEqual([]);
  });

  it('is waited for no longer when the application ends', async () => {
    const { app } = await serve({ imports: [ImmurepoTestingModule.forRoot()] });
    const retry = { ...quick, delayMs: 60_000, maxDelayMs: 60_000 };
    const late = ImmurepoModule.forRoot({ ...at(await freePort()), name: 'late', retry });
    const loading = failureOf(app.get(LazyModuleLoader).load(() => late));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    await app.close();
    expect(await loading).toMatchObject({ code: 'CLOSED' });
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});

it('an application goes on where a module that is loaded later has no ledger', async () => {
  const { app, ledger } = await serve({ imports: [ImmurepoTestingModule.forRoot({ entities: [Order] })] });
  const late = ImmurepoModule.forRoot({ ...at(await freePort()), name: 'late', retry: false });
  expect(await failureOf(app.get(LazyModuleLoader).load(() => late))).toMatchObject({ code: 'UNREACHABLE' });
  expect(await ledger.repository(Orders).place('1')).toBeInstanceOf(Order);
});

it('an application closes its ledger, whatever is loaded later under the same name', async () => {
  const path = await temporaryPath();
  const app = await builder({ imports: [ImmurepoModule.forRoot({ path, entities: [Order] })] }).compile();
  await app.init();
  const second = ImmurepoModule.forRoot({ path: join(await temporaryPath(), 'second') });
  expect(await failureOf(app.get(LazyModuleLoader).load(() => second))).toBeInstanceOf(TypeError);
  await app.close();
  // Which is locked as long as it is open.
  await using ledger = await openLedger({ path, entities: [Order] });
  expect(ledger.client.closed).toBe(false);
});

describe('a start that fails', () => {
  it('is not tried again where that would not help', async () => {
    const port = await freePort();
    await serveLedger(port);
    const log = new KeptLog();
    const options = { ...at(port, 'wrong'), retry: quick };
    const failure = await failureOf(builder({ imports: [ImmurepoModule.forRoot(options)] }, log).compile());
    expect(failure).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(log.lines).toEqual([]);
  });

  /** Keeps the default ledger, and tells when it is open. */
  const keeping = () => {
    const { promise: kept, resolve } = promised<Ledger>();
    return { kept, provider: { provide: 'kept', useFactory: resolve, inject: [Ledger] } };
  };
  const wrong = (useFactory: () => Promise<never>) =>
    ImmurepoModule.forRootAsync({ name: 'wrong', useFactory });
  const unset = new Error('LEDGER_URL is not set');

  it('closes the ledgers that were opened, and gives up those that were not yet', async () => {
    const { kept, provider } = keeping();
    const retry = { ...quick, delayMs: 60_000, maxDelayMs: 60_000 };
    const imports = [
      ImmurepoModule.forRoot({ path: await temporaryPath() }),
      ImmurepoModule.forRoot({ ...at(await freePort()), name: 'away', retry }),
      wrong(() => kept.then(() => Promise.reject(unset))),
    ];
    expect(await failureOf(builder({ imports, providers: [provider] }).compile())).toBe(unset);
    const ledger = await kept;
    await expect.poll(() => ledger.client.closed, { timeout: 10_000 }).toBe(true);
  });

  it('opens none that was not begun with', async () => {
    const path = join(await temporaryPath(), 'never');
    const { promise: failed, resolve: fail } = promised<undefined>();
    const imports = [
      ImmurepoModule.forRootAsync({ useFactory: () => failed.then(() => ({ path })) }),
      wrong(() => Promise.reject(unset)),
    ];
    expect(await failureOf(builder({ imports }).compile())).toBe(unset);
    fail(undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  it('closes the ledger with the application, where a module could not be initialised', async () => {
    class Faulty implements OnModuleInit {
      onModuleInit() {
        throw new Error('not today');
      }
    }
    const app = await builder({ imports: [ImmurepoTestingModule.forRoot()], providers: [Faulty] }).compile();
    await expect(app.init()).rejects.toThrow('not today');
    const ledger = app.get(Ledger);
    await app.close();
    expect(ledger.client.closed).toBe(true);
  });
});

describe('the end of an application', () => {
  it('waits for a save under way, which is committed and answered', async () => {
    const { promise: wasAsked, resolve: asked } = promised<undefined>();
    @Controller()
    class SlowController {
      constructor(
        @Inject(Orders) private readonly orders: Orders,
        @Inject(Ledger) private readonly ledger: Ledger,
      ) {}
      @Post()
      async place() {
        asked(undefined);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const { id } = await this.orders.place('slow');
        return { id, open: !this.ledger.client.closed };
      }
    }
    const parts = {
      imports: [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Orders])],
      controllers: [SlowController],
    };
    const { app, ledger, url } = await serve(parts);
    const answer = ask(url, { method: 'POST' });
    await wasAsked;
    const closing = app.close();
    expect(await answer).toMatchObject({ status: 201, body: { id: 'slow', open: true } });
    await closing;
    expect(ledger.client.closed).toBe(true);
  });

  it('waits for writes that no request waits for', async () => {
    const path = await temporaryPath();
    const app = await builder({
      imports: [ImmurepoModule.forRoot({ path }), ImmurepoModule.forFeature([Orders])],
    }).compile();
    const writes = Array.from({ length: 20 }, (_, index) => app.get(Orders).place(String(index)));
    const settled = Promise.allSettled(writes);
    await app.close();
    const told = (await settled).map(({ status }) => status === 'fulfilled');
    // Each is told the truth: what was promised is there, the rest was refused.
    await using ledger = await openLedger({ path, entities: [Order] });
    for (const [index, committed] of told.entries())
      expect(await ledger.repository(Order).exists(String(index))).toBe(committed);
  });

  it('by SIGTERM, answers what was asked, and leaves a whole ledger', async () => {
    const path = await temporaryPath();
    const program = join(import.meta.dirname, 'sigterm-program.ts');
    const { child, outcome } = startExample(program, [], { LEDGER_PATH: path, NO_COLOR: '1' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const answer = ask(`http://127.0.0.1:${String(port).trim()}/`, { method: 'POST' });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await answer).body).toEqual({ placed: true });
    expect((await outcome).stderr).toBe('');
    expect(child.signalCode).toBe('SIGTERM');
    await using ledger = await openLedger({ path, entities: [Order] });
    expect(await ledger.repository(Order).exists('slow')).toBe(true);
  }, 60_000);
});

describe('retry', () => {
  const never = new AbortController().signal;
  const away = new ImmuError('UNREACHABLE', 'away', { retryable: true });

  it('has defaults, and says what is wrong', () => {
    expect(retryRules(undefined)).toEqual({ attempts: 10, delayMs: 500, maxDelayMs: 10_000 });
    expect(retryRules({ attempts: 3 }).delayMs).toBe(500);
    expect(retryRules(false).attempts).toBe(1);
    for (const wrong of [
      { attempts: 0 },
      { attempts: 1.5 },
      { delayMs: -1 },
      { maxDelayMs: '1' },
      { other: 1 },
      null,
    ])
      expect(() => retryRules(wrong as never)).toThrow(TypeError);
  });

  it('waits twice as long each time, up to a limit, by chance down to the half of it', async () => {
    const pauses: number[] = [];
    const failing = retrying(
      () => Promise.reject(away),
      { attempts: 6, delayMs: 4, maxDelayMs: 20 },
      never,
      ({ nextInMs }) => pauses.push(nextInMs),
    );
    await expect(failing).rejects.toBe(away);
    expect(pauses).toHaveLength(5);
    for (const [index, full] of [4, 8, 16, 20, 20].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(full / 2);
      expect(pauses[index]).toBeLessThanOrEqual(full);
    }
  });

  it('is of no use for what fails for good', async () => {
    for (const error of [new ImmuError('INVALID_CREDENTIALS', 'no'), new TypeError('no')])
      await expect(
        retrying(
          () => Promise.reject(error),
          retryRules(undefined),
          never,
          () => expect.unreachable(),
        ),
      ).rejects.toBe(error);
  });
});
