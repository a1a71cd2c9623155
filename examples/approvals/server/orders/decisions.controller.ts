// What changes orders, over HTTP.

import { Body, Controller, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiForbiddenResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'; // prettier-ignore
import type { Verified } from 'immurepo';
import { Asking, PERSON_HEADER } from '../people/asking.js';
import type { Person } from '../people/people.js';
import { OrderDesk } from './order-desk.js';
import { OrderReader } from './order-reader.js';
import type { PurchaseOrder } from './purchase-order.js';
import { DecisionRequest, ExplainedDecisionRequest } from './requests/decision.request.js';
import { EditOrderRequest } from './requests/edit-order.request.js';
import { OrderContentRequest } from './requests/order-content.request.js';
import { OrderNumberParam } from './requests/order-number.param.js';
import { type Action, actionsOf, ruleOf } from './transitions.js';
import { OrderDetailView } from './views/order-detail.view.js';

@ApiTags('decisions')
@ApiHeader({ name: PERSON_HEADER, required: true, example: 'ada', description: 'Who is asking.' })
@ApiForbiddenResponse({ description: 'It is for others to do; the message says for whom.' })
@ApiConflictResponse({
  description: 'The order is at another revision or status, or its budget does not have that much.',
})
@Controller('api/orders')
export class DecisionsController {
  constructor(
    private readonly desk: OrderDesk,
    private readonly reader: OrderReader,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Makes a draft.' })
  @ApiCreatedResponse({ type: OrderDetailView })
  async draft(@Body() content: OrderContentRequest, @Asking() person: Person): Promise<OrderDetailView> {
    return this.#answer(await this.desk.draft(content, person), person);
  }

  @Patch(':number')
  @ApiOperation({ summary: 'Changes a draft.', description: ruleOf('edit') })
  @ApiOkResponse({ type: OrderDetailView })
  async edit(
    @Param() { number }: OrderNumberParam,
    @Body() { revision, ...content }: EditOrderRequest,
    @Asking() person: Person,
  ): Promise<OrderDetailView> {
    const request = { number, revision: BigInt(revision), person };
    return this.#answer(await this.desk.edit(request, content), person);
  }

  @Post(':number/submit')
  @HttpCode(200)
  @ApiOperation({ summary: 'Asks for approval.', description: ruleOf('submit') })
  @ApiOkResponse({ type: OrderDetailView })
  submit(@Param() { number }: OrderNumberParam, @Body() decision: DecisionRequest, @Asking() person: Person) {
    return this.#decide('submit', number, decision, person);
  }

  @Post(':number/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approves an order.', description: ruleOf('approve') })
  @ApiOkResponse({ type: OrderDetailView })
  approve(
    @Param() { number }: OrderNumberParam,
    @Body() decision: DecisionRequest,
    @Asking() person: Person,
  ) {
    return this.#decide('approve', number, decision, person);
  }

  @Post(':number/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Rejects an order.', description: ruleOf('reject') })
  @ApiOkResponse({ type: OrderDetailView })
  reject(
    @Param() { number }: OrderNumberParam,
    @Body() decision: ExplainedDecisionRequest,
    @Asking() person: Person,
  ) {
    return this.#decide('reject', number, decision, person);
  }

  @Post(':number/pay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pays an order.', description: ruleOf('pay') })
  @ApiOkResponse({ type: OrderDetailView })
  pay(@Param() { number }: OrderNumberParam, @Body() decision: DecisionRequest, @Asking() person: Person) {
    return this.#decide('pay', number, decision, person);
  }

  @Post(':number/revise')
  @HttpCode(200)
  @ApiOperation({ summary: 'Makes a rejected order a draft again.', description: ruleOf('revise') })
  @ApiOkResponse({ type: OrderDetailView })
  revise(@Param() { number }: OrderNumberParam, @Body() decision: DecisionRequest, @Asking() person: Person) {
    return this.#decide('revise', number, decision, person);
  }

  async #decide(
    action: Exclude<Action, 'edit'>,
    number: string,
    { revision, reason }: Pick<DecisionRequest, 'revision' | 'reason'>,
    person: Person,
  ): Promise<OrderDetailView> {
    const request = { number, revision: BigInt(revision), reason, person };
    return this.#answer(await this.desk.perform(action, request), person);
  }

  async #answer(saved: Verified<PurchaseOrder>, person: Person): Promise<OrderDetailView> {
    const { order, budget } = await this.reader.withBudget(saved);
    return new OrderDetailView(order, actionsOf(order, person), budget);
  }
}
