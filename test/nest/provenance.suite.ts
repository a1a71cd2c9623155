// Who asks, why, and in which course of events: from the request into what its handler writes, and into nothing else.
import {
  BadRequestException,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Param,
  Post,
  Sse,
  StreamableFile,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Ledger } from 'immurepo';
import {
  getLedgerToken,
  getRepositoryToken,
  ImmurepoModule,
  InjectRepository,
  provideProvenance,
} from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { concatMap, from, map, mergeMap, type Observable, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { correlationIdOf, headersOf, reasonOf } from '../../src/nest/provenance/header-texts.js';
import { ask, builder, serve, type Served } from './served.js';
import { Orders } from './shop.js';

interface Asking {
  readonly headers: Record<string, string | undefined>;
  person?: string | undefined;
}

/** What a sign-in would be. */
class SignIn implements CanActivate {
  canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<Asking>();
    request.person = request.headers['x-person'];
    return true;
  }
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Post(':id')
  async place(@Param('id') id: string) {
    await pause(Math.random() * 5);
    await this.orders.place(id);
    await pause(Math.random() * 5);
    await this.orders.update(id, { total: 2n });
    return { id };
  }

  @Post(':id/observed')
  observed(@Param('id') id: string): Observable<object> {
    return timer(1).pipe(
      concatMap(() => from([`${id}-1`, `${id}-2`])),
      mergeMap((one) => this.orders.place(one)),
      map(({ id: placed }) => ({ placed })),
    );
  }

  /** Works while the answer is being read. */
  async *#working(id: string) {
    for (const step of [1, 2, 3]) {
      await pause(1);
      await this.orders.place(`${id}-${step}`);
      // More than a socket takes without waiting.
      yield `${'.'.repeat(100_000)}\n`;
    }
  }

  @Get(':id/file')
  file(@Param('id') id: string) {
    return new StreamableFile(Readable.from(this.#working(id), { objectMode: false }));
  }

  @Get(':id/generated')
  generated(@Param('id') id: string) {
    return this.#working(id);
  }

  @Sse(':id/events')
  events(@Param('id') id: string): Observable<object> {
    return from([1, 2]).pipe(
      concatMap((step) => this.orders.place(`${id}-${step}`)),
      map(({ id: placed }) => ({ data: placed })),
    );
  }
}

const withSignIn = provideProvenance({ actor: ({ person }: Asking) => person });
const served = (provenance = withSignIn, ...controllers: Type[]) =>
  serve({
    imports: [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Orders])],
    controllers: [OrdersController, ...controllers],
    providers: [provenance, { provide: APP_GUARD, useClass: SignIn }],
  });
const writtenTo = async ({ app }: Served, id: string) =>
  (await app.get(Orders).history(id)).map(({ actor, reason, correlationId }) => [
    actor,
    reason,
    correlationId,
  ]);

it('is stored with what the handler writes, and the id is sent back', async () => {
  const shop = await served();
  const headers = {
    'x-person': 'ada',
    'x-reason': encodeURIComponent('Grüße, 概要 ✓'),
    'x-request-id': 'r 1',
  };
  const answer = await ask(`${shop.url}/orders/1`, { method: 'POST', headers });
  expect([answer.status, answer.headers.get('x-request-id')]).toEqual([201, 'r 1']);
  const expected = ['ada', 'Grüße, 概要 ✓', 'r 1'];
  expect(await writtenTo(shop, '1')).toEqual([expected, expected]);
});

it('names nobody unasked, and makes an id where there is none', async () => {
  const shop = await served(provideProvenance());
  const answer = await ask(`${shop.url}/orders/1`, {
    method: 'POST',
    headers: { 'x-actor': 'mallory', 'x-person': 'ada' },
  });
  const id = answer.headers.get('x-request-id')!;
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(await writtenTo(shop, '1')).toEqual(Array(2).fill([undefined, undefined, id]));
});

