// Guide of README.md: entities that refer to each other.
import { Entity, Id, Index, type IndexProps, Many, openLedger, Property, Ref, t } from 'immurepo';

@Entity({ name: 'customer' })
class Customer {
  @Id() id!: string;
  @Property() name!: string;
  @Many(() => Order, 'customer') orders!: Many<Order>;
}

@Entity({ name: 'order' })
class Order {
  declare [IndexProps]?: 'customer';
  @Id({ generate: 'ulid' }) id!: string;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
  @Property({ type: t.bigint() }) total!: bigint;
}

const ledger = await openLedger({ path: './ledger', entities: [Customer, Order] });
const [customers, orders] = [ledger.repository(Customer), ledger.repository(Order)];
const ada = await customers.save(customers.create({ id: 'ada', name: 'Ada' }));

const open = await orders.save(orders.create({ customer: Ref.to(ada), total: 5n }));
const signed = await orders.save(orders.create({ customer: customers.pin(ada), total: 7n }));
await customers.update('ada', { name: 'Countess Lovelace' });

console.log((await open.customer.load())?.name); // → Countess Lovelace
console.log((await signed.customer.load())?.name); // → Ada
console.log((await ada.orders.find()).map(({ total }) => total)); // → [ 5n, 7n ]
console.log((await orders.findBy({ customer: 'ada' })).length); // → 2
const together = await customers.loadMany([open.customer, signed.customer]);
console.log(together.map((customer) => customer?.name)); // → [ 'Countess Lovelace', 'Ada' ]
await ledger.close();
