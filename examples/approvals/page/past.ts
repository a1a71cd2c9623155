// Time travel: choosing a moment, and saying plainly that one looks at the past.
import { announce, fill, h, icon, place } from './dom.js';
import { moment, toLocalInput } from './format.js';
import { goTo, here, linkTo } from './navigate.js';

/** Shows the choice of a moment, and the notice while one is chosen. */
export function showPast(): void {
  const { asOf } = here();
  document.body.classList.toggle('is-past', asOf !== '');
  if (asOf === '') fill(place('past'));
  else {
    fill(place('past'), notice(asOf));
    announce(`You are looking at the past, as of ${moment(asOf)}.`);
  }
  fill(place('travel'), form(asOf));
}

function notice(asOf: string): HTMLElement {
  return h(
    'div',
    { class: 'bar bar-past' },
    icon('clock'),
    h(
      'p',
      {},
      h('strong', {}, 'You are looking at the past.'),
      ' Everything is shown as it was on ',
      h('time', { datetime: asOf }, moment(asOf)),
      '. Nothing can be changed from here.',
    ),
    h('a', { class: 'button', href: linkTo({ asOf: '', after: '' }) }, 'Back to now'),
  );
}

function form(asOf: string): HTMLElement {
  const input = h('input', {
    type: 'datetime-local',
    id: 'as-of',
    step: 1,
    required: true,
    value: asOf === '' ? toLocalInput(new Date().toISOString()) : toLocalInput(asOf),
  });
  return h(
    'form',
    {
      class: 'travel',
      onsubmit: (event) => {
        event.preventDefault();
        goTo({ asOf: new Date(input.value).toISOString(), after: '' });
      },
    },
    h('label', { for: 'as-of' }, 'Show everything as it was on'),
    h(
      'div',
      { class: 'row' },
      input,
      h('button', { type: 'submit', class: 'button' }, icon('clock'), 'Show'),
    ),
  );
}
