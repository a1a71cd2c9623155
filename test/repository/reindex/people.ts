// One entity as its class was before and after it got indexes, and what a test does to its entries behind its back.

import { Entity, Id, Index, type Ledger, Property } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { NO_BYTES } from '../../../src/bytes.js';
import { encodeKeyParts, type KeyPart } from '../../../src/codec/key-parts.js';
import { encodeKey } from '../../../src/codec/record-key.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import type { IndexSchema } from '../../../src/entity/index-schema.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { openIndexes } from '../../../src/repository/index-states.js';

@Entity({ name: 'person' })
export class OldPerson {
  @Id() id!: string;
  @Property() name!: string;
  @Property() email?: string;
}

@Entity({ name: 'person' })
export class Person {
  @Id() id!: string;
  @Property() name!: string;
  @Index({ unique: true }) email?: string;

  @Index() get initial(): string | undefined {
    return this.name[0];
  }
}

/** The index of `email` is another. */
@Entity({ name: 'person' })
export class ChangedPerson {
  @Id() id!: string;
  @Property() name!: string;
  @Index() email?: string;
}

/** The id of person number `n`: in the order of the numbers. */
export const idOf = (n: number) => `p${String(n).padStart(5, '0')}`;

/** What {@link savePeople} needs of a repository of either class. */
interface People<P> {
  create(data: { id: string; name: string; email: string }): P;
  insertMany(people: readonly P[]): Promise<unknown>;
}

/** Stores people `from` to `to` - 1. */
export async function savePeople<P>(people: People<P>, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n);
  await people.insertMany(
    numbers.map((n) => people.create({ id: idOf(n), name: `${'abc'[n % 3]!}${n}`, email: `${n}@x` })),
  );
}

/** An index of {@link Person}, or of another class. */
export function indexOf(name: string, entityClass: EntityClass = Person, namespace = ''): IndexSchema {
  return schemaOf(entityClass, { namespace }).indexes.find((index) => index.name === name)!;
}

/** The key of an entry. @param parts the value; the id too, unless the index is unique */
export function entryKey(index: string, ...parts: KeyPart[]): Uint8Array {
  return encodeKey(indexOf(index).keys, parts);
}

/** The value of a unique entry. */
export const holder = (id: string) => encodeKeyParts([id]);

/** What is noted of the indexes of a class: `email` and `initial` for {@link Person}. */
export async function statesOf(
  ledger: Ledger,
  entityClass: EntityClass = Person,
  namespace = '',
): Promise<(string | undefined)[]> {
  const schemas = entitySchemas([entityClass], { namespace });
  const states = await openIndexes(ledger.client, schemas, {});
  return states.read(
    schemas.schemas.flatMap((schema) => schema.indexes.map((index) => ({ schema, index }))),
    {},
  );
}

/** Whether an index answers in a process that opens now. */
export async function assertReady(ledger: Ledger, name = 'email'): Promise<void> {
  const schemas = entitySchemas([Person]);
  const [schema] = schemas.schemas;
  const states = await openIndexes(ledger.client, schemas, {});
  await states.assertReady({ schema: schema!, index: indexOf(name) }, {});
}

/** The newest transaction. */
export const newestTx = async (ledger: Ledger) => (await ledger.client.currentState()).txId;

/** Whether the ledger has a key. */
export const has = async (ledger: Ledger, key: Uint8Array) => (await ledger.client.get(key)) !== undefined;

/** Deletes keys as no repository does. */
export async function strike(ledger: Ledger, ...keys: Uint8Array[]): Promise<void> {
  const metadata = { deleted: true, nonIndexable: false };
  await ledger.client.verifiedSet(keys.map((key) => ({ key, value: NO_BYTES, metadata })));
}
