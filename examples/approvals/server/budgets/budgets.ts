// Where budgets are kept.

import { Repository, type Verified } from 'immurepo';
import { Money } from '../orders/money.js';
import { Budget } from './budget.js';
import { COST_CENTRE_IDS, COST_CENTRES } from './cost-centres.js';

export class Budgets extends Repository<Budget> {
  static readonly entity = Budget;

  async all(): Promise<Verified<Budget>[]> {
    return (await this.findMany(COST_CENTRE_IDS)).filter((budget) => budget !== undefined);
  }

  /** Makes those that are not there yet. */
  async begin(): Promise<void> {
    const present = await this.findMany(COST_CENTRE_IDS);
    const missing = COST_CENTRES.filter((_, index) => present[index] === undefined);
    if (missing.length === 0) return;
    const nothing = { reserved: Money.zero, spent: Money.zero };
    await this.insertMany(
      missing.map(({ id, name, limit }) => this.create({ costCentre: id, name, limit, ...nothing })),
    );
  }
}
