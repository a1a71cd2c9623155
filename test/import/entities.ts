// Entities for imports: what the tests of the function and of the command, and the processes they start, share.

import { Entity, Id, Index, Property } from 'immurepo';
import { t } from '../../src/entity/types/t.js';

@Entity({ name: 'account' })
export class Account {
  @Id() id!: string;
  @Index({ unique: true }) email?: string;
  @Property({ type: t.bigint() }) balance!: bigint;
  @Property({ type: t.optional(t.date()) }) opened?: Date;
  @Property() note?: unknown;
}

/** Its ids are generated: nothing but the ledger's own note tells that a row was stored. */
@Entity({ name: 'entry' })
export class Entry {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() text!: string;
}
