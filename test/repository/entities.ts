// Entities for the tests of the repository layer.

import { Entity, Id, type IdProps, Property } from 'immurepo';

@Entity({ name: 'account', version: 1 })
export class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() email!: string;
  @Property() balance!: bigint;
  @Property() note?: string | undefined;

  /** Behaviour: an entity is an instance, not a bag of data. */
  deposit(amount: bigint): void {
    this.balance += amount;
  }
}

@Entity({ name: 'order-line' })
export class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() product!: string;
  @Property() quantity!: number;
}

/** Every kind of value a property may hold. */
@Entity({ name: 'specimen' })
export class Specimen {
  @Id() id!: bigint;
  @Property() text!: string;
  @Property() integer!: number;
  @Property() big!: bigint;
  @Property() yes!: boolean;
  @Property() when!: Date;
  @Property() bytes!: Uint8Array;
  @Property() list!: readonly (string | null)[];
  @Property() tags!: Set<string>;
  @Property() prices!: Map<string, bigint>;
  @Property() nested!: { readonly a: { readonly b: readonly number[] }; readonly nothing: null };
  @Property() missing?: string;
}

/** A class no ledger of these tests is opened with. */
@Entity({ name: 'stranger' })
export class Stranger {
  @Id() id!: string;
}
