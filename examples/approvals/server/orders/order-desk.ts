// Everything that changes orders. Whoever is asking was let in before; what they may do with an order is decided here, within
// the transaction that does it.

import { ForbiddenException, Injectable } from '@nestjs/common';
import { ConflictError, evidenceOf, Ledger, type Transaction, type Verified } from 'immurepo';
import { moveMoney } from '../budgets/move-money.js';
import { Turns } from '../budgets/turns.js';
import { Conflict } from '../http/conflict.js';
import type { Person } from '../people/people.js';
import type { Money } from './money.js';
import { OrderNumbers } from './order-numbers.js';
import { OrderLine, type PurchaseOrder } from './purchase-order.js';
import { PurchaseOrders } from './purchase-orders.js';
import { type Action, refusalOf, TRANSITIONS } from './transitions.js';

/** What an order is about. */
export interface OrderContent {
  readonly supplier: string;
  readonly costCentre: string;
  readonly note?: string | undefined;
  readonly lines: readonly {
    readonly product: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
}

/** What is to be done with an order, as its reader saw it. */
export interface Request {
  readonly number: string;
  /** The revision that was looked at. */
  readonly revision: bigint;
  readonly person: Person;
  readonly reason?: string | undefined;
}

/** How often one is done anew because others were first: many approve from the same few budgets. */
const ATTEMPTS = 50;

@Injectable()
export class OrderDesk {
  readonly #turns = new Turns();

  constructor(
    private readonly ledger: Ledger,
    private readonly orders: PurchaseOrders,
    private readonly numbers: OrderNumbers,
  ) {}

  /** Makes a draft. @throws ForbiddenException · Conflict NO_NUMBERS_LEFT */
  async draft(content: OrderContent, requester: Person): Promise<Verified<PurchaseOrder>> {
    if (!requester.roles.includes('requester'))
      throw new ForbiddenException(`${requester.name} may not ask for anything to be bought.`);
    for (;;) {
      const number = await this.numbers.take();
      try {
        return await this.orders.insert(
          this.orders.create({ ...content, lines: linesOf(content.lines), number, requester: requester.id }),
        );
      } catch (error) {
        // An import may bring orders with numbers that were about to be given out.
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  }

  /** Changes what a draft is about. @throws ForbiddenException, Conflict · ImmuError NOT_FOUND */
  edit(request: Request, content: Partial<OrderContent>): Promise<Verified<PurchaseOrder>> {
    const { lines, ...rest } = content;
    const patch = lines === undefined ? rest : { ...rest, lines: linesOf(lines) };
    return this.#change('edit', request, (orders, order) => orders.update(order.number, patch));
  }

  /**
   * Takes an order on to its next status, with what that means for the budget. All of it happens or nothing does, and only if
   * nobody changed the order or the budget meanwhile.
   *
   * @throws ForbiddenException, Conflict · ImmuError NOT_FOUND
   */
  perform(action: Exclude<Action, 'edit'>, request: Request): Promise<Verified<PurchaseOrder>> {
    const { to, money } = TRANSITIONS[action];
    const perform = () =>
      this.#change(action, request, async (orders, order, tx) => {
        await moveMoney(tx, money, order);
        order.status = to;
        return orders.save(order);
      });
    return money === 'none' ? perform() : this.#inTurn(request.number, perform);
  }

  /** There are few budgets. Those who change the same one would mostly be too late, and be done again. */
  async #inTurn<Result>(number: string, work: () => Promise<Result>): Promise<Result> {
    const { costCentre } = await this.orders.findOrFail(number);
    return this.#turns.take(costCentre, work);
  }

  #change(
    action: Action,
    { number, revision, person, reason }: Request,
    change: (
      orders: PurchaseOrders,
      order: PurchaseOrder,
      tx: Transaction,
    ) => Promise<Verified<PurchaseOrder>>,
  ): Promise<Verified<PurchaseOrder>> {
    const work = () =>
      this.ledger.transaction(
        async (tx) => {
          const orders = tx.repository(PurchaseOrders);
          const order = await orders.findOrFail(number);
          assertMay(action, order, person, revision);
          return change(orders, order, tx);
        },
        { attempts: ATTEMPTS },
      );
    return reason === undefined ? work() : this.ledger.as({ reason }, work);
  }
}

/** @throws ForbiddenException · Conflict REVISION_CHANGED, WRONG_STATUS */
function assertMay(action: Action, order: PurchaseOrder, person: Person, revision: bigint): void {
  const refusal = refusalOf(action, order, person);
  if (refusal?.kind === 'forbidden') throw new ForbiddenException(refusal.message);
  const present = evidenceOf(order).revision;
  if (present !== revision)
    throw new Conflict(
      'REVISION_CHANGED',
      `You looked at revision ${String(revision)} of ${order.number}, and it is at revision ${String(present)} by now. ` +
        'Look at it again, and decide anew.',
    );
  if (refusal !== undefined) throw new Conflict('WRONG_STATUS', refusal.message);
}

function linesOf(lines: OrderContent['lines']): OrderLine[] {
  return lines.map((line) => Object.assign(new OrderLine(), line));
}
