// A small Nest application as its users write them: injected by the types of constructors, which the compiler emits.
import { Body, Controller, Get, Injectable, Module, Param, Put } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Entity, evidenceOf, Id, Ledger, Property, Repository } from 'immurepo';
import { ImmurepoModule, InjectRepository, provideExceptionFilter, provideProvenance } from 'immurepo/nest';
import { ImmurepoHealthIndicator } from 'immurepo/nest/health';

@Entity<Order>({
  name: 'order',
  validate: ({ quantity }) => (quantity > 0 ? [] : [{ message: 'must be positive', path: ['quantity'] }]),
})
export class Order {
  @Id() id!: string;
  @Property() quantity!: number;
}

@Entity({ name: 'shelf' })
export class Shelf {
  @Id() id!: string;
  @Property() free!: number;
}

export class Orders extends Repository<Order> {
  static readonly entity = Order;

  place(id: string, quantity: number) {
    return this.insert(this.create({ id, quantity }));
  }
}

@Injectable()
export class Shop {
  constructor(
    private readonly orders: Orders,
    private readonly ledger: Ledger,
    @InjectRepository(Shelf) private readonly shelves: Repository<Shelf>,
  ) {}

  async order(id: string, quantity: number) {
    const order = await this.orders.place(id, quantity);
    await this.shelves.upsert({ id: 'A', free: 10 - quantity });
    return { id: order.id, txId: String(evidenceOf(order).txId), database: this.ledger.database };
  }

  find(id: string) {
    return this.orders.findOrFail(id);
  }

  async said(id: string) {
    return (await this.orders.history(id)).map(({ actor, reason }) => ({ actor, reason }));
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly shop: Shop) {}

  @Put(':id')
  put(@Param('id') id: string, @Body() { quantity }: { quantity: number }) {
    return this.shop.order(id, quantity);
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.shop.find(id);
  }

  @Get(':id/history')
  history(@Param('id') id: string) {
    return this.shop.said(id);
  }
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly ledger: ImmurepoHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.ledger.isHealthy('ledger')]);
  }
}

/** What a test takes as it is, on a ledger of its own. */
@Module({
  imports: [ImmurepoModule.forFeature([Orders, Shelf]), TerminusModule],
  controllers: [OrdersController, HealthController],
  providers: [
    Shop,
    ImmurepoHealthIndicator,
    provideProvenance({
      actor: (request: { headers: Record<string, string> }) => request.headers['x-person'],
    }),
    provideExceptionFilter(),
  ],
})
export class ShopModule {}
