// One order: what it is, what one may do to it, what happened to it, and how one knows.
import { raise, withdraw } from './alarm.js';
import { get, Refusal } from './api.js';
import { actionButtons } from './actions.js';
import { fill, h, icon, place } from './dom.js';
import { money, moment } from './format.js';
import { askHealth } from './health.js';
import { complaint, loading } from './notice.js';
import { pathSection } from './path-section.js';
import { budgetSection, facts, lines } from './order-facts.js';
import { here, linkTo } from './navigate.js';
import { statusPill } from './status-pill.js';
import { timelineSection } from './timeline.js';
import type { OrderDetail } from './types.js';
import { verifiedBadge } from './verified-badge.js';

/** Shows an order in the main part. @param number of the order @param signal ends when something else is shown */
export async function showOrder(number: string, signal: AbortSignal): Promise<void> {
  const main = place('main');
  if (main.dataset.number !== number) fill(main, backLink(), loading(`order ${number}`));
  const { asOf } = here();
  const again = () => void showOrder(number, signal);
  try {
    const query = asOf === '' ? '' : `?asOf=${encodeURIComponent(asOf)}`;
    const detail = await get<OrderDetail>(`/orders/${encodeURIComponent(number)}${query}`, signal);
    signal.throwIfAborted();
    if (asOf === '') withdraw(number);
    show(detail, signal, again);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Refusal && error.tampered) withhold(number, error);
    else if (error instanceof Refusal && error.status === 404 && asOf !== '')
      fill(main, backLink(), notYet(number, asOf));
    else fill(main, backLink(), complaint(error, again));
  }
}

function show(detail: OrderDetail, signal: AbortSignal, again: () => void): void {
  const { order, verification, budget } = detail;
  const main = place('main');
  main.dataset.number = order.number;
  const { asOf } = here();
  // Whatever lets people believe it or act on it: taken away where this browser finds that it is not so.
  const reliance = [verifiedBadge(order.number, verification), asOf === '' && actionButtons(detail, again)];
  const doubt = () => {
    for (const one of reliance) if (one instanceof Node) one.remove();
  };
  const path = pathSection(detail, doubt, signal);
  fill(
    main,
    backLink(),
    h(
      'header',
      { class: 'order-head' },
      h('p', { class: 'eyebrow' }, `Purchase order ${order.number}`),
      h('h2', { tabindex: -1, id: 'title' }, order.supplier),
      h(
        'p',
        { class: 'order-sum' },
        h('span', { class: 'sum' }, money(order.total, order.currency)),
        statusPill(order.status),
      ),
    ),
    reliance,
    facts(detail),
    lines(order.lines, order.total, order.currency),
    budget !== undefined && budgetSection(budget),
    timelineSection({ number: order.number, revision: String(order.revision), showPath: path.show }, signal),
    path.element,
  );
}

/** Nothing of an order whose check failed stays in the document. */
function withhold(number: string, error: Refusal): void {
  raise(number, { code: error.problem.code, message: error.problem.message });
  const main = place('main');
  delete main.dataset.number;
  fill(
    main,
    backLink(),
    h(
      'div',
      { class: 'withheld' },
      icon('alarm'),
      h('h2', { tabindex: -1, id: 'title' }, `Order ${number} is not shown`),
      h(
        'p',
        {},
        'Its check failed: what is stored is not what was committed. The alarm at the top of the page says what to do.',
      ),
    ),
  );
  void askHealth();
}

function notYet(number: string, asOf: string): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('h2', { tabindex: -1, id: 'title' }, `Order ${number} did not exist yet`),
    h('p', {}, `On ${moment(asOf)} nobody had written it.`),
  );
}

function backLink(): HTMLElement {
  return h('a', { class: 'back', href: linkTo({ view: { kind: 'home' } }) }, icon('back'), 'All orders');
}
