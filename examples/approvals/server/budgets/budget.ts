// What a cost centre may spend. Approving an order reserves its amount, and paying it makes that spent.

import { Entity, Id, type IdProps, Property, t } from 'immurepo';
import { type Money, money } from '../orders/money.js';

@Entity({ name: 'budget', version: 1, requireActor: true })
export class Budget {
  declare [IdProps]?: 'costCentre';

  @Id() costCentre!: string;
  @Property({ type: t.string() }) name!: string;
  @Property({ type: money }) limit!: Money;
  @Property({ type: money }) reserved!: Money;
  @Property({ type: money }) spent!: Money;

  /** What nobody has reserved or spent yet. */
  get left(): Money {
    return this.limit.minus(this.reserved).minus(this.spent);
  }
}
