// Customers, their orders, and the lines of orders: every kind of relation there is.

import { Entity, Id, type IdProps, Index, type IndexProps, Many, Property, type Ref, t } from 'immurepo';

@Entity({ name: 'customer' })
export class Customer {
  @Id() id!: string;
  @Property() name!: string;
  @Many(() => Order, 'customer') orders!: Many<Order>;
}

@Entity({ name: 'order' })
export class Order {
  declare [IndexProps]?: 'customer' | 'total';
  @Id() id!: string;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
  @Property({ type: t.nullable(t.ref(() => Order)) }) replaces: Ref<Order> | null = null;
  @Property({ type: t.bigint() }) @Index() total = 0n;
}

@Entity({ name: 'order-line' })
export class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() sku!: string;
}

@Entity({ name: 'complaint' })
export class Complaint {
  @Id() id!: string;
  @Property({ type: t.array(t.ref(() => OrderLine)) }) about!: Ref<OrderLine>[];
}

export const SHOP = [Customer, Order, OrderLine, Complaint] as const;
