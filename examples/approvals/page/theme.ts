// Light or dark: what the system says, until a person chooses.
import { h, icon, place } from './dom.js';

const KEPT_AS = 'approvals.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** Puts the switch into the page. */
export function offerTheme(): void {
  const root = document.documentElement;
  const kept = localStorage.getItem(KEPT_AS);
  if (kept !== null) root.dataset.theme = kept;
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const button = h(
    'button',
    { type: 'button', class: 'button quiet', id: 'theme' },
    icon('moon'),
    h('span', { class: 'sr-only' }, 'Dark appearance'),
  );
  const say = () => {
    button.setAttribute('aria-pressed', String(isDark()));
  };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    localStorage.setItem(KEPT_AS, root.dataset.theme);
    say();
  });
  system.addEventListener('change', say);
  say();
  place('appearance').append(button);
}
