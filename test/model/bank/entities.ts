// A bank: accounts, and a record of every amount that was moved, written in the same transaction.

import { Entity, Id, Index, type IndexProps, Property } from 'immurepo';

@Entity({ name: 'bank-account' })
export class Account {
  @Id() id!: string;
  @Property() balance!: bigint;
}

@Entity({ name: 'bank-transfer' })
export class Transfer {
  declare [IndexProps]?: 'from' | 'to';
  @Id() id!: string;
  @Index() from!: string;
  @Index() to!: string;
  @Property() amount!: bigint;
}
