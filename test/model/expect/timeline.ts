// Histories of entities in plain maps, and what can be asked of them at any transaction.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import { entriesOf, type Kind } from './kinds.js';
import { compareAllParts, nameOfParts, type Values } from './values.js';

/** One revision. */
export interface Revision {
  readonly kind: Kind;
  readonly id: readonly KeyPart[];
  /** 1, 2, 3 … */
  readonly number: number;
  readonly txId: bigint;
  /** Undefined for a deletion. */
  readonly values: Values | undefined;
  readonly expiresAt: number | undefined;
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
  /** By the server's clock; undefined where nobody was told. */
  readonly committedAt: Date | undefined;
}

/** What is there, and what was. */
export class Timeline {
  readonly #revisions = new Map<string, Revision[]>();

  /** All revisions of an entity, oldest first. */
  history(kind: Kind, id: readonly KeyPart[]): readonly Revision[] {
    return this.#revisions.get(nameOf(kind, id)) ?? [];
  }

  /** The last revision, at a transaction or now; deletions and what has expired included. */
  latest(kind: Kind, id: readonly KeyPart[], asOf?: bigint): Revision | undefined {
    return this.history(kind, id).findLast(({ txId }) => asOf === undefined || txId <= asOf);
  }

  /** The same, if it counts. */
  live(kind: Kind, id: readonly KeyPart[], asOf?: bigint): Revision | undefined {
    const revision = this.latest(kind, id, asOf);
    return isLive(revision) ? revision : undefined;
  }

  /** The last revisions of all entities of a kind, by id. */
  all(kind: Kind, asOf?: bigint): Revision[] {
    return this.histories
      .flatMap(([first]) => (first?.kind === kind ? (this.latest(kind, first.id, asOf) ?? []) : []))
      .sort((a, b) => compareAllParts(a.id, b.id));
  }

  /** Those that count. */
  allLive(kind: Kind, asOf?: bigint): Revision[] {
    return this.all(kind, asOf).filter(isLive);
  }

  /** Every index entry there is to be, by its name: whose it is. What has expired keeps its own. */
  entries(kind: Kind, asOf?: bigint): Map<string, Revision> {
    const all = this.all(kind, asOf).flatMap((revision) =>
      entriesOfRevision(revision).map(({ name }) => [name, revision] as const),
    );
    return new Map(all);
  }

  /** Adds a revision after the last one of its entity. */
  add(revision: Revision): void {
    const name = nameOf(revision.kind, revision.id);
    const history = this.#revisions.get(name) ?? [];
    this.#revisions.set(name, [...history, revision]);
  }

  /** Of every entity, all revisions. */
  get histories(): readonly (readonly Revision[])[] {
    return [...this.#revisions.values()];
  }

  /** Every revision of every entity. */
  get revisions(): Revision[] {
    return this.histories.flat();
  }
}

/** A timeline as it was at a transaction. */
export class TimelineAt extends Timeline {
  readonly #whole: Timeline;
  readonly #asOf: () => bigint;

  constructor(whole: Timeline, asOf: () => bigint) {
    super();
    this.#whole = whole;
    this.#asOf = asOf;
  }

  override history(kind: Kind, id: readonly KeyPart[]): readonly Revision[] {
    return this.#until(this.#whole.history(kind, id));
  }

  override get histories(): readonly (readonly Revision[])[] {
    return this.#whole.histories.map((history) => this.#until(history));
  }

  #until(history: readonly Revision[]): readonly Revision[] {
    const asOf = this.#asOf();
    return history.filter(({ txId }) => txId <= asOf);
  }
}

/** What tells an entity from all others. */
export function nameOf(kind: Kind, id: readonly KeyPart[]): string {
  return `${kind.name} ${nameOfParts(id)}`;
}

/** Expiries in programs are long past or far away, so that no moment decides. */
export function isLive(revision: Revision | undefined): revision is Revision & { readonly values: Values } {
  if (revision?.values === undefined) return false;
  return !isExpired(revision);
}

/** Whether it has ceased to count by itself. */
export function isExpired({ expiresAt }: Pick<Revision, 'expiresAt'>): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}

/** What a revision lists. */
export function entriesOfRevision({ kind, id, values }: Pick<Revision, 'kind' | 'id' | 'values'>) {
  return values === undefined ? [] : entriesOf(kind, id, values);
}
