// The service of the example: a till that stops when the ledger it pays from contradicts itself.

import { Entity, Id, type Ledger, Property } from 'immurepo';

@Entity({ name: 'account', version: 1 })
export class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() owner!: string;
  @Property() balance!: bigint;
}

export class Till {
  readonly #ledger: Ledger;
  isOpen = true;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.on('tampered', () => {
      this.isOpen = false;
    });
  }

  async pay(id: string, amount: bigint): Promise<void> {
    const accounts = this.#ledger.repository(Account);
    const { balance } = await accounts.findOrFail(id);
    if (balance < amount) throw new RangeError('The account does not cover it.');
    await accounts.update(id, { balance: balance - amount });
  }
}
