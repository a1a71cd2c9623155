import { Module } from '@nestjs/common';
import { ImmurepoModule } from 'immurepo/nest';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { Payment } from '../payments/payment.js';
import { DecisionsController } from './decisions.controller.js';
import { OrderCounter } from './order-counter.js';
import { OrderDesk } from './order-desk.js';
import { OrderList } from './order-list.js';
import { OrderNumbers } from './order-numbers.js';
import { OrderReader } from './order-reader.js';
import { OrderRounds } from './order-rounds.js';
import { OrdersController } from './orders.controller.js';
import { PastOrders } from './past-orders.js';
import { PurchaseOrders } from './purchase-orders.js';
import { RegisterModule } from './register.module.js';

@Module({
  imports: [
    ImmurepoModule.forFeature([PurchaseOrders, OrderCounter, Payment]),
    BudgetsModule,
    RegisterModule,
  ],
  controllers: [OrdersController, DecisionsController],
  providers: [OrderDesk, OrderNumbers, OrderList, OrderReader, PastOrders, OrderRounds],
  exports: [ImmurepoModule, OrderDesk, OrderNumbers],
})
export class OrdersModule {}
