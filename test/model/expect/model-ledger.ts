// A plain model of a ledger: what each write commits or is refused for, said once more without keys, proofs or a server.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Kind } from './kinds.js';
import { entriesOfRevision, nameOf, type Revision, Timeline, TimelineAt } from './timeline.js';
import { isSame, show, type Values } from './values.js';

/** The revision an instance was read or saved as. One per reading: two readings of one revision are two. */
export interface Base {
  readonly revision: Revision;
}

/** An instance an application holds. */
export interface Handle {
  readonly kind: Kind;
  values: Values;
  base: Base | undefined;
  /** Its id was generated for it, and it was not saved yet. */
  isFresh: boolean;
}

/** One entity to be written as it was when that was asked for. */
export interface ModelWrite {
  readonly kind: Kind;
  readonly id: readonly KeyPart[];
  /** The instance to save; undefined to delete. */
  readonly handle: Handle | undefined;
  readonly values: Values | undefined;
  readonly base: Base | undefined;
  readonly expiresAt: number | undefined;
  readonly provenance: Provenance;
  readonly isNew?: boolean;
}

/** Why something is refused. */
export interface Failure {
  readonly code: string;
  /** Of a conflict: the entities that were changed. */
  readonly changed?: readonly string[];
  /** The transaction in which the last of them was changed. */
  readonly newestTxId?: bigint;
  /** Of a unique violation: each `index: who, owner` there is. */
  readonly violations?: readonly string[];
}

/** Thrown where the real ledger refuses. */
export class Refused extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** How to write. */
export interface ModelWriteOptions {
  readonly force?: boolean;
  readonly expiresAt?: Date | null;
  readonly idempotencyKey?: string;
}

/** What was read, and what is there now. */
export interface ModelGuard {
  readonly name: string;
  readonly read: Revision | undefined;
  readonly now: Revision | undefined;
}

interface Marker {
  readonly asked: string;
  readonly revisions: ReadonlyMap<string, Revision>;
}

/** The ledger. */
export class ModelLedger {
  readonly timeline: Timeline;
  /** The newest transaction. */
  head: bigint;
  readonly #markers = new Map<string, Marker>();

  /** @param whole what is known to come, for who explains afterwards what was done. Default: nothing was stored yet */
  constructor(head: bigint, whole?: Timeline) {
    this.head = head;
    this.timeline = whole === undefined ? new Timeline() : new TimelineAt(whole, () => this.head);
  }

  /** Whether a query may miss what matches it: not where nobody else writes. */
  mayMiss(_revision: Revision, _op: string): boolean {
    return false;
  }

  /**
   * Whether entities that were read in this transaction's sight have changed since.
   *
   * @param guards what was read, by name
   */
  hasChanged(names: readonly string[], guards: readonly ModelGuard[]): boolean {
    const changed = guards.filter(({ read, now }) => read !== now).map(({ name }) => name);
    return names.every((name) => changed.includes(name));
  }

  /**
   * Commits writes, all or none.
   *
   * @param guards what was read on the way, by name
   * @param committedAt what the server says
   * @throws Refused
   */
  commit(
    asked: readonly ModelWrite[],
    guards: readonly ModelGuard[],
    { idempotencyKey }: ModelWriteOptions,
    committedAt: Date | undefined,
  ): void {
    const writes = asked.filter((write) => !changesNothing(write));
    const [first] = writes;
    if (first === undefined) return;
    refuseDoubles(writes);
    const marker = idempotencyKey === undefined ? undefined : `${first.kind.name} ${idempotencyKey}`;
    const what = asked.map(({ kind, id, values }) => `${nameOf(kind, id)} ${show(values)}`).join('; ');
    const before = marker === undefined ? undefined : this.#markers.get(marker);
    if (before !== undefined) {
      this.#replay(writes, before, what);
      return;
    }
    const written = writes.map(({ kind, id, base }) => ({
      name: nameOf(kind, id),
      read: base?.revision,
      now: this.timeline.latest(kind, id),
    }));
    refuseChanged([...written, ...guards]);
    this.#refuseTaken(writes);
    this.head += 1n;
    const settled = this.settle(
      writes.map((write) => this.#next(write, committedAt)),
      marker,
    );
    const revisions = new Map<string, Revision>();
    for (const [at, revision] of settled.entries()) {
      const { kind, id, handle } = writes[at]!;
      revisions.set(nameOf(kind, id), revision);
      if (handle !== undefined) handle.base = { revision };
    }
    if (marker !== undefined) this.#markers.set(marker, { asked: what, revisions });
  }

  /** Takes up what was committed, in the transaction that is the newest now. @returns the same, as it is kept */
  protected settle(revisions: readonly Revision[], _marker: string | undefined): readonly Revision[] {
    for (const revision of revisions) this.timeline.add(revision);
    return revisions;
  }

  #next(
    { kind, id, values, base, expiresAt, provenance }: ModelWrite,
    committedAt: Date | undefined,
  ): Revision {
    const { actor, reason, correlationId } = provenance;
    const number = (base?.revision.number ?? 0) + 1;
    return {
      kind,
      id,
      number,
      txId: this.head,
      values,
      expiresAt,
      actor,
      reason,
      correlationId,
      committedAt,
    };
  }

