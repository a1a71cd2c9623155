// The list of orders: every one of them was checked; one that fails is flagged, and nothing of it is told.
import { raise, withdraw } from './alarm.js';
import { get } from './api.js';
import { announce, fill, h, icon, place } from './dom.js';
import { showSearch, showStatuses } from './filters.js';
import { counted, day, money } from './format.js';
import { askHealth } from './health.js';
import { complaint } from './notice.js';
import { nameOf } from './people.js';
import { here, linkTo } from './navigate.js';
import type { Route } from './route.js';
import { statusPill } from './status-pill.js';
import type { OrderPage, OrderSummary, TamperedOrder } from './types.js';

const PAGE = 25;

let asking: AbortController | undefined;

/** Asks for the orders of the present address and shows them. */
export async function showList(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const route = here();
  showSearch();
  const list = place('orders');
  list.setAttribute('aria-busy', 'true');
  try {
    const page = await get<OrderPage>(`/orders?${queryOf(route)}`, signal);
    if (signal.aborted) return;
    show(page, route);
  } catch (error) {
    if (!signal.aborted)
      fill(
        list,
        complaint(error, () => void showList()),
      );
  }
  if (!signal.aborted) list.removeAttribute('aria-busy');
}

/** Marks the order that is open, without asking again. */
export function markOpen(): void {
  const { view } = here();
  for (const link of document.querySelectorAll<HTMLAnchorElement>('#orders a[data-number]')) {
    const number = link.dataset.number ?? '';
    const isOpen = 'number' in view && view.number === number;
    if (isOpen) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    link.href = linkTo({ view: { kind: 'order', number } });
  }
}

function queryOf({ status, search, after, asOf }: Route): string {
  const asked = Object.entries({ status, search, after, asOf }).filter(([, value]) => value !== '');
  return new URLSearchParams([...asked, ['limit', String(PAGE)]]).toString();
}

function show({ orders, next, counts }: OrderPage, route: Route): void {
  for (const order of orders) {
    if (order.tampered) raise(order.number, order.problem);
    else if (route.asOf === '') withdraw(order.number);
  }
  if (orders.some(({ tampered }) => tampered)) void askHealth();
  showStatuses(counts);
  const focused = document.activeElement?.getAttribute('data-number');
  fill(
    place('orders'),
    orders.length === 0
      ? nothing(route)
      : h(
          'ol',
          { class: 'orders' },
          orders.map((order) => h('li', {}, order.tampered ? flagged(order) : row(order))),
        ),
    pager(next, route),
  );
  markOpen();
  if (typeof focused === 'string') document.querySelector<HTMLElement>(`[data-number="${focused}"]`)?.focus();
  announce(`${counted(orders.length, 'order')} shown.`);
}

function row({ number, supplier, requester, status, total, currency, updatedAt }: OrderSummary): HTMLElement {
  return h(
    'a',
    { class: 'order-row', 'data-number': number },
    h('span', { class: 'order-supplier' }, supplier),
    h('span', { class: 'order-total' }, money(total, currency)),
    h('span', { class: 'order-meta' }, `${number} · ${nameOf(requester)} · ${day(updatedAt)}`),
    statusPill(status),
  );
}

function flagged({ number }: TamperedOrder): HTMLElement {
  return h(
    'a',
    { class: 'order-row is-tampered-row', 'data-number': number },
    h('span', { class: 'order-supplier' }, number),
    h('span', { class: 'pill is-tampered-pill' }, icon('alarm'), 'Tampered'),
    h('span', { class: 'order-meta' }, 'Its check failed. Its content is not shown.'),
  );
}

function nothing({ status, search, asOf }: Route): HTMLElement {
  const isNarrowed = status !== '' || search !== '';
  return h(
    'div',
    { class: 'empty' },
    h(
      'p',
      {},
      isNarrowed
        ? 'No order fits.'
        : asOf === ''
          ? 'There are no orders yet.'
          : 'There were no orders at that time.',
    ),
    isNarrowed &&
      h('a', { class: 'button', href: linkTo({ status: '', search: '', after: '' }) }, 'Show all orders'),
  );
}

function pager(next: string | null, { after }: Route): HTMLElement | false {
  if (next === null && after === '') return false;
  return h(
    'nav',
    { class: 'pager', 'aria-label': 'Pages of the list' },
    after !== '' && h('a', { class: 'button', href: linkTo({ after: '' }) }, 'First page'),
    next !== null && h('a', { class: 'button', href: linkTo({ after: next }) }, 'Next page', icon('forward')),
  );
}
