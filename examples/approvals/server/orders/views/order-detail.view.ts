// What the API tells of one order: all of it, what proves it, and what the person who asks may do with it.

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { evidenceOf } from 'immurepo';
import type { Budget } from '../../budgets/budget.js';
import { BudgetView } from '../../budgets/budget.view.js';
import type { OrderLine, PurchaseOrder } from '../purchase-order.js';
import { type Action, ACTIONS } from '../transitions.js';
import { OrderSummaryView } from './order.view.js';
import { VerificationView } from './verification.view.js';

export class OrderLineView {
  @ApiProperty() readonly product: string;
  @ApiProperty({ example: 2 }) readonly quantity: number;
  @ApiProperty({ example: '617.25' }) readonly unitPrice: string;
  @ApiProperty({ example: '1234.50' }) readonly total: string;

  constructor({ product, quantity, unitPrice, total }: OrderLine) {
    this.product = product;
    this.quantity = quantity;
    this.unitPrice = unitPrice.toString();
    this.total = total.toString();
  }
}

export class WholeOrderView extends OrderSummaryView {
  @ApiProperty({ type: [OrderLineView] }) readonly lines: readonly OrderLineView[];
  @ApiPropertyOptional() readonly note?: string;
  @ApiProperty({ example: '3', description: 'To be given with whatever is to be done next.' })
  readonly revision: string;

  constructor(order: PurchaseOrder) {
    super(order);
    this.lines = order.lines.map((line) => new OrderLineView(line));
    if (order.note !== undefined) this.note = order.note;
    this.revision = evidenceOf(order).revision.toString();
  }
}

export class OrderDetailView {
  @ApiProperty() readonly order: WholeOrderView;
  @ApiProperty() readonly verification: VerificationView;
  @ApiProperty({ enum: ACTIONS, isArray: true, description: 'What the person who asks may do now.' })
  readonly actions: readonly Action[];
  @ApiPropertyOptional() readonly budget?: BudgetView;

  constructor(order: PurchaseOrder, actions: readonly Action[], budget: Budget | undefined) {
    this.order = new WholeOrderView(order);
    this.verification = new VerificationView(order);
    this.actions = actions;
    if (budget !== undefined) this.budget = new BudgetView(budget);
  }
}
