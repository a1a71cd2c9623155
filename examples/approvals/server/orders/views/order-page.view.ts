import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { StateView } from '../../ledger/state.view.js';
import type { OrderPage } from '../order-list.js';
import type { Counts } from '../order-register.js';
import { ORDER_STATUSES } from '../order-status.js';
import { OrderSummaryView, TamperedOrderView } from './order.view.js';

const EITHER = [{ $ref: getSchemaPath(OrderSummaryView) }, { $ref: getSchemaPath(TamperedOrderView) }];
const COUNT = { type: 'integer' as const, minimum: 0 };

@ApiExtraModels(OrderSummaryView, TamperedOrderView)
export class OrderPageView {
  @ApiProperty({ type: 'array', items: { oneOf: EITHER } })
  readonly orders: readonly (OrderSummaryView | TamperedOrderView)[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page, as `after`.' })
  readonly next: string | null;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(ORDER_STATUSES.map((status) => [status, COUNT])),
    additionalProperties: false,
  })
  readonly counts: Counts;

  @ApiProperty({ description: 'The trusted state by now.' })
  readonly state: StateView;

  constructor({ orders, next, counts }: OrderPage, state: StateView) {
    this.orders = orders.map((one) =>
      one.order ? new OrderSummaryView(one.order) : new TamperedOrderView(one.number, one.failure.code),
    );
    this.next = next ?? null;
    this.counts = counts;
    this.state = state;
  }
}
