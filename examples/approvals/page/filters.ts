// Narrowing the list: by status, with how many there are, and by words.
import { fill, h, icon, place } from './dom.js';
import { grouped, STATUS } from './format.js';
import { goTo, here, linkTo } from './navigate.js';
import type { OrderPage, Status } from './types.js';

const SEARCH_AFTER_MS = 300;

/** Puts the search field into the page, once. */
export function offerSearch(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const search = () => {
    clearTimeout(timer);
    if (input.value.trim() !== here().search) goTo({ search: input.value.trim(), after: '' });
  };
  const input = h('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    placeholder: 'Supplier or order number',
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(search, SEARCH_AFTER_MS);
    },
  });
  const form = h(
    'form',
    {
      role: 'search',
      onsubmit: (event) => {
        event.preventDefault();
        search();
      },
    },
    h('label', { for: 'search', class: 'sr-only' }, 'Search orders'),
    icon('search'),
    input,
  );
  fill(place('search-place'), form);
}

/** Brings the search field in line with the address. */
export function showSearch(): void {
  const input = document.querySelector<HTMLInputElement>('#search');
  if (input !== null && document.activeElement !== input) input.value = here().search;
}

/** Shows the statuses with their counts. @param counts of the list */
export function showStatuses(counts: OrderPage['counts']): void {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const focused = document.activeElement?.getAttribute('data-status');
  const entries = Object.entries(STATUS) as [Status, (typeof STATUS)[Status]][];
  fill(
    place('statuses'),
    h(
      'ul',
      {},
      choice('', 'All', undefined, all),
      entries.map(([status, { label, icon }]) => choice(status, label, icon, counts[status] ?? 0)),
    ),
  );
  if (typeof focused === 'string') document.querySelector<HTMLElement>(`[data-status="${focused}"]`)?.focus();
}

function choice(status: string, label: string, picture: string | undefined, n: number): HTMLElement {
  // What was typed a moment ago counts, though the address in the link does not have it yet.
  const narrow = (event: Event) => {
    const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
    if (ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    const search = document.querySelector<HTMLInputElement>('#search')?.value.trim() ?? '';
    goTo({ status, search, after: '' });
  };
  return h(
    'li',
    {},
    h(
      'a',
      {
        href: linkTo({ status, after: '' }),
        onclick: narrow,
        class: 'chip',
        'data-status': status,
        'aria-current': here().status === status ? 'true' : undefined,
      },
      picture !== undefined && icon(picture),
      h('span', {}, label),
      h('span', { class: 'count' }, grouped(n)),
    ),
  );
}
