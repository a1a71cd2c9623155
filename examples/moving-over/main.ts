// A small shop as it may look after moving over from TypeORM or Mongoose: a relation, an embedded class, a rule, a hook, a
// transaction, and an order that is deleted and stays in the history.
import {
  Entity,
  Hidden,
  Id,
  Index,
  type IndexProps,
  Many,
  openLedger,
  type OptionalProps,
  Property,
  Ref,
  t,
} from 'immurepo';

class Address {
  @Property() street!: string;
  @Property() city!: string;
}

@Entity({
  name: 'customer',
  version: 2,
  // In place of a migration: records of version 1 stay as they are, and are read so.
  upcast: { 1: ({ fullName, ...rest }) => ({ ...rest, name: fullName }) },
  hooks: {
    beforeSave: (customer) => {
      customer.email = customer.email.toLowerCase();
    },
  },
})
class Customer {
  declare [IndexProps]?: 'email';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) email!: string;
  @Property() name!: string;
  @Property({ type: t.embedded(() => Address) }) address!: Address;
  @Hidden() @Property() passwordHash?: string;
  @Many(() => Order, 'customer') orders!: Many<Order>;
}

@Entity({
  name: 'order',
  validate: ({ total }) =>
    total > 0n ? undefined : [{ message: 'must be more than nothing', path: ['total'] }],
})
class Order {
  declare [IndexProps]?: 'customer';
  declare [OptionalProps]?: 'status'; // has a default
  @Id({ generate: 'ulid' }) id!: string;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
  @Property({ type: t.enum(['open', 'paid']), default: 'open' }) status!: 'open' | 'paid';
  @Property() total!: bigint;
}

const ledger = await openLedger({ path: './ledger', entities: [Customer, Order] });
const customers = ledger.repository(Customer);
const orders = ledger.repository(Order);

const ada = await customers.save(
  customers.create({
    email: 'Ada@Example.com',
    name: 'Ada',
    address: Object.assign(new Address(), { street: 'Ring 1', city: 'Wien' }),
    passwordHash: 'secret',
  }),
);
console.log('find', (await customers.findOneBy({ email: 'ada@example.com' }))?.address.city);
console.log('json', 'passwordHash' in (JSON.parse(JSON.stringify(ada)) as object));

await ledger.transaction(async (tx) => {
  const inTx = tx.repository(Order);
  await inTx.saveMany([5n, 7n].map((total) => inTx.create({ customer: Ref.to(ada), total })));
});
const [first, second] = await ada.orders.find();
console.log('relation', first?.total, second?.total, (await first?.customer.load())?.name);

const refused = await orders
  .save(orders.create({ customer: Ref.to(ada), total: 0n }))
  .catch((error: unknown) => error);
console.log('validation', String(refused).includes('must be more than nothing'));

await ledger.as({ actor: 'bob', reason: 'ordered twice' }, () => orders.delete(second!.id));
const history = await orders.history(second!.id);
console.log(
  'deleted',
  await orders.exists(second!.id),
  history.map(({ actor, deleted }) => [actor, deleted]),
);
await ledger.close();
