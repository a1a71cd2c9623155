// Compiled by every compiler in both kinds of decorators (decorator-modes.test.ts): one source, one schema.
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { IdProps } from '../../../src/entity/entity-types.js';
import { Index } from '../../../src/entity/index-decorator.js';
import { IndexProps } from '../../../src/entity/where-types.js';

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

@Entity({ name: 'customer' })
@Index({ name: 'by-city', on: ['city', 'domain'], unique: true })
@Index({ name: 'by-age', on: ['createdAt', 'id', 'initial'] })
export class Customer extends Audited {
  declare [IndexProps]?: 'city' | 'domain' | 'createdAt' | 'id' | 'initial' | 'email' | 'bornOn' | 'digest';
  @Id({ generate: 'ulid' }) @Index({ name: 'ids' }) id!: string;
  @Property() city?: string;
  @Index() get domain(): string {
    return this.email.replace(/.*@/, '');
  }
  @Index({ unique: true }) email!: string;
  @Property({ name: 'born' }) @Index() bornOn!: Date | null;
  @Index() @Property() private rank?: number;
  @Index() digest: Uint8Array = new Uint8Array(2);
  get initial(): string | undefined {
    return this.rank === undefined ? undefined : this.email.slice(0, 1);
  }
}

@Entity({ name: 'patron' })
@Index({ name: 'by-city', on: ['city'] })
export class Patron extends Customer {
  @Index() override email = '';
  @Property({ name: 'date-of-birth' }) override bornOn: Date | null = null;
}
