// How far the numbers of orders have been given out.

import { Entity, Id, Property, t } from 'immurepo';

@Entity({ name: 'order-counter', version: 1 })
export class OrderCounter {
  @Id() id!: string;
  /** The first one that is free. */
  @Property({ type: t.number() }) next!: number;
}
