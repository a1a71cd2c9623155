// Guide of README.md: ledgers in a Nest application.
import 'reflect-metadata';
import { Controller, Get, Logger, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Entity, Id, Index, type IndexProps, Property, Repository } from 'immurepo';
import {
  ImmurepoModule,
  InjectRepository,
  LedgerHealth,
  provideExceptionFilter,
  provideProvenance,
} from 'immurepo/nest';

@Entity({ name: 'order' })
class Order {
  declare [IndexProps]?: 'number';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) number!: string;
  @Property() total!: number;
}

class Orders extends Repository<Order> {
  static readonly entity = Order;

  byNumber(number: string) {
    return this.findOneBy({ number });
  }
}

@Controller('orders')
class OrdersController {
  // With `emitDecoratorMetadata`, the type alone will do: constructor(private readonly orders: Orders) {}
  constructor(@InjectRepository(Orders) private readonly orders: Orders) {}

  @Post(':number/:total')
  place(@Param('number') number: string, @Param('total') total: string) {
    return this.orders.insert(this.orders.create({ number, total: Number(total) }));
  }

  @Get(':number/history')
  async history(@Param('number') number: string) {
    const order = await this.orders.byNumber(number);
    return order === undefined
      ? []
      : (await this.orders.history(order.id)).map(({ actor, reason }) => ({ actor, reason }));
  }
}

@Module({ imports: [ImmurepoModule.forFeature([Orders])], controllers: [OrdersController] })
class OrdersModule {}

@Module({
  imports: [ImmurepoModule.forRoot({ path: './ledger', requireActor: true }), OrdersModule],
  providers: [
    // Who is asking is for your sign-in to find out: here a header has to do.
    provideProvenance({
      actor: (request: { headers: Record<string, string> }) => request.headers['x-person'],
    }),
    provideExceptionFilter(),
  ],
})
class AppModule {}

Logger.overrideLogger(false); // for this guide
const app = await NestFactory.create(AppModule);
app.enableShutdownHooks(); // a signal lets what is under way end, then closes the ledger
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();

const headers = { 'x-person': 'ada', 'x-reason': encodeURIComponent('für das Lager') };
const placed = await fetch(`${url}/orders/A-1/250`, { method: 'POST', headers });
console.log(placed.status); // → 201
console.log(await (await fetch(`${url}/orders/A-1/history`)).json()); // → [ { actor: 'ada', reason: 'für das Lager' } ]

const again = await fetch(`${url}/orders/A-1/250`, { method: 'POST', headers });
const refused = (await again.json()) as { code: string };
console.log(again.status, refused.code); // → 409 UNIQUE_VIOLATION
const nobody = await fetch(`${url}/orders/A-2/10`, { method: 'POST' });
console.log(nobody.status); // → 401

console.log((await app.get(LedgerHealth).check()).status); // → up
await app.close();
