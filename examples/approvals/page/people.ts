// Who one is. A choice, standing in for a sign-in: kept per window, so that two windows can be two people.
import { fill, h, place } from './dom.js';
import { amount } from './format.js';
import type { Person } from './types.js';

const KEPT_AS = 'approvals.person';
const FIRST = 'ada';

let people: readonly Person[] = [];

/** Who asks: the id that goes with every request. */
export function person(): string {
  return sessionStorage.getItem(KEPT_AS) ?? FIRST;
}

/** The name of somebody. @param id of a person; of nobody known it is the name itself */
export function nameOf(id: string | null | undefined): string {
  if (id === null || id === undefined || id === '') return 'Nobody named';
  return people.find((one) => one.id === id)?.name ?? id;
}

/** The names of all with a role. @param role they have @param except an id of somebody who is left out */
export function namesWith(role: string, except?: string): readonly string[] {
  return people.filter(({ id, roles }) => roles.includes(role) && id !== except).map(({ name }) => name);
}

/** Offers the choice. @param all to choose from @param changed called after another choice */
export function offerPeople(all: readonly Person[], changed: () => void): void {
  people = all;
  if (!all.some(({ id }) => id === person()) && all[0] !== undefined)
    sessionStorage.setItem(KEPT_AS, all[0].id);
  const select = h(
    'select',
    {
      id: 'person',
      'aria-describedby': 'person-note',
      onchange: () => {
        sessionStorage.setItem(KEPT_AS, select.value);
        sayRole();
        changed();
      },
    },
    all.map(({ id, name, roles }) =>
      h('option', { value: id, selected: id === person() }, `${name} — ${roles.join(', ')}`),
    ),
  );
  const note = h('span', { id: 'person-note', class: 'note' });
  const sayRole = () =>
    (note.textContent = `${may(all.find(({ id }) => id === person()))} Stands in for a sign-in.`);
  sayRole();
  fill(place('who'), h('label', { for: 'person' }, 'You are'), select, note);
}

function may(one: Person | undefined): string {
  if (one === undefined) return '';
  const { roles, limit } = one;
  if (limit !== undefined) return `May approve up to €${amount(limit)}.`;
  if (roles.includes('director')) return 'May approve any amount.';
  if (roles.includes('treasurer')) return 'May pay what is approved.';
  if (roles.includes('auditor')) return 'May read everything, change nothing.';
  return 'May request purchases.';
}
