// Guide of README.md: what a property may be, with decorators and without.
import { defineEntity, Entity, Hidden, Id, openLedger, type OptionalProps, Property, t } from 'immurepo';

class Address {
  @Property({ type: t.string() }) street!: string;
  @Property({ type: t.string() }) city!: string;
  get label() {
    return `${this.street}, ${this.city}`;
  }
}

const percent = t.custom({
  name: 'a percentage',
  toStored: (text: string) => Number(text.replace(' %', '')),
  fromStored: (value: number) => `${value} %`,
});

@Entity({ name: 'supplier' })
class Supplier {
  declare [OptionalProps]?: 'status' | 'tags';
  @Id() id!: string;
  @Property({ type: t.embedded(() => Address) }) address!: Address;
  @Property({ type: t.enum(['new', 'approved']), default: 'new' }) status!: 'new' | 'approved';
  @Property({ type: t.set(t.string()), default: () => new Set() }) tags!: Set<string>;
  @Property({ type: percent }) discount!: string;
  @Hidden() @Property() iban?: string;
}

// The same without decorators, where classes are not your style.
const Product = defineEntity({
  name: 'product',
  properties: {
    sku: { type: t.string(), id: true },
    price: t.bigint(),
    note: t.optional(t.string()),
  },
});

const ledger = await openLedger({ path: './ledger', entities: [Supplier, Product] });
const suppliers = ledger.repository(Supplier);
const address = Object.assign(new Address(), { street: 'Ring 1', city: 'Wien' });
await suppliers.save(suppliers.create({ id: 's1', address, discount: '3 %', iban: 'AT61…' }));

const supplier = await suppliers.findOrFail('s1');
console.log(supplier.address.label, supplier.status, supplier.discount); // → Ring 1, Wien new 3 %
console.log(JSON.stringify(supplier).includes('AT61')); // → false
supplier.address.city = 7 as never;
const refused = await suppliers.save(supplier).catch((error: unknown) => error);
console.log(String(refused)); // → ImmuError: Supplier.address.city must be a string, not a number.

const products = ledger.repository(Product);
const product = await products.save(products.create({ sku: 'P-1', price: 250n }));
console.log(JSON.stringify(product)); // → {"sku":"P-1","price":"250"}
await ledger.close();
