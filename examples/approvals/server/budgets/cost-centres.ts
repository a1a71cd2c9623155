// The cost centres and what each may spend.

import { Money } from '../orders/money.js';

export interface CostCentre {
  readonly id: string;
  readonly name: string;
  readonly limit: Money;
}

export const COST_CENTRES: readonly CostCentre[] = [
  { id: 'office', name: 'Office', limit: Money.parse('180000.00') },
  { id: 'it', name: 'Information technology', limit: Money.parse('400000.00') },
  { id: 'facilities', name: 'Facilities', limit: Money.parse('250000.00') },
  { id: 'sales', name: 'Sales', limit: Money.parse('150000.00') },
  { id: 'workshop', name: 'Workshop', limit: Money.parse('200000.00') },
];

export const COST_CENTRE_IDS: readonly string[] = COST_CENTRES.map(({ id }) => id);
