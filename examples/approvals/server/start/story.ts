// What people did with some of the first orders, by the rules that hold for everybody. The same every time.

import { Injectable } from '@nestjs/common';
import { evidenceOf, Ledger, type Verified } from 'immurepo';
import { type Random, randomFrom } from '../../tools/random.js';
import { Conflict } from '../http/conflict.js';
import { OrderDesk, type Request } from '../orders/order-desk.js';
import type { PurchaseOrder } from '../orders/purchase-order.js';
import { PurchaseOrders } from '../orders/purchase-orders.js';
import type { Action } from '../orders/transitions.js';
import { type Person, personOf } from '../people/people.js';
import type { Progress } from './progress.js';

const CHAPTERS: readonly (readonly Action[])[] = [
  ['submit'],
  ['submit', 'approve'],
  ['submit', 'approve'],
  ['submit', 'approve', 'pay'],
  ['submit', 'approve', 'pay'],
  ['submit', 'reject'],
  ['edit', 'submit', 'approve'],
  ['submit', 'reject', 'revise', 'edit', 'submit', 'approve', 'pay'],
  ['submit', 'reject', 'revise', 'edit', 'submit'],
];

const REASONS: Readonly<Record<Action, readonly string[]>> = {
  edit: ['One less will do', 'Quantity corrected', 'After talking to the supplier'],
  submit: ['Needed by the end of the month', 'Please look at this soon', 'As discussed'],
  approve: ['Within the plan', 'Agreed', 'Checked against two other offers'],
  reject: ['We have several of these already', 'Too many at once', 'Please ask for another offer'],
  pay: ['Invoice checked', 'Goods received'],
  revise: ['With fewer pieces', 'Once more, with less'],
};

const ORDERS = 72;
/** One in so many orders is in it. */
const STEP = 7;
const SEED = 11;

@Injectable()
export class Story {
  constructor(
    private readonly ledger: Ledger,
    private readonly orders: PurchaseOrders,
    private readonly desk: OrderDesk,
  ) {}

  async play(progress: Progress): Promise<void> {
    const chosen = await this.orders.search({ status: 'draft' }, ORDERS * STEP);
    const untouched = chosen.filter(
      (order, index) => index % STEP === 0 && evidenceOf(order).revision === 1n,
    );
    const random = randomFrom(SEED);
    for (const [index, order] of untouched.entries()) {
      await this.#chapter(order, random, `story-${String(index + 1)}`);
      progress('Deciding', index + 1, untouched.length);
    }
  }

  async #chapter(begun: Verified<PurchaseOrder>, random: Random, correlationId: string): Promise<void> {
    let order = begun;
    for (const action of random.pick(CHAPTERS)) {
      const person = whoDoes(action, order, random);
      const provenance = { actor: person.id, reason: random.pick(REASONS[action]), correlationId };
      const request = { number: order.number, revision: evidenceOf(order).revision, person };
      try {
        order = await this.ledger.as(provenance, () => this.#act(action, order, request));
      } catch (error) {
        // A budget that is used up ends it.
        if (error instanceof Conflict && error.code === 'BUDGET_EXCEEDED') return;
        throw error;
      }
    }
  }

  #act(action: Action, order: PurchaseOrder, request: Request): Promise<Verified<PurchaseOrder>> {
    if (action !== 'edit') return this.desk.perform(action, request);
    const lines = order.lines.map(({ product, quantity, unitPrice }, index) => ({
      product,
      quantity: index === 0 ? Math.max(1, quantity - 1) : quantity,
      unitPrice,
    }));
    return this.desk.edit(request, { lines, note: 'Changed after a talk.' });
  }
}

const [CLEO, DEV, EVA] = [known('cleo'), known('dev'), known('eva')];

function whoDoes(action: Action, { requester, total }: PurchaseOrder, random: Random): Person {
  if (action === 'pay') return EVA;
  if (action !== 'approve' && action !== 'reject') return known(requester);
  const isForCleo = CLEO.limit !== undefined && !total.isMoreThan(CLEO.limit);
  return isForCleo && random.below(4) > 0 ? CLEO : DEV;
}

function known(id: string): Person {
  const person = personOf(id);
  if (person === undefined) throw new RangeError(`Nobody here is called ${id}.`);
  return person;
}
