// What the ledgers under attack hold: entities that are found by id, by an index, and by a unique value.

import { Entity, Id, Index, type IndexProps, Property } from 'immurepo';

@Entity({ name: 'deposit', version: 1 })
export class Deposit {
  declare [IndexProps]?: 'owner' | 'slip';
  @Id() id!: string;
  @Index() owner!: string;
  @Index({ unique: true }) slip!: string;
  @Property() amount!: bigint;
}
