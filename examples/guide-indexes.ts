// Guide of README.md: finding by other things than the id.
import { Entity, Id, Index, type IndexProps, openLedger, Property } from 'immurepo';

@Index({ name: 'by-owner', on: ['owner', 'due'] })
@Entity({ name: 'invoice' })
class Invoice {
  declare [IndexProps]?: 'number' | 'owner' | 'due' | 'isLarge';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) number!: string;
  @Property() owner!: string;
  @Property() due!: Date;
  @Property() amount!: bigint;
  @Index() get isLarge() {
    return this.amount >= 1_000n;
  }
}

const ledger = await openLedger({ path: './ledger', entities: [Invoice] });
const invoices = ledger.repository(Invoice);
const day = (date: number) => new Date(Date.UTC(2030, 0, date));
await invoices.saveMany([
  invoices.create({ number: 'A-1', owner: 'ada', due: day(5), amount: 250n }),
  invoices.create({ number: 'A-2', owner: 'ada', due: day(20), amount: 4_000n }),
  invoices.create({ number: 'B-1', owner: 'bob', due: day(7), amount: 90n }),
]);

console.log((await invoices.findOneBy({ number: 'B-1' }))?.owner); // → bob
const dueSoon = await invoices.findBy(
  { owner: 'ada', due: { lt: day(10) } },
  { select: ['number', 'amount'] },
);
console.log(dueSoon.map(({ number, amount }) => `${number}: ${amount}`)); // → [ 'A-1: 250' ]
console.log((await invoices.findBy({ number: { startsWith: 'A-' } }, { desc: true })).length); // → 2
for await (const { number } of invoices.streamBy({ isLarge: true })) console.log(number); // → A-2

const first = await invoices.page({ limit: 2 });
const second = await invoices.page({ limit: 2, after: first.next }); // as of the same transaction as the first
console.log(first.items.length, second.items.length, await invoices.count()); // → 2 1 3
await ledger.close();
