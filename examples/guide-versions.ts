// Guide of README.md: classes that change, over records that do not.
import { Entity, evidenceOf, Id, openLedger, Property, t } from 'immurepo';

@Entity({ name: 'price' })
class OldPrice {
  @Id() sku!: string;
  @Property() cents!: number;
}

@Entity({
  name: 'price',
  version: 2,
  upcast: { 1: ({ cents, ...stored }) => ({ ...stored, amount: BigInt(cents as number), currency: 'EUR' }) },
})
class Price {
  @Id() sku!: string;
  @Property({ type: t.bigint() }) amount!: bigint;
  @Property() currency!: string;
}

const before = await openLedger({ path: './ledger', entities: [OldPrice] });
await before.repository(OldPrice).save(before.repository(OldPrice).create({ sku: 'P-1', cents: 250 }));
await before.close();

const ledger = await openLedger({ path: './ledger', entities: [Price] });
const prices = ledger.repository(Price);
const price = await prices.findOrFail('P-1');
console.log(price.amount, price.currency, evidenceOf(price).revision); // → 250n EUR 1n

await prices.save(price); // stored as version 2 from here on
for (const { revision, entityVersion } of await prices.history('P-1')) console.log(revision, entityVersion);
// → 1n 1
// → 2n 2
for (const { property, kind } of await prices.diff('P-1', 1n, 2n)) console.log(property, kind);
// → amount added
// → currency added
// → cents removed
await ledger.close();
