// Values, conditions and options decided by dice.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Query } from './actions.js';
import type { Kind, KindIndex } from '../expect/kinds.js';
import type { ModelWriteOptions } from '../expect/model-ledger.js';
import type { Values } from '../expect/values.js';

/** Long past. */
const PAST = new Date(1000);
/** Beyond any run. */
const FUTURE = new Date('2200-01-01T00:00:00.000Z');

/** Dice that were thrown already. */
export class Dice {
  readonly #dice: readonly number[];
  #at = 0;

  constructor(dice: readonly number[]) {
    this.#dice = dice;
  }

  /** A whole number from 0, below `sides`. */
  die(sides: number): number {
    return (this.#dice[this.#at++] ?? 0) % sides;
  }

  /** True with a chance of one in `sides`. */
  rarely(sides: number): boolean {
    return this.die(sides) === sides - 1;
  }

  /** One of several. */
  pick<T>(all: readonly T[]): T {
    return all[this.die(all.length)]!;
  }

  /** What the properties of an entity are to be. */
  values({ properties }: Kind): Values {
    const entries = properties.map(([name, domain]) => [name, this.pick([undefined, ...domain])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  /** What some of its properties are to be: undefined ones among them. */
  patch({ properties }: Kind): Values {
    const some = properties.filter(() => this.die(2) === 0);
    return Object.fromEntries(
      some.map(([name, domain]) => [name, this.pick([undefined, ...domain])] as const),
    );
  }

  options(): ModelWriteOptions {
    const force = this.rarely(5);
    const expiresAt = this.rarely(4) ? this.pick([null, FUTURE, PAST]) : undefined;
    const idempotencyKey = this.rarely(8) ? `k${this.die(2)}` : undefined;
    return {
      ...(force ? { force } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
  }

  provenance(): Provenance {
    return this.pick([
      {},
      {},
      {},
      { actor: 'ada' },
      { actor: '\u{1F600}', reason: 'why', correlationId: 'c' },
    ]);
  }

  /** Conditions that one index answers. */
  query(kind: Kind): Query {
    const index = this.pick(kind.indexes);
    const length = 1 + this.die(index.on.length);
    const where = index.on.slice(0, length).map((name, at) => {
      const domain = domainOf(kind, name);
      return [name, at === length - 1 ? this.#condition(domain) : this.pick(domain)] as const;
    });
    return {
      where: Object.fromEntries(where),
      desc: this.rarely(3),
      limit: this.pick([undefined, undefined, 1, 2, 3]),
      select: this.rarely(6) ? this.pick(kind.properties)[0] : undefined,
    };
  }

  #condition(domain: readonly KeyPart[]): unknown {
    const [a, b] = [this.pick(domain), this.pick(domain)];
    const ranges: readonly unknown[] = [
      a,
      { gte: a },
      { gt: a },
      { lte: a },
      { lt: a },
      { gte: a, lt: b },
      { gt: a, lte: b },
      typeof a === 'string' ? { startsWith: a } : { gte: a, lte: b },
    ];
    return this.pick(ranges);
  }

  /** A unique index of which an entity has all values. */
  uniqueIndex(kind: Kind, values: Values): KindIndex | undefined {
    const fits = kind.indexes.filter(
      ({ unique, on }) => unique && on.every((name) => values[name] !== undefined && values[name] !== null),
    );
    return fits.length === 0 || this.die(2) === 0 ? undefined : this.pick(fits);
  }
}

/** What a property, or a getter, may be, as far as keys can hold it. */
function domainOf({ properties }: Kind, name: string): readonly KeyPart[] {
  const domain = properties.find(([property]) => property === name)?.[1] ?? ['x', '\u00e9', '\0'];
  return domain.filter((value) => value !== null) as KeyPart[];
}
