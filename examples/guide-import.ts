// Guide of README.md: files into entities.
import { writeFile } from 'node:fs/promises';
import { Entity, Id, openLedger, Property, t } from 'immurepo';
import { importEntities } from 'immurepo/import';

@Entity({ name: 'purchase' })
class Purchase {
  @Id() id!: string;
  @Property({ type: t.bigint() }) amount!: bigint;
  @Property({ type: t.date() }) day!: Date;
}

await writeFile('purchases.csv', 'no,amount,day\n1,250,2030-01-05\n2,four,2030-01-06\n3,90,2030-01-07\n');

const ledger = await openLedger({ path: './ledger', entities: [Purchase] });
const load = (acceptValid: boolean) =>
  importEntities(ledger, Purchase, 'purchases.csv', {
    map: { no: 'id' },
    acceptValid,
    onRefused: ({ line, message }) => {
      console.log(`line ${line}: ${message}`);
    },
  });

console.log((await load(false)).imported); // nothing, unless all of it is sound
// → line 3: Purchase.amount must be a bigint, and "four" is none.
// → 0
console.log((await load(true)).imported);
// → line 3: Purchase.amount must be a bigint, and "four" is none.
// → 2
console.log((await ledger.repository(Purchase).findOrFail('3')).amount); // → 90n
await ledger.close();
