// A payment of a purchase order. Its id is the order's number, so that no order can be paid twice.

import { Entity, Id, type IdProps, Property, t } from 'immurepo';
import { type Money, money } from '../orders/money.js';

@Entity({ name: 'payment', version: 1, requireActor: true })
export class Payment {
  declare [IdProps]?: 'order';

  @Id() order!: string;
  @Property({ type: t.string() }) supplier!: string;
  @Property({ type: t.string() }) costCentre!: string;
  @Property({ type: money }) amount!: Money;
}
