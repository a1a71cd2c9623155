// What each way to write comes to, upon the ledger itself or within a transaction.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import { idPartsOf, type Kind } from './kinds.js';
import { type Base, type Handle, type ModelWrite, type ModelWriteOptions, Refused } from './model-ledger.js';
import { isExpired, nameOf } from './timeline.js';
import { type Values, withoutUndefined } from './values.js';

/** What is known of an entity after reading it. */
export interface ModelSeen {
  /** Undefined where it does not count. */
  readonly handle: Handle | undefined;
  readonly base: Base | undefined;
}

/** Where entities are read from and written to. */
export interface ModelRecords {
  get(kind: Kind, id: readonly KeyPart[]): ModelSeen;
  /** @throws Refused */
  write(writes: readonly ModelWrite[], options: ModelWriteOptions): void;
}

/** The ways to write. */
export class ModelWriter {
  readonly #records: ModelRecords;
  readonly #provenance: Provenance;

  constructor(records: ModelRecords, provenance: Provenance) {
    this.#records = records;
    this.#provenance = provenance;
  }

  save(handles: readonly Handle[], options: ModelWriteOptions): void {
    refuseTwice(handles);
    const bases = handles.map((handle) => {
      if (handle.base !== undefined) return options.force === true ? this.#latest(handle) : handle.base;
      const isFresh = handle.isFresh && options.force !== true;
      if (options.force !== true) handle.isFresh = false;
      return isFresh ? undefined : this.#latest(handle);
    });
    this.#write(handles, bases, options);
  }

  insert(handles: readonly Handle[], options: ModelWriteOptions): void {
    refuseTwice(handles);
    const writes = handles.map((handle) => ({ ...this.#pending(handle, undefined, options), isNew: true }));
    this.#records.write(writes, options);
  }

  update(kind: Kind, id: readonly KeyPart[], patch: Values, options: ModelWriteOptions): Handle {
    const { handle, base } = this.#records.get(kind, id);
    if (handle === undefined) throw new Refused({ code: 'NOT_FOUND' });
    handle.values = withoutUndefined({ ...handle.values, ...patch });
    this.#write([handle], [base], options);
    return handle;
  }

  /** @param other whoever has the unique values already */
  upsert(made: Handle, patch: Values, other: Handle | undefined, options: ModelWriteOptions): Handle {
    if (other !== undefined) {
      other.values = withoutUndefined({ ...other.values, ...patch });
      this.save([other], options);
      return other;
    }
    const { handle, base } = this.#records.get(made.kind, idPartsOf(made.kind, made.values));
    if (handle !== undefined) handle.values = withoutUndefined({ ...handle.values, ...patch });
    const chosen = handle ?? made;
    this.#write([chosen], [base], options);
    return chosen;
  }

  /** Stores an instance upon whatever is there. */
  replace(handle: Handle, options: ModelWriteOptions): void {
    this.#write([handle], [this.#latest(handle)], options);
  }

  /** @param handle a loaded instance, or undefined for a deletion by id @returns whether there was something to delete */
  delete(
    kind: Kind,
    id: readonly KeyPart[],
    handle: Handle | undefined,
    options: ModelWriteOptions,
  ): boolean {
    const known = options.force === true ? undefined : handle?.base;
    const seen = known === undefined ? this.#records.get(kind, id) : undefined;
    const base = known ?? seen?.base;
    const isThere = seen?.handle !== undefined || base?.revision.values !== undefined;
    if (!isThere) return false;
    const write = { kind, id, handle: undefined, values: undefined, base, expiresAt: undefined };
    this.#records.write([{ ...write, provenance: this.#provenance }], options);
    return true;
  }

  /** What saving would write. A new instance stays new. */
  pending(handles: readonly Handle[], options: ModelWriteOptions): ModelWrite[] {
    refuseTwice(handles);
    return handles.map((handle) => {
      const isKnown = handle.base !== undefined && options.force !== true;
      return this.#pending(handle, isKnown ? handle.base : this.#latest(handle), options);
    });
  }

  #latest({ kind, values }: Handle): Base | undefined {
    return this.#records.get(kind, idPartsOf(kind, values)).base;
  }

  #write(handles: readonly Handle[], bases: readonly (Base | undefined)[], options: ModelWriteOptions): void {
    const writes = handles.map((handle, at) => this.#pending(handle, bases[at], options));
    this.#records.write(writes, options);
  }

  #pending(handle: Handle, base: Base | undefined, { expiresAt }: ModelWriteOptions): ModelWrite {
    const { kind, values } = handle;
    // What has expired, or was deleted, does not say when what follows it expires; what counts does.
    const inherits =
      base?.revision.values !== undefined && !(handle.base === undefined && isExpired(base.revision));
    const inherited = inherits ? base.revision.expiresAt : undefined;
    return {
      kind,
      id: idPartsOf(kind, values),
      handle,
      values,
      base,
      expiresAt: expiresAt === undefined ? inherited : expiresAt?.getTime(),
      provenance: this.#provenance,
    };
  }
}

function refuseTwice(handles: readonly Handle[]): void {
  const names = new Set(handles.map(({ kind, values }) => nameOf(kind, idPartsOf(kind, values))));
  if (names.size < handles.length) throw new Refused({ code: 'DUPLICATE_KEY' });
}
