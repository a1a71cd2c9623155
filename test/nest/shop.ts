// What the tests of the Nest module keep: orders, their repository, and a class of the same name as another.
import { Entity, Id, Index, type IndexProps, Property, Repository } from 'immurepo';

@Entity<Order>({
  name: 'order',
  validate: (order) => (order.total < 0n ? [{ message: 'must not be negative', path: ['total'] }] : []),
})
export class Order {
  declare [IndexProps]?: 'number';
  @Id() id!: string;
  @Index({ unique: true }) number!: string;
  @Property() total!: bigint;
}

export class Orders extends Repository<Order> {
  static readonly entity = Order;

  place(id: string, total = 1n) {
    return this.insert(this.create({ id, number: `N-${id}`, total }));
  }
}
