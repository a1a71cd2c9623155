// The start page: what this desk is, and how the budgets stand.
import { get } from './api.js';
import { fill, h, icon, place } from './dom.js';
import { amount } from './format.js';
import { complaint } from './notice.js';
import type { Budget } from './types.js';

/** Shows the start page in the main part. @param signal ends when something else is shown */
export async function showHome(signal: AbortSignal): Promise<void> {
  const budgets = h('div', {});
  fill(
    place('main'),
    h('h2', { tabindex: -1, id: 'title' }, 'The purchase approvals desk'),
    h(
      'p',
      { class: 'lead' },
      'Requests to buy something are written here, approved or rejected by somebody else, and paid. Every step is kept for good, with who did it and why, and everything you see was checked against the ledger before it was shown.',
    ),
    h(
      'ol',
      { class: 'steps' },
      step('pencil', 'Somebody drafts an order', 'and submits it. Ada and Ben may.'),
      step(
        'thumb',
        'Somebody else approves it',
        'up to their limit: Cleo and Dev. Nobody approves what they requested.',
      ),
      step('coin', 'The treasurer pays it', 'from the budget of its cost centre: Eva.'),
    ),
    budgets,
  );
  try {
    const all = await get<readonly Budget[]>('/budgets', signal);
    if (all.length > 0) fill(budgets, table(all));
  } catch (error) {
    if (!signal.aborted)
      fill(
        budgets,
        complaint(error, () => void showHome(signal)),
      );
  }
}

function step(picture: string, title: string, text: string): HTMLElement {
  return h('li', {}, icon(picture), h('p', {}, h('strong', {}, title), ` ${text}`));
}

function table(budgets: readonly Budget[]): HTMLElement {
  const head = (text: string, kind = '') => h('th', { scope: 'col', class: kind }, text);
  return h(
    'section',
    { 'aria-labelledby': 'budgets-title' },
    h('h3', { id: 'budgets-title' }, 'Budgets'),
    h(
      'table',
      { class: 'lines' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head('Cost centre'),
          head('Limit €', 'number'),
          head('Reserved €', 'number'),
          head('Spent €', 'number'),
        ),
      ),
      h(
        'tbody',
        {},
        budgets.map(({ costCentre, name, limit, reserved, spent }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name ?? costCentre),
            ...[limit, reserved, spent].map((one) => h('td', { class: 'number' }, amount(one))),
          ),
        ),
      ),
    ),
  );
}
