// What is saved and found in the benchmark.

import { Entity, Id, type Ledger, Property } from 'immurepo';

/** A small entity without indexes. */
@Entity({ name: 'account' })
export class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() email!: string;
  @Property() balance!: bigint;
}

/** One that is not stored yet. */
export function newAccount(ledger: Ledger, index: number): Account {
  return ledger.repository(Account).create({ email: `user${index}@example.com`, balance: BigInt(index) });
}
