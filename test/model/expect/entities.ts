// The entities of random programs: between them, ids and index values of every type a key part can have.

import { Entity, Id, type IdProps, Index, type IndexProps, Property } from 'immurepo';

/** Identified by text, and found in every way there is. */
@Entity({ name: 'person' })
@Index({ name: 'by-city-age', on: ['city', 'age'] })
@Index({ name: 'by-seat', on: ['city', 'seat'], unique: true })
export class Person {
  declare [IndexProps]?: 'email' | 'city' | 'age' | 'seat' | 'initial';
  @Id() id!: string;
  @Index({ unique: true }) email?: string | undefined;
  @Index() city?: string | null | undefined;
  @Property() age?: bigint | undefined;
  @Property() seat?: number | undefined;
  @Property() note?: string | undefined;

  /** Computed, and not stored. */
  @Index() get initial(): string | undefined {
    return this.note?.slice(0, 1);
  }
}

/** Identified by a number. */
@Entity({ name: 'reading' })
@Index({ name: 'by-ok-time', on: ['ok', 'time'] })
export class Reading {
  declare [IndexProps]?: 'time' | 'level' | 'ok';
  @Id() id!: number;
  @Index() time?: Date | undefined;
  @Index({ unique: true }) level?: number | undefined;
  @Property() ok?: boolean | undefined;
  @Property() trace?: Uint8Array | undefined;
}

/** Identified by bytes. */
@Entity({ name: 'blob' })
@Index({ name: 'by-size-kind', on: ['size', 'kind'], unique: true })
export class Blob {
  declare [IndexProps]?: 'hash' | 'size' | 'kind';
  @Id() id!: Uint8Array;
  @Index({ unique: true }) hash?: Uint8Array | undefined;
  @Property() size?: bigint | undefined;
  @Index() kind?: boolean | undefined;
  @Property() tags?: readonly string[] | undefined;
}

/** Identified by several values. */
@Entity({ name: 'line' })
export class Line {
  declare [IdProps]?: 'order' | 'day' | 'urgent';
  declare [IndexProps]?: 'price' | 'due';
  @Id() order!: bigint;
  @Id() day!: Date;
  @Id() urgent!: boolean;
  @Index() price?: number | undefined;
  @Index({ unique: true }) due?: Date | undefined;
  @Property() parts?: Map<string, bigint> | undefined;
}

/** Identified by what is generated for it. */
@Entity({ name: 'ticket' })
export class Ticket {
  declare [IndexProps]?: 'title' | 'weight';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) title?: string | undefined;
  @Index() weight?: bigint | undefined;
}
