// One attempt of one transaction, in the model: reads that are repeated alike, and writes that are kept back.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import { idPartsOf, type Kind } from './kinds.js';
import {
  changesNothing,
  type Handle,
  type ModelLedger,
  type ModelWrite,
  type ModelWriteOptions,
  Refused,
} from './model-ledger.js';
import type { ModelRecords, ModelSeen } from './model-writer.js';
import { isLive, nameOf, type Revision } from './timeline.js';

interface Read {
  readonly kind: Kind;
  readonly id: readonly KeyPart[];
  readonly revision: Revision | undefined;
}

/** What an application reads of a ledger without a transaction. */
export function seenIn(ledger: ModelLedger, kind: Kind, id: readonly KeyPart[]): ModelSeen {
  return seenAs(kind, ledger.timeline.latest(kind, id));
}

/** A new instance of a revision, if that counts. */
export function seenAs(kind: Kind, revision: Revision | undefined): ModelSeen {
  if (revision === undefined) return { handle: undefined, base: undefined };
  const base = { revision };
  const handle = isLive(revision) ? { kind, values: revision.values, base, isFresh: false } : undefined;
  return { handle, base };
}

/** One attempt. */
export class ModelTransaction implements ModelRecords {
  readonly #ledger: ModelLedger;
  readonly #reads = new Map<string, Read>();
  readonly #writes = new Map<string, ModelWrite>();

  constructor(ledger: ModelLedger) {
    this.#ledger = ledger;
  }

  get(kind: Kind, id: readonly KeyPart[]): ModelSeen {
    const name = nameOf(kind, id);
    const write = this.#writes.get(name);
    if (write !== undefined) return { handle: write.handle, base: write.base };
    this.guard(kind, id);
    return seenAs(kind, this.#reads.get(name)?.revision);
  }

  /** Takes down that something was read. What was read before stays as it was. */
  guard(kind: Kind, id: readonly KeyPart[]): void {
    const name = nameOf(kind, id);
    if (this.#reads.has(name)) return;
    this.#reads.set(name, { kind, id, revision: this.#ledger.timeline.latest(kind, id) });
  }

  write(writes: readonly ModelWrite[], { expiresAt }: ModelWriteOptions): void {
    const asked = writes.map((write) => {
      const name = nameOf(write.kind, write.id);
      const before = this.#writes.get(name);
      if (write.isNew === true) this.#assertNew(name, before);
      if (before === undefined) return write;
      const expiry = expiresAt === undefined ? before.expiresAt : write.expiresAt;
      return { ...write, base: before.base, expiresAt: write.handle && expiry };
    });
    for (const write of asked) {
      const name = nameOf(write.kind, write.id);
      if (writesNothing(write)) this.#writes.delete(name);
      else this.#writes.set(name, write);
    }
  }

  #assertNew(name: string, before: ModelWrite | undefined): void {
    // What it deleted itself it may insert again.
    const isThere = before === undefined ? this.#reads.get(name)?.revision : before.values;
    if (isThere === undefined) return;
    throw new Refused({ code: 'CONFLICT', changed: [name] });
  }

  /** Whether it keeps back writes of a kind. */
  hasWritesOf(kind: Kind): boolean {
    return [...this.#writes.values()].some((write) => write.kind === kind);
  }

  /** Everything that was read or is to be written, by name. */
  get names(): string[] {
    return [...new Set([...this.#reads.keys(), ...this.#writes.keys()])];
  }

  /** Whether anything is to be committed. */
  get hasWrites(): boolean {
    return this.#writes.size > 0;
  }

  /** Whether all of these were read, and have changed since. */
  hasChanged(names: readonly string[]): boolean {
    return names.length > 0 && this.#ledger.hasChanged(names, this.#guards);
  }

  get #guards() {
    return [...this.#reads].map(([name, { kind, id, revision }]) => ({
      name,
      read: revision,
      now: this.#ledger.timeline.latest(kind, id),
    }));
  }

  /** @throws Refused */
  commit(committedAt: Date | undefined): void {
    this.#ledger.commit([...this.#writes.values()], this.#guards, {}, committedAt);
  }
}

/** Whether an entity is as it is to be. */
function writesNothing(write: ModelWrite): boolean {
  if (write.values === undefined) return write.base?.revision.values === undefined;
  return changesNothing(write);
}

/** The id of an instance. */
export function idOfHandle({ kind, values }: Handle): readonly KeyPart[] {
  return idPartsOf(kind, values);
}
