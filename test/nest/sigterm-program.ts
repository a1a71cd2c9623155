// An application whose handler takes its time: it is told to end in the middle of it. First its port, then what it logs.
import { Controller, Inject, Logger, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ImmurepoModule } from 'immurepo/nest';
import type { AddressInfo, Server } from 'node:net';
import { Order, Orders } from './shop.js';

@Controller()
class OrdersController {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Post()
  async place() {
    console.log('asked');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await this.orders.place('slow');
    return { placed: true };
  }
}
@Module({
  imports: [
    ImmurepoModule.forRoot({ path: process.env.LEDGER_PATH! }),
    ImmurepoModule.forFeature([Order, Orders]),
  ],
  controllers: [OrdersController],
})
class AppModule {}

Logger.overrideLogger(['error']);
const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(((app.getHttpServer() as Server).address() as AddressInfo).port);
