// Who works here. In a real service they would come from its directory, and who is asking from a sign-in.

import { Money } from '../orders/money.js';

export type Role = 'requester' | 'approver' | 'director' | 'treasurer' | 'auditor';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The most that this person may approve; undefined for any amount, or for nobody who approves. */
  readonly limit?: Money;
}

export const PEOPLE: readonly Person[] = [
  { id: 'ada', name: 'Ada Park', roles: ['requester'] },
  { id: 'ben', name: 'Ben Okafor', roles: ['requester'] },
  { id: 'cleo', name: 'Cleo Haas', roles: ['approver'], limit: Money.parse('5000.00') },
  { id: 'dev', name: 'Dev Rao', roles: ['director'] },
  { id: 'eva', name: 'Eva Lind', roles: ['treasurer'] },
  { id: 'finn', name: 'Finn Mayer', roles: ['auditor'] },
];

const BY_ID: ReadonlyMap<string, Person> = new Map(PEOPLE.map((person) => [person.id, person]));

export function personOf(id: string): Person | undefined {
  return BY_ID.get(id);
}

/** Writers that are no people: the service's own. */
const OURSELVES: ReadonlyMap<string, string> = new Map([
  ['import', 'Import'],
  ['service', 'This service'],
]);

/** The name of whoever wrote something, as far as it is known. */
export function actorName(actor: string | undefined): string | undefined {
  if (actor === undefined) return undefined;
  return BY_ID.get(actor)?.name ?? OURSELVES.get(actor) ?? actor;
}

/** People with one of these roles. */
export function peopleWith(roles: readonly Role[]): readonly Person[] {
  return PEOPLE.filter((person) => person.roles.some((role) => roles.includes(role)));
}

/** Names as a sentence lists them: "Cleo Haas (up to 5,000.00 EUR) or Dev Rao". */
export function inWords(people: readonly Person[]): string {
  const names = people.map(({ name, limit }) => (limit ? `${name} (up to ${limit.forPeople()})` : name));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${String(names.at(-1))}`;
}
