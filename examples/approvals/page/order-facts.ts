// What an order says: its facts, its lines, and the budget it is paid from.
import { h } from './dom.js';
import { amount, grouped, money, moment } from './format.js';
import { nameOf } from './people.js';
import type { Budget, OrderDetail, OrderLine } from './types.js';

/** Who, where, when. @param detail of the order */
export function facts({ order, verification, budget }: OrderDetail): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    fact('Requested by', nameOf(order.requester)),
    fact('Cost centre', budget?.name ?? order.costCentre),
    fact('Last changed', moment(order.updatedAt)),
    fact('Revision', `${order.revision}, in transaction ${grouped(verification.txId)}`),
    typeof order.note === 'string' && order.note !== '' && fact('Note', order.note, 'whole-row'),
  );
}

function fact(name: string, value: string, kind = ''): HTMLElement {
  return h('div', { class: kind }, h('dt', {}, name), h('dd', {}, value));
}

/** What is ordered. @param all its lines @param total their sum @param currency of the amounts */
export function lines(all: readonly OrderLine[], total: string, currency: string): HTMLElement {
  const head = (text: string, kind = '') => h('th', { scope: 'col', class: kind }, text);
  const row = ({ product, quantity, unitPrice, total }: OrderLine) =>
    h(
      'tr',
      {},
      h('td', {}, product),
      h('td', { class: 'number' }, grouped(quantity)),
      h('td', { class: 'number' }, amount(unitPrice)),
      h('td', { class: 'number' }, amount(total)),
    );
  return h(
    'section',
    { 'aria-labelledby': 'lines-title' },
    h('h3', { id: 'lines-title' }, 'What is ordered'),
    h(
      'table',
      { class: 'lines' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head('Product'),
          head('Quantity', 'number'),
          head('Unit price', 'number'),
          head('Total', 'number'),
        ),
      ),
      h('tbody', {}, all.map(row)),
      h(
        'tfoot',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'row', colspan: 3 }, 'Total'),
          h('td', { class: 'number' }, money(total, currency)),
        ),
      ),
    ),
  );
}

/** How much of the budget is left. @param budget of its cost centre */
export function budgetSection({ costCentre, name, limit, reserved, spent }: Budget): HTMLElement {
  const used = Number(reserved) + Number(spent);
  const share = Number(limit) === 0 ? 0 : used / Number(limit);
  return h(
    'section',
    { 'aria-labelledby': 'budget-title' },
    h('h3', { id: 'budget-title' }, `Budget: ${name ?? costCentre}`),
    h('meter', {
      class: 'budget',
      'aria-labelledby': 'budget-title',
      min: 0,
      max: 1,
      value: Math.min(share, 1).toFixed(3),
      high: 0.9,
    }),
    h(
      'p',
      { class: 'note' },
      `€${amount(spent)} spent and €${amount(reserved)} reserved of €${amount(limit)}.`,
    ),
  );
}
