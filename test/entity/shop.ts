// Entities that refer to each other, and a ledger's set of them without a ledger.
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { entitySchemas, type EntitySet } from '../../src/entity/entity-set.js';
import { IdProps } from '../../src/entity/entity-types.js';
import { Index } from '../../src/entity/index-decorator.js';
import { Many } from '../../src/entity/many.js';
import type { Ref } from '../../src/entity/ref.js';
import type { RelationSource } from '../../src/entity/relation-source.js';
import { t } from '../../src/entity/types/t.js';

@Entity({ name: 'customer' })
export class Customer {
  @Id({ generate: 'ulid' }) id!: string;
  @Property({ type: t.string() }) name!: string;
  @Many(() => Order, 'customer') orders!: Many<Order>;
}

@Entity({ name: 'slot' })
export class Slot {
  declare [IdProps]?: 'shelf' | 'level';
  @Id({ type: t.string() }) shelf!: string;
  @Id({ type: t.bigint(), name: 'lv' }) level!: bigint;
}

@Entity({ name: 'order' })
export class Order {
  @Id({ type: t.bigint() }) id!: bigint;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
  @Property({ type: t.nullable(t.ref(() => Slot)), name: 's' }) slot?: Ref<Slot> | null;
  @Property({ type: t.array(t.ref(() => Order)) }) earlier?: Ref<Order>[];
}

export const SHOP = [Customer, Slot, Order] as const;

/** What was asked for, and nothing found. */
export interface Asked {
  readonly set: EntitySet;
  readonly calls: unknown[][];
}

/** The shop's entities, with relations that note what they are asked for. */
export function openShop(): Asked {
  const calls: unknown[][] = [];
  const relations: RelationSource = {
    load: (...call) => {
      calls.push(['load', ...call]);
      return Promise.resolve(undefined);
    },
    findMany: (...call) => {
      calls.push(['findMany', ...call]);
      return Promise.resolve([]);
    },
    streamMany: (...call) => {
      calls.push(['streamMany', ...call]);
      return (async function* () {
        // Nothing refers to anything.
      })();
    },
  };
  const set = entitySchemas(SHOP);
  set.attach(relations);
  return { set, calls };
}
