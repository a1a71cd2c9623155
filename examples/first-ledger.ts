// The example of README.md, line by line.
import { Entity, Id, Property, evidenceOf, openLedger } from 'immurepo';

@Entity({ name: 'account', version: 1 })
class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() owner!: string;
  @Property() balance!: bigint;
}

const ledger = await openLedger({ path: './ledger', entities: [Account] });
const accounts = ledger.repository(Account);

const ada = await accounts.save(accounts.create({ owner: 'Ada', balance: 10n }));
await accounts.update(ada.id, { balance: 12n });

const found = await accounts.findOrFail(ada.id); // a real Account, and its proof was checked
console.log(found.balance, 'in transaction', evidenceOf(found).txId);
for (const { revision, entity } of await accounts.history(ada.id)) console.log(revision, entity?.balance);
await ledger.close();
