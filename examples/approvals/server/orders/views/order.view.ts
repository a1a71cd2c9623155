// What the API tells of an order in a list.

import { ApiProperty } from '@nestjs/swagger';
import { evidenceOf } from 'immurepo';
import { CURRENCY } from '../money.js';
import { ORDER_STATUSES, type OrderStatus } from '../order-status.js';
import type { PurchaseOrder } from '../purchase-order.js';

/** An order that was proven. */
export class OrderSummaryView {
  @ApiProperty({ example: 'PO-000123' }) readonly number: string;
  @ApiProperty({ example: 'Canon' }) readonly supplier: string;
  @ApiProperty({ example: 'ada' }) readonly requester: string;
  @ApiProperty({ example: 'office' }) readonly costCentre: string;
  @ApiProperty({ enum: ORDER_STATUSES }) readonly status: OrderStatus;
  @ApiProperty({ example: '1234.50' }) readonly total: string;
  @ApiProperty({ example: CURRENCY }) readonly currency: string;
  @ApiProperty({
    format: 'date-time',
    description: 'When its revision was committed, by the clock of the ledger’s server.',
  })
  readonly updatedAt: string;
  @ApiProperty({ example: false }) readonly tampered: boolean;

  constructor(order: PurchaseOrder) {
    this.number = order.number;
    this.supplier = order.supplier;
    this.requester = order.requester;
    this.costCentre = order.costCentre;
    this.status = order.status;
    this.total = order.total.toString();
    this.currency = CURRENCY;
    this.updatedAt = evidenceOf(order).committedAt.toISOString();
    this.tampered = false;
  }
}

export class ProblemView {
  @ApiProperty({ example: 'BINDING_MISMATCH' }) readonly code: string;
  @ApiProperty() readonly message: string;

  constructor(code: string, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** An order that could not be proven: nothing that the ledger now says of it is shown. */
export class TamperedOrderView {
  @ApiProperty({ example: 'PO-000124' }) readonly number: string;
  @ApiProperty({ example: true }) readonly tampered: boolean = true;
  @ApiProperty() readonly problem: ProblemView;

  constructor(number: string, code: string) {
    this.number = number;
    this.problem = new ProblemView(code, NOT_WHAT_WAS_COMMITTED);
  }
}

const NOT_WHAT_WAS_COMMITTED =
  'What the ledger now says of this order is not what was committed. Nothing of it is shown.';
