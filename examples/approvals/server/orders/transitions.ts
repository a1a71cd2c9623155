// What may be done with an order: by whom, from which status, and to what it leads. The page's buttons, the refusals and the
// description of the API all come from this one table.

import { inWords, peopleWith, type Person, type Role } from '../people/people.js';
import type { Money } from './money.js';
import type { OrderStatus } from './order-status.js';

export const ACTIONS = ['edit', 'submit', 'approve', 'reject', 'pay', 'revise'] as const;

export type Action = (typeof ACTIONS)[number];

/** What the table looks at in an order. */
export interface OrderInQuestion {
  readonly status: OrderStatus;
  readonly requester: string;
  readonly total: Money;
}

/** What an action does to the money of the order's cost centre. */
export type MoneyEffect = 'reserve' | 'spend' | 'none';

export interface Transition {
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  readonly roles: readonly Role[];
  /** `requester`: only who asked for it. `others`: anybody with the role, but not who asked for it. */
  readonly by: 'requester' | 'others' | 'anybody';
  readonly money: MoneyEffect;
  readonly needsReason: boolean;
  /** As it stands in sentences: "may submit it". */
  readonly verb: string;
}

const APPROVERS: readonly Role[] = ['approver', 'director'];

const NOTHING_ELSE = { money: 'none', needsReason: false } as const;

export const TRANSITIONS: Readonly<Record<Action, Transition>> = {
  edit: { from: 'draft', to: 'draft', roles: ['requester'], by: 'requester', verb: 'change', ...NOTHING_ELSE },
  submit: { from: 'draft', to: 'submitted', roles: ['requester'], by: 'requester', verb: 'submit', ...NOTHING_ELSE },
  approve: { from: 'submitted', to: 'approved', roles: APPROVERS, by: 'others', verb: 'approve', money: 'reserve', needsReason: false },
  reject: { from: 'submitted', to: 'rejected', roles: APPROVERS, by: 'others', verb: 'reject', money: 'none', needsReason: true },
  pay: { from: 'approved', to: 'paid', roles: ['treasurer'], by: 'anybody', verb: 'pay', money: 'spend', needsReason: false },
  revise: { from: 'rejected', to: 'draft', roles: ['requester'], by: 'requester', verb: 'revise', ...NOTHING_ELSE },
}; // prettier-ignore

/** Why somebody may not do something. */
export interface Refusal {
  /** `forbidden`: others may. `conflict`: nobody may, as the order is now. */
  readonly kind: 'forbidden' | 'conflict';
  readonly message: string;
}

/** @returns undefined if the person may do it with the order as it is */
export function refusalOf(action: Action, order: OrderInQuestion, person: Person): Refusal | undefined {
  const transition = TRANSITIONS[action];
  const forbidden = (why: string): Refusal => ({
    kind: 'forbidden',
    message: `${person.name} may not ${transition.verb} this order: ${why} ${whoMay(action, order)}`,
  });
  if (!person.roles.some((role) => transition.roles.includes(role)))
    return forbidden(`that is not for ${person.roles.join(', ')}s to do.`);
  const isRequester = person.id === order.requester;
  if (transition.by === 'requester' && !isRequester) return forbidden('somebody else asked for it.');
  if (transition.by === 'others' && isRequester) return forbidden('nobody decides on what they asked for.');
  if (transition.money === 'reserve' && person.limit && order.total.isMoreThan(person.limit))
    return forbidden(`${order.total.forPeople()} is more than the limit of ${person.limit.forPeople()}.`);
  if (order.status === transition.from) return undefined;
  return {
    kind: 'conflict',
    message: `This order is ${described(order.status)}, and only one that is ${described(transition.from)} can be ${PAST[action]}.`,
  };
}

/** What somebody may do with an order as it is now. */
export function actionsOf(order: OrderInQuestion, person: Person | undefined): Action[] {
  if (person === undefined) return [];
  return ACTIONS.filter((action) => refusalOf(action, order, person) === undefined);
}

/** The rule of an action, for the description of the API. */
export function ruleOf(action: Action): string {
  const { from, to, roles, by, money, needsReason } = TRANSITIONS[action];
  const who = {
    requester: 'The requester of the order',
    others: `A person with the role ${roles.join(' or ')}, but not its requester`,
    anybody: `A person with the role ${roles.join(' or ')}`,
  }[by];
  return [
    `${who} may do this while the order is ${described(from)}; it is ${described(to)} then.`,
    money === 'reserve' ? 'Its amount is reserved in the budget of its cost centre.' : '',
    money === 'spend' ? 'A payment is made, and the reserved amount is spent.' : '',
    needsReason ? 'A reason must be given.' : '',
  ].filter(Boolean).join(' '); // prettier-ignore
}

const PAST: Readonly<Record<Action, string>> = {
  edit: 'changed',
  submit: 'submitted',
  approve: 'approved',
  reject: 'rejected',
  pay: 'paid',
  revise: 'revised',
};

function described(status: OrderStatus): string {
  return status === 'draft' ? 'a draft' : status;
}

function whoMay(action: Action, { requester, total }: OrderInQuestion): string {
  const { roles, by, money } = TRANSITIONS[action];
  const able = peopleWith(roles).filter(
    ({ id, limit }) =>
      (by === 'anybody' || (id === requester) === (by === 'requester')) &&
      !(money === 'reserve' && limit && total.isMoreThan(limit)),
  );
  return able.length === 0 ? 'Nobody may.' : `${inWords(able)} may.`;
}
