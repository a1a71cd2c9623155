// Where the name of a request ends: what is around the server, what is loaded later, and what is no name.
import { Controller, Inject, Param, Post, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Ledger } from 'immurepo';
import {
  type FromRequest,
  getLedgerToken,
  ImmurepoModule,
  provideExceptionFilter,
  provideProvenance,
} from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LedgerEvents } from '../../src/repository/ledger-events.js';
import { ask, builder, KeptLog, serve } from './served.js';
import { Order, Orders } from './shop.js';

@Controller('orders')
class OrdersController {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Post(':id')
  async place(@Param('id') id: string) {
    await this.orders.place(id);
  }
}

interface Asking {
  readonly headers: Record<string, string | undefined>;
}

const parts = (actor: FromRequest<Asking>, ...controllers: Type[]) => ({
  imports: [ImmurepoTestingModule.forRoot({ requireActor: true }), ImmurepoModule.forFeature([Orders])],
  controllers: [OrdersController, ...controllers],
  providers: [provideProvenance({ actor }), provideExceptionFilter()],
});
const byHeader = ({ headers }: Asking) => headers['x-person'];
const post = (url: string, headers: Record<string, string> = {}) => ask(url, { method: 'POST', headers });

it('a request is not made in the name of the work that started the server', async () => {
  const app = (await builder(parts(byHeader)).compile()).createNestApplication();
  onTestFinished(() => app.close());
  await app.init();
  const orders = app.get(Orders);
  await app.get(Ledger).as({ actor: 'system', reason: 'seed' }, async () => {
    await orders.place('seed');
    await app.listen(0, '127.0.0.1');
  });
  const url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  expect(await post(`${url}/orders/1`)).toMatchObject({ status: 401, body: { code: 'ACTOR_REQUIRED' } });
  expect((await post(`${url}/orders/2`, { 'x-person': 'ada' })).status).toBe(201);
  expect(await orders.history('2')).toMatchObject([{ actor: 'ada', reason: undefined }]);
  expect(await orders.history('seed')).toMatchObject([{ actor: 'system', reason: 'seed' }]);
});

it('a ledger of a module that is loaded later is told too', async () => {
  const late: Ledger[] = [];
  @Controller('late')
  class LateController {
    @Post(':id')
    async place(@Param('id') id: string) {
      for (const ledger of late) await ledger.repository(Orders).place(id);
    }
  }
  const { app, url } = await serve(parts(byHeader, LateController));
  const module = ImmurepoTestingModule.forRoot({ name: 'late', entities: [Order], requireActor: true });
  const loaded = await app.get(LazyModuleLoader).load(() => module);
  late.push(loaded.get(getLedgerToken('late'), { strict: false }));
  expect((await post(`${url}/late/1`, { 'x-person': 'ada' })).status).toBe(201);
  expect(await late[0]!.repository(Orders).history('1')).toMatchObject([{ actor: 'ada' }]);
});

describe('an actor', () => {
  const answeredTo = async (actor: () => unknown) => {
    const { url, log, app } = await serve(parts(actor as FromRequest<Asking>));
    const { status, body } = await post(`${url}/orders/1`);
    expect(await app.get(Orders).exists('1')).toBe(false);
    return { status, body, logged: log.lines.join() };
  };

  it.each([
    ['undefined', undefined],
    ['null', null],
  ])('that is %s is nobody', async (_, actor) => {
    expect(await answeredTo(() => actor)).toMatchObject({ status: 401, body: { code: 'ACTOR_REQUIRED' } });
  });

  it('that is empty is unsound', async () => {
    expect((await answeredTo(() => '')).status).toBe(400);
  });

  it.each([
    ['a number', () => 7, /actor must return a text, .* type number/],
    ['a promise', () => Promise.resolve('ada'), /actor must return a text, .* a promise/],
    ['a promise that fails', () => Promise.reject(new Error('no')), /actor must return a text, .* a promise/],
  ])('that is %s is a mistake of the application, and no fault of the caller', async (_, actor, said) => {
    const { status, body, logged } = await answeredTo(actor);
    expect([status, body.message]).toEqual([500, 'Internal server error']);
    expect(logged).toMatch(said);
  });
});

describe('a closed application', () => {
  it('listens to no ledger that lives on', async () => {
    let listening = 0;
    const { ledger: shared } = await serve({ imports: [ImmurepoTestingModule.forRoot()] });
    const on = shared.on.bind(shared);
    shared.on = <Name extends keyof LedgerEvents>(
      name: Name,
      listener: (event: LedgerEvents[Name]) => void,
    ) => {
      listening++;
      const stop = on(name, listener);
      return () => {
        listening--;
        stop();
      };
    };
    const app = await builder({ imports: [ImmurepoTestingModule.forRoot()] }, new KeptLog())
      .overrideProvider(getLedgerToken())
      .useValue(shared)
      .compile();
    await app.init();
    expect(listening).toBe(2);
    await app.close();
    expect(listening).toBe(0);
    expect(shared.client.closed).toBe(false);
  });
});
