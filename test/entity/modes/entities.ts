// Compiled by every compiler in both kinds of decorators (decorator-modes.test.ts): one source, one schema.
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { IdProps } from '../../../src/entity/entity-types.js';

export abstract class Audited {
  @Property() createdAt!: Date;
  @Property({ name: 'by' }) createdBy?: string;
}

@Entity({ name: 'account', version: 3 })
export class Account extends Audited {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() balance = 0n;
  @Property() private note?: string;
  @Property() tags: Set<string> | undefined;
  transient?: string = 'not stored';

  noted(note: string): this {
    this.note = note;
    return this;
  }

  get summary(): string {
    return `${this.id}: ${this.balance}${this.note ?? ''}`;
  }
}

@Entity({ name: 'savings' })
export class Savings extends Account {
  @Property() rate!: number;
}

@Entity({ name: 'order-line' })
export class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() article!: string;
}