  /** The same write once more: nothing is written, and what it wrote is told. */
  #replay(writes: readonly ModelWrite[], { asked, revisions }: Marker, what: string): void {
    if (asked !== what) throw new Refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
    for (const { kind, id, handle } of writes) {
      const revision = revisions.get(nameOf(kind, id));
      if (handle !== undefined && revision !== undefined) handle.base = { revision };
    }
  }

  #refuseTaken(writes: readonly ModelWrite[]): void {
    const writing = new Map(writes.map((write) => [nameOf(write.kind, write.id), write]));
    const violations = writes.flatMap((write) => {
      const owners = this.timeline.entries(write.kind);
      return addedUniques(write).flatMap((entry) => {
        const owner = owners.get(entry);
        if (owner === undefined) return [];
        const other = writing.get(nameOf(owner.kind, owner.id));
        const keeps = other === undefined || entriesOfRevision(other).some(({ name }) => name === entry);
        return keeps ? [violation(entry, write, owner)] : [];
      });
    });
    if (violations.length > 0) throw new Refused({ code: 'UNIQUE_VIOLATION', violations });
  }
}

/** What was read is not what is there any more. */
function refuseChanged(guards: readonly ModelGuard[]): void {
  const changed = guards.filter(({ read, now }) => read !== now);
  if (changed.length === 0) return;
  const txIds = changed.map(({ now }) => now?.txId ?? 0n);
  throw new Refused({
    code: 'CONFLICT',
    changed: [...new Set(changed.map(({ name }) => name))].sort(),
    newestTxId: txIds.reduce((newest, txId) => (txId > newest ? txId : newest)),
  });
}

/** Two writes of one transaction want one unique value that they did not have. */
export function refuseDoubles(writes: readonly ModelWrite[]): void {
  const added = writes.flatMap((write) => addedUniques(write).map((entry) => ({ entry, write })));
  const violations = added.flatMap(({ entry, write }, at) =>
    added
      .slice(0, at)
      .filter((other) => other.entry === entry && other.write.kind === write.kind)
      .map((other) => violation(entry, write, other.write)),
  );
  if (violations.length > 0) throw new Refused({ code: 'UNIQUE_VIOLATION', violations });
}

type Named = Pick<Revision, 'kind' | 'id'>;

function violation(entry: string, write: Named, owner: Named): string {
  const [index] = entry.split(': ');
  return `${index}: ${nameOf(write.kind, write.id)}, ${nameOf(owner.kind, owner.id)}`;
}

/** The unique values that come to an entity by a write. */
function addedUniques(write: ModelWrite): string[] {
  const had = new Set(
    (write.base === undefined ? [] : entriesOfRevision(write.base.revision)).map(({ name }) => name),
  );
  return entriesOfRevision(write).flatMap(({ unique, name }) => (unique && !had.has(name) ? [name] : []));
}

/** Whether an instance holds what was proven, and expires when it does. */
export function changesNothing({ handle, values, base, expiresAt }: ModelWrite): boolean {
  if (handle === undefined || base === undefined || handle.base !== base) return false;
  return isSame(values, base.revision.values) && expiresAt === base.revision.expiresAt;
}
