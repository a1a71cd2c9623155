// Guide of README.md: several reads and writes that hold together or not at all.
import { ConflictError, Entity, Id, openLedger, Property } from 'immurepo';

@Entity({ name: 'account' })
class Account {
  @Id() id!: string;
  @Property() balance!: bigint;
}

@Entity({ name: 'transfer' })
class Transfer {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() from!: string;
  @Property() to!: string;
  @Property() amount!: bigint;
}

const ledger = await openLedger({ path: './ledger', entities: [Account, Transfer] });
const accounts = ledger.repository(Account);
await accounts.saveMany(['ada', 'bob'].map((id) => accounts.create({ id, balance: 10n })));

const transfer = (from: string, to: string, amount: bigint) =>
  ledger.transaction(async (tx) => {
    const [source, target] = await tx.repository(Account).findMany([from, to]);
    if (!source || !target || source.balance < amount) throw new Error('not covered');
    source.balance -= amount;
    target.balance += amount;
    await tx.repository(Account).saveMany([source, target]);
    const transfers = tx.repository(Transfer);
    return transfers.insert(transfers.create({ from, to, amount }));
  });

// Whoever is second is run again, with what the first left.
await Promise.all([transfer('ada', 'bob', 4n), transfer('bob', 'ada', 1n), transfer('ada', 'bob', 2n)]);
const failure = await transfer('ada', 'bob', 6n).catch((error: unknown) => error);
console.log(String(failure)); // → Error: not covered
console.log((await accounts.findMany(['ada', 'bob'])).map((account) => account?.balance)); // → [ 5n, 15n ]

const [mine, theirs] = [await accounts.findOrFail('ada'), await accounts.findOrFail('ada')];
mine.balance += 1n;
await accounts.save(mine);
theirs.balance += 2n;
const conflict = await accounts.save(theirs).catch((error: unknown) => error);
console.log(conflict instanceof ConflictError); // → true
await ledger.close();
