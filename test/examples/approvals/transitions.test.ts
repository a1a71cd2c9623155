// Every action by every person on an order in every status, against a table written by hand.
import { describe, expect, it } from 'vitest';
import { Money } from '../../../examples/approvals/server/orders/money.js';
import { ORDER_STATUSES, type OrderStatus } from '../../../examples/approvals/server/orders/order-status.js';
import {
  type Action,
  ACTIONS,
  actionsOf,
  refusalOf,
  ruleOf,
} from '../../../examples/approvals/server/orders/transitions.js';
import { PEOPLE, type Person, personOf } from '../../../examples/approvals/server/people/people.js';

/** Ada's order: who may do what with it, by its status. Whatever is not here is refused. */
const MAY: Readonly<Record<OrderStatus, Readonly<Record<string, readonly Action[]>>>> = {
  draft: { ada: ['edit', 'submit'] },
  submitted: { cleo: ['approve', 'reject'], dev: ['approve', 'reject'] },
  approved: { eva: ['pay'] },
  rejected: { ada: ['revise'] },
  paid: {},
};

const order = (status: OrderStatus, total = '100.00', requester = 'ada') => ({
  status,
  requester,
  total: Money.parse(total),
});

describe('who may do what', () => {
  const cases = ORDER_STATUSES.flatMap((status) =>
    PEOPLE.map((person) => ({ status, person, id: person.id })),
  );

  it.each(cases)('$id with an order that is $status', ({ status, person }) => {
    const allowed = MAY[status][person.id] ?? [];
    expect(actionsOf(order(status), person)).toEqual(allowed);
    for (const action of ACTIONS)
      expect(refusalOf(action, order(status), person) === undefined, action).toBe(allowed.includes(action));
  });

  it('lets nobody do anything who is not known', () => {
    for (const status of ORDER_STATUSES) expect(actionsOf(order(status), undefined)).toEqual([]);
  });

  it('keeps an approver to the limit, to the cent, and lets the director go beyond it', () => {
    expect(refusalOf('approve', order('submitted', '5000.00'), known('cleo'))).toBeUndefined();
    expect(refusalOf('approve', order('submitted', '5000.01'), known('cleo'))).toEqual({
      kind: 'forbidden',
      message:
        'Cleo Haas may not approve this order: 5,000.01 EUR is more than the limit of 5,000.00 EUR. Dev Rao may.',
    });
    expect(refusalOf('approve', order('submitted', '5000.01'), known('dev'))).toBeUndefined();
    expect(refusalOf('reject', order('submitted', '5000.01'), known('cleo'))).toBeUndefined();
  });

  it('lets nobody decide on what they asked for, whatever their roles', () => {
    const both: Person = { id: 'gus', name: 'Gus Kern', roles: ['requester', 'director'] };
    for (const action of ['approve', 'reject'] as const)
      expect(refusalOf(action, order('submitted', '1.00', 'gus'), both)).toMatchObject({
        kind: 'forbidden',
        message: expect.stringContaining('nobody decides on what they asked for') as string,
      });
    expect(refusalOf('approve', order('submitted', '1.00', 'ada'), both)).toBeUndefined();
  });
});

describe('what is said', () => {
  it('tells who may, before it tells that it is too late', () => {
    expect(refusalOf('pay', order('paid'), known('ada'))).toEqual({
      kind: 'forbidden',
      message: 'Ada Park may not pay this order: that is not for requesters to do. Eva Lind may.',
    });
    expect(refusalOf('pay', order('paid'), known('eva'))).toEqual({
      kind: 'conflict',
      message: 'This order is paid, and only one that is approved can be paid.',
    });
    expect(refusalOf('submit', order('draft'), known('ben'))?.message).toBe(
      'Ben Okafor may not submit this order: somebody else asked for it. Ada Park may.',
    );
  });

  it('describes every action for the API', () => {
    expect(ruleOf('approve')).toBe(
      'A person with the role approver or director, but not its requester may do this while the order is submitted; it is ' +
        'approved then. Its amount is reserved in the budget of its cost centre.',
    );
    expect(ruleOf('reject')).toContain('A reason must be given.');
    for (const action of ACTIONS) expect(ruleOf(action)).toMatch(/ may do this while the order is /);
  });
});

function known(id: string): Person {
  return personOf(id)!;
}