it('never mixes two requests: 200 of them at once', async () => {
  const shop = await served();
  const people = Array.from({ length: 200 }, (_, index) => `person-${index}`);
  const answers = await Promise.all(
    people.map((person, index) =>
      ask(`${shop.url}/orders/${index}`, {
        method: 'POST',
        headers: { 'x-person': person, 'x-reason': `reason-${index}`, 'x-request-id': `request-${index}` },
      }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  for (const [index, person] of people.entries()) {
    expect(answers[index]!.headers.get('x-request-id')).toBe(`request-${index}`);
    expect(await writtenTo(shop, String(index))).toEqual(
      Array(2).fill([person, `reason-${index}`, `request-${index}`]),
    );
  }
});

it.each([
  ['an Observable', 'POST', 'observed', 2],
  ['a stream that is read later', 'GET', 'file', 3],
  ['an async generator', 'GET', 'generated', 3],
  ['server-sent events', 'GET', 'events', 2],
])('reaches what %s does', async (_, method, path, count) => {
  const shop = await served();
  const headers = { 'x-person': 'ada', 'x-request-id': 'r1' };
  expect((await ask(`${shop.url}/orders/1/${path}`, { method, headers })).status).toBeLessThan(300);
  for (let step = 1; step <= count; step++)
    expect(await writtenTo(shop, `1-${step}`)).toEqual([['ada', undefined, 'r1']]);
});

it('reaches each of the ledgers it is for, and no other', async () => {
  @Controller('both')
  class BothController {
    constructor(
      @InjectRepository(Orders) private readonly here: Orders,
      @InjectRepository(Orders, 'archive') private readonly there: Orders,
      @InjectRepository(Orders, 'scratch') private readonly elsewhere: Orders,
    ) {}
    @Post()
    async place() {
      for (const orders of [this.here, this.there, this.elsewhere]) await orders.place('1');
    }
  }
  const shop = await serve({
    imports: [undefined, 'archive', 'scratch'].flatMap((name) => [
      ImmurepoTestingModule.forRoot(name === undefined ? {} : { name }),
      ImmurepoModule.forFeature([Orders], name),
    ]),
    controllers: [BothController],
    providers: [provideProvenance({ actor: () => 'ada', ledgers: ['default', 'archive'] })],
  });
  await ask(`${shop.url}/both`, { method: 'POST' });
  const actors = [undefined, 'archive', 'scratch'].map(async (name) => {
    const orders = shop.app.get<Orders>(getRepositoryToken(Orders, name));
    return (await orders.history('1'))[0]?.actor;
  });
  expect(await Promise.all(actors)).toEqual(['ada', 'ada', undefined]);
  const parts = {
    imports: [ImmurepoTestingModule.forRoot()],
    providers: [provideProvenance({ ledgers: ['archiv'] })],
  };
  const app = await builder(parts).compile();
  await expect(app.init()).rejects.toThrow(/no ledger "archiv" \(it has: "default"\)/);
  await app.close();
});

it('does nothing where a ledger was replaced by a stand-in', async () => {
  const parts = { imports: [ImmurepoTestingModule.forRoot()], providers: [provideProvenance()] };
  const app = await builder(parts).overrideProvider(getLedgerToken()).useValue({}).compile();
  await app.init();
  await app.close();
});

describe('texts that a caller makes up', () => {
  /** Sends bytes as they are, which fetch would refuse to. */
  const raw = (url: string, headers: Record<string, string | string[]>) =>
    new Promise<number>((resolve, reject) => {
      const asked = httpRequest(url, { method: 'POST', headers, insecureHTTPParser: true }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      asked.on('error', reject).end();
    });

  it.each([
    ['a reason that is not encoded', { 'x-reason': Buffer.from('Grüße').toString('latin1') }],
    ['a reason of half a character', { 'x-reason': '%E2%82' }],
    ['a reason of a bare percent sign', { 'x-reason': '100 %' }],
    ['a reason of a lone surrogate', { 'x-reason': '%ED%A0%80' }],
    ['a reason that is too long', { 'x-reason': 'a'.repeat(4097) }],
    ['a reason that is too long when it is decoded', { 'x-reason': '%C3%BC'.repeat(2049) }],
    ['an id that is too long', { 'x-request-id': 'a'.repeat(4097) }],
    ['an id of other characters', { 'x-request-id': 'a\xe4b' }],
    ['an id with a tab', { 'x-request-id': 'a\tb' }],
    ['an actor that is too long', { 'x-person': 'a'.repeat(4097) }],
    ['an actor with a tab', { 'x-person': 'a\tb' }],
    ['a reason with a zero', { 'x-reason': 'a%00b' }],
    ['a reason of two lines', { 'x-reason': 'a%0D%0Ab' }],
    ['a reason with a delete', { 'x-reason': 'a%7Fb' }],
    ['a reason with a control of C1', { 'x-reason': 'a%C2%85b' }],
    ['a reason that is turned around', { 'x-reason': 'a%E2%80%AEb' }],
    ['a reason with an isolate', { 'x-reason': 'a%E2%81%A6b' }],
    ['two reasons', { 'x-reason': ['a', 'b'] }],
    ['two ids', { 'x-request-id': ['a', 'b'] }],
  ])('%s: 400, and nothing is written', async (_, headers) => {
    const shop = await served();
    let commits = 0;
    shop.ledger.on('committed', () => commits++);
    expect(await raw(`${shop.url}/orders/1`, { connection: 'close', ...headers })).toBe(400);
    expect(await shop.app.get(Orders).exists('1')).toBe(false);
    expect(commits).toBe(0);
  });

  it('do no harm to the id of a request that is refused', async () => {
    const shop = await served();
    const headers = { 'x-reason': '%', 'x-request-id': 'r1' };
    const answer = await ask(`${shop.url}/orders/1`, { method: 'POST', headers });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([400, 'r1']);
  });

  it('are told what is wrong with them', async () => {
    const shop = await served();
    const answer = await ask(`${shop.url}/orders/1`, { method: 'POST', headers: { 'x-reason': '%' } });
    expect(answer.body).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('encodeURIComponent(reason)') as string,
    });
  });

  it('are taken from where the application says', async () => {
    const shop = await served(
      provideProvenance({
        reason: (_: Asking, context) => context.getHandler().name,
        correlationId: () => 'идентификатор',
      }),
    );
    const answer = await ask(`${shop.url}/orders/1`, { method: 'POST', headers: { 'x-request-id': 'r1' } });
    expect(decodeURIComponent(answer.headers.get('x-request-id')!)).toBe('идентификатор');
    expect((await writtenTo(shop, '1'))[0]).toEqual([undefined, 'place', 'идентификатор']);
  });
});

describe('headers', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  it('give the trace id where there is no id, and never a malformed one', () => {
    expect(correlationIdOf({ traceparent: `00-${trace}-b7ad6b7169203331-01` })).toBe(trace);
    expect(correlationIdOf({ traceparent: `00-${trace}-b7ad6b7169203331-01`, 'x-request-id': 'r1' })).toBe(
      'r1',
    );
    for (const traceparent of [
      trace,
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
      `00-${trace}-b7ad6b7169203331-0`,
    ])
      expect(correlationIdOf({ traceparent })).toMatch(/^[0-9a-f]{8}-/);
  });

  it('say nothing where they are empty, and are sent once', () => {
    expect(reasonOf({ 'x-reason': '' })).toBeUndefined();
    expect(reasonOf({})).toBeUndefined();
    expect(() => reasonOf({ 'x-reason': ['a', 'b'] })).toThrow(BadRequestException);
    // Joined by Node, told apart by what was sent: of Express, and of Fastify.
    const headers = { 'x-reason': 'a, b', 'x-request-id': 'r1' };
    const rawHeaders = ['X-Reason', 'a', 'Other', 'x-reason', 'x-reason', 'b', 'x-request-id', 'r1'];
    for (const request of [
      { headers, rawHeaders },
      { headers, raw: { rawHeaders } },
    ])
      expect(headersOf(request)).toEqual({ ...headers, 'x-reason': ['X-Reason', 'x-reason'] });
    expect(headersOf({ headers })).toEqual(headers);
    expect(headersOf(undefined)).toEqual({});
  });
});

it('holds for namespaces and tenants of the ledger', async () => {
  @Controller('kin')
  class KinController {
    constructor(@Inject(Ledger) private readonly ledger: Ledger) {}
    @Post()
    async place() {
      const kin = [await this.ledger.namespace('drafts'), await this.ledger.tenant('acme', { create: true })];
      for (const one of kin) await one.repository(Orders).place('1');
      return {
        actors: await Promise.all(
          kin.map(async (one) => (await one.repository(Orders).history('1'))[0]?.actor),
        ),
      };
    }
  }
  const shop = await served(withSignIn, KinController);
  const answer = await ask(`${shop.url}/kin`, { method: 'POST', headers: { 'x-person': 'ada' } });
  expect(answer.body).toEqual({ actors: ['ada', 'ada'] });
});
