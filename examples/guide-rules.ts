// Guide of README.md: validation, hooks, and repositories of your own.
import {
  Entity,
  Id,
  Index,
  type IndexProps,
  openLedger,
  Property,
  Repository,
  ValidationError,
} from 'immurepo';

@Entity<Account>({
  name: 'account',
  requireActor: true,
  validate: (account) => (account.balance < 0n ? [{ message: 'is overdrawn', path: ['balance'] }] : []),
  hooks: {
    beforeSave: (account) => {
      account.email = account.email.toLowerCase();
    },
  },
})
class Account {
  declare [IndexProps]?: 'email';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) email!: string;
  @Property() balance!: bigint;
}

class Accounts extends Repository<Account> {
  static readonly entity = Account;

  async deposit(email: string, amount: bigint) {
    const account = await this.findOneBy({ email });
    if (account === undefined) throw new Error(`Nobody has the address ${email}`);
    account.balance += amount;
    return this.save(account);
  }
}

const ledger = await openLedger({ path: './ledger', entities: [Account] });
let commits = 0;
ledger.on('committed', ({ entities }) => (commits += entities.length));

await ledger.as({ actor: 'ada' }, async () => {
  const accounts = ledger.repository(Accounts);
  await accounts.save(accounts.create({ email: 'Ada@Example.com', balance: 10n }));
  console.log((await accounts.deposit('ada@example.com', 5n)).balance); // → 15n
  await ledger.transaction((tx) => tx.repository(Accounts).deposit('ada@example.com', -1n));
  const refused = await accounts.deposit('ada@example.com', -100n).catch((error: unknown) => error);
  if (refused instanceof ValidationError)
    for (const { path, message } of refused.issues) console.log(path, message); // → balance is overdrawn
});
console.log(commits); // → 3
await ledger.close();
