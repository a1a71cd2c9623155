// The start of the page: who one is, what the address says, and what is shown anew when either changes.
import { get } from './api.js';
import { showOrder } from './detail.js';
import { fill, place } from './dom.js';
import { offerSearch } from './filters.js';
import { askHealth, watchHealth } from './health.js';
import { showHome } from './home.js';
import { showImport } from './import.js';
import { markOpen, showList } from './list.js';
import { complaint } from './notice.js';
import { showForm } from './order-form.js';
import { showPast } from './past.js';
import { offerPeople } from './people.js';
import { here, linkTo } from './navigate.js';
import type { Route } from './route.js';
import { offerTheme } from './theme.js';
import type { Person } from './types.js';
import { whenWritten } from './written.js';

let shown: Route | undefined;
let showing = new AbortController();

async function start(): Promise<void> {
  offerSkips();
  offerTheme();
  offerSearch();
  watchHealth();
  try {
    offerPeople(await get<readonly Person[]>('/people'), () => void show({ anew: true }));
  } catch (error) {
    fill(
      place('main'),
      complaint(error, () => void start()),
    );
    return;
  }
  window.addEventListener('hashchange', () => void show({}));
  whenWritten(() => void showWritten());
  await show({ anew: true });
}

/** After a write everything is asked for again; the focus goes to the order's title, as its buttons are others now. */
async function showWritten(): Promise<void> {
  void askHealth();
  void showList();
  if (here().view.kind === 'order') {
    await showMain();
    focusTitle();
  }
}

/** @param anew also what the address leaves as it is */
async function show({ anew = false }: { anew?: boolean }): Promise<void> {
  const route = here();
  const before = shown;
  shown = route;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-view]'))
    link.href = linkTo({ view: { kind: link.dataset.view as 'new' | 'import' | 'home' }, asOf: '' });
  document.body.dataset.view = route.view.kind === 'home' ? 'list' : 'main';
  if (anew || before?.asOf !== route.asOf) showPast();
  if (anew || before === undefined || listOf(before) !== listOf(route)) void showList();
  else markOpen();
  if (anew || before === undefined || mainOf(before) !== mainOf(route)) {
    await showMain();
    if (before !== undefined && !anew && JSON.stringify(before.view) !== JSON.stringify(route.view))
      focusTitle();
  }
}

const listOf = ({ status, search, after, asOf }: Route) => JSON.stringify([status, search, after, asOf]);
const mainOf = ({ view, asOf }: Route) => JSON.stringify([view, asOf]);

async function showMain(): Promise<void> {
  showing.abort();
  showing = new AbortController();
  const { signal } = showing;
  const { view } = here();
  if (view.kind !== 'order') delete place('main').dataset.number;
  if (view.kind === 'order') await showOrder(view.number, signal);
  else if (view.kind === 'new') await showForm(undefined, signal);
  else if (view.kind === 'edit') await showForm(view.number, signal);
  else if (view.kind === 'import') showImport(signal);
  else await showHome(signal);
}

/** The part of the address after `#` is taken, so skipping is done here. */
function offerSkips(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-skip]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      place(link.dataset.skip ?? '').focus();
    });
  }
}

function focusTitle(): void {
  document.querySelector<HTMLElement>('#title')?.focus();
}

await start();
