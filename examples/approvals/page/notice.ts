// Errors as a person can act on.
import { NoAnswer, Refusal } from './api.js';
import { h, icon, svg } from './dom.js';

/** What went wrong, and a button for what to do about it. @param error as thrown @param again does it again, or loads anew */
export function complaint(error: unknown, again?: () => void): HTMLElement {
  const { title, text, todo } = words(error);
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    icon('info'),
    h('div', {}, h('p', {}, h('strong', {}, title)), h('p', {}, text)),
    again !== undefined &&
      todo !== undefined &&
      h('button', { type: 'button', class: 'button', onclick: again }, todo),
  );
}

/** Loading anew helps where somebody was faster, and nowhere else. */
const SOMEBODY_ELSE = { title: 'Somebody else changed this order.', todo: 'Reload the order' };
const CONFLICTS: Readonly<Record<string, { readonly title: string; readonly todo?: string }>> = {
  BUDGET_EXCEEDED: { title: 'The budget does not allow this.' },
  WRONG_STATUS: { title: 'This cannot be done to it as it stands.', todo: 'Reload the order' },
  NO_NUMBERS_LEFT: { title: 'There are no order numbers left.' },
  UNIQUE_VIOLATION: { title: 'There is one like this already.' },
  IDEMPOTENCY_KEY_REUSED: { title: 'This was sent before, with other content.' },
  PRECONDITION_FAILED: { title: 'Somebody else was faster.', todo: 'Reload the order' },
  CONFLICT: { title: 'Somebody else was faster.', todo: 'Reload the order' },
};

function words(error: unknown): { title: string; text: string; todo?: string } {
  if (error instanceof NoAnswer)
    return {
      title: 'No answer came.',
      text: 'It may have arrived all the same. Reload and see before you do it again.',
      todo: 'Reload',
    };
  if (!(error instanceof Refusal))
    return { title: 'This page made a mistake.', text: String(error), todo: 'Try again' };
  const text = error.message;
  if (error.problem.code === 'UNKNOWN_OUTCOME')
    return {
      title: 'It is not known whether this was done.',
      text: 'Reload and see before you do it again.',
      todo: 'Reload',
    };
  if (error.status === 409) return { text, ...(CONFLICTS[error.problem.code] ?? SOMEBODY_ELSE) };
  if (error.status === 401 || error.status === 403) return { title: 'You may not do this.', text };
  if (error.status === 404) return { title: 'There is no such order.', text };
  if (error.status === 503) return { title: 'The service is busy or not ready.', text, todo: 'Try again' };
  if (error.status >= 500) return { title: 'The service could not do this.', text, todo: 'Try again' };
  return { title: 'This cannot be accepted as it is.', text };
}

/** A quiet sign that something is being asked for. @param what it is */
export function loading(what: string): HTMLElement {
  return h(
    'p',
    { class: 'loading' },
    svg(
      'svg',
      { class: 'spinner', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
      svg('circle', { cx: 12, cy: 12, r: 9 }),
    ),
    `Reading ${what}…`,
  );
}
