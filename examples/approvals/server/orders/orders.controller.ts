// Purchase orders over HTTP. What is done is done by others; here stand the routes, who is asking, and what is answered.

import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Ledger } from 'immurepo';
import { asJson } from '../ledger/formats.js';
import { StateView } from '../ledger/state.view.js';
import { Asking } from '../people/asking.js';
import type { Person } from '../people/people.js';
import { OrderList } from './order-list.js';
import { OrderReader } from './order-reader.js';
import { ListOrdersQuery } from './requests/list-orders.query.js';
import { MomentQuery } from './requests/moment.query.js';
import { OrderNumberParam } from './requests/order-number.param.js';
import { PathQuery } from './requests/path.query.js';
import { actionsOf } from './transitions.js';
import { OrderDetailView } from './views/order-detail.view.js';
import { OrderPageView } from './views/order-page.view.js';
import { TimelineView } from './views/timeline.view.js';

@ApiTags('orders')
@Controller('api/orders')
export class OrdersController {
  constructor(
    private readonly ledger: Ledger,
    private readonly list: OrderList,
    private readonly reader: OrderReader,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'A page of orders, each of them proven. One that cannot be proven is there by its number only.',
  })
  @ApiOkResponse({ type: OrderPageView })
  async page(@Query() query: ListOrdersQuery): Promise<OrderPageView> {
    const page = await this.list.page(query);
    return new OrderPageView(page, new StateView(await this.ledger.client.trustedState()));
  }

  @Get(':number')
  @ApiOperation({ summary: 'An order, and what proves it.' })
  @ApiOkResponse({ type: OrderDetailView })
  async read(
    @Param() { number }: OrderNumberParam,
    @Query() { asOf }: MomentQuery,
    @Asking() person: Person | undefined,
  ): Promise<OrderDetailView> {
    const { order, budget } = await this.reader.read(number, asOf);
    // Nothing can be done in the past.
    return new OrderDetailView(order, asOf ? [] : actionsOf(order, person), budget);
  }

  @Get(':number/timeline')
  @ApiOperation({ summary: 'All that happened to an order: who, what, why and when, each revision proven.' })
  @ApiOkResponse({ type: TimelineView })
  async timeline(@Param() { number }: OrderNumberParam): Promise<TimelineView> {
    return new TimelineView(number, await this.reader.timeline(number));
  }

  @Get(':number/path')
  @ApiOperation({
    summary: 'Every hash from the stored bytes of a revision of an order to the trusted state.',
  })
  @ApiOkResponse({
    description:
      'The Merkle path, and storedValue, the bytes it begins with: bytes as hex, 64-bit numbers as decimal texts.',
  })
  async path(@Param() { number }: OrderNumberParam, @Query() { revision }: PathQuery): Promise<unknown> {
    const path = await this.reader.path(number, BigInt(revision));
    return { number, revision, ...(asJson(path) as object) };
  }
}
