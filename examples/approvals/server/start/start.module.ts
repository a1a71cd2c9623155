import { Module } from '@nestjs/common';
import { ImmurepoModule } from 'immurepo/nest';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { ImportsModule } from '../imports/imports.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { ExampleOrders } from './example-orders.js';
import { Milestone } from './milestone.js';
import { Story } from './story.js';

@Module({
  imports: [ImmurepoModule.forFeature([Milestone]), BudgetsModule, ImportsModule, OrdersModule],
  providers: [ExampleOrders, Story],
})
export class StartModule {}
