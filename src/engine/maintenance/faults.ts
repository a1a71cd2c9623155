// What a check found, while it goes on: a fault is told as soon as it is met, since reading on may end the process.

import { toHex } from '../../bytes.js';
import { ImmuError } from '../../errors.js';

/** Something that is not as it was committed. */
export interface Fault {
  /** The transaction it was met at; absent for one of the database as a whole. */
  readonly txId?: bigint;
  /** What is wrong, for a person: a clause without a full stop. */
  readonly message: string;
}

/** Faults that are kept in memory. Of a ledger that is damaged everywhere the rest is only counted. */
export const MAX_KEPT_FAULTS = 10_000;

/** How much of a key a fault shows. */
const SHOWN_KEY_BYTES = 48;

/** The faults of one check. */
export class Faults {
  readonly #kept: Fault[] = [];
  readonly #known = new Set<string>();
  readonly #onFault: ((fault: Fault) => void) | undefined;
  #count = 0;

  /** @param onFault is told each fault at once */
  constructor(onFault?: (fault: Fault) => void) {
    this.#onFault = onFault;
  }

  /** The first {@link MAX_KEPT_FAULTS}. */
  get kept(): readonly Fault[] {
    return this.#kept;
  }

  /** How many there are, those included that were not kept. */
  get count(): number {
    return this.#count;
  }

  /** Notes a fault, unless it was met before. */
  add(fault: Fault): void {
    const name = `${String(fault.txId)} ${fault.message}`;
    if (this.#known.has(name)) return;
    this.#count++;
    if (this.#kept.length < MAX_KEPT_FAULTS) {
      this.#kept.push(fault);
      this.#known.add(name);
    }
    this.#onFault?.(fault);
  }

  /** Does a part of a check; what it throws is a fault like others, and `undefined` is returned. */
  attempt<T>(txId: bigint | undefined, part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      const message = clauseOf(error);
      this.add(txId === undefined ? { message } : { txId, message });
      return undefined;
    }
  }
}

/** What an error says is wrong, without what to do about it: whoever reads a list of faults knows. */
export function clauseOf(error: unknown): string {
  if (!(error instanceof ImmuError)) {
    // Rows with valid checksums that no engine writes: somebody made them.
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { what, path } = error.details;
  if (typeof what === 'string') return `${what} is missing or damaged`;
  const end = typeof path === 'string' ? error.message.indexOf(`, in ${path}. `) : -1;
  return end < 0 ? error.message : error.message.slice(0, end);
}

/** A key for a person: in hexadecimal, and cut where it is long. */
export function shownKey(key: Uint8Array): string {
  return key.length > SHOWN_KEY_BYTES ? `${toHex(key.subarray(0, SHOWN_KEY_BYTES))}…` : toHex(key);
}
