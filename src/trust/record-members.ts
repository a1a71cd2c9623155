// Reads the members of a JSON object one by one, each with its own check, and refuses those nobody asked for.
// The text passed its checksum, so what is refused here was written by other software or by hand.

import { fromHex } from '../bytes.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import { isIsoTime } from './iso-time.js';
import { corrupt, tooNew } from './trust-errors.js';
import { parseU64 } from './u64.js';

/** One JSON object of a record, and where it stands, for messages. */
export class RecordMembers {
  readonly #members: Map<string, unknown>;
  readonly #source: string;
  readonly #path: string;

  /**
   * @param json what JSON.parse gave
   * @param source which record
   * @param path where in the record, empty for the whole
   */
  constructor(json: unknown, source: string, path = '') {
    this.#source = source;
    this.#path = path;
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw this.#wrong('', 'is not an object');
    this.#members = new Map(Object.entries(json));
  }

  /** Whether the member is there and was not taken yet. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** A text that `accepts`. */
  text(name: string, accepts: (text: string) => boolean, expected: string): string {
    const value = this.#take(name);
    if (typeof value !== 'string' || !accepts(value)) throw this.#wrong(name, `is not ${expected}`);
    return value;
  }

  /** One of a few texts. */
  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#take(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw this.#wrong(name, `is none of ${choices.join(', ')}`);
    return found;
  }

  /** Any text but an empty one. */
  sentence(name: string): string {
    return this.text(name, (text) => text !== '', 'a text');
  }

  /** A time as `Date.prototype.toISOString` writes it. */
  time(name: string): string {
    return this.text(name, isIsoTime, 'an ISO 8601 time in UTC');
  }

  /** 32 bytes in lower-case hex. */
  hash(name: string): Uint8Array {
    const text = this.text(name, (hex) => /^[0-9a-f]{64}$/.test(hex), '64 lower-case hex digits');
    const bytes = fromHex(text);
    if (bytes === undefined) throw this.#wrong(name, 'is not hexadecimal');
    return bytes;
  }

  /** A 64-bit number as decimal text: a JSON number would lose digits above 2^53. */
  u64(name: string): bigint {
    return BigInt(this.text(name, (text) => parseU64(text) !== undefined, 'a decimal text below 2^64'));
  }

  /** An integer ≥ 1 that JSON carries exactly. */
  count(name: string): number {
    const value = this.#take(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw this.#wrong(name, 'is not a positive integer');
    }
    return value;
  }

  /** A transaction and its hash. */
  state(name: string): LedgerState {
    const state = this.object(name);
    const read = { txId: state.u64('txId'), alh: state.hash('alh') };
    state.end();
    return read;
  }

  /** A nested object. */
  object(name: string): RecordMembers {
    return new RecordMembers(this.#take(name), this.#source, this.#at(name));
  }

  /** A list of objects, not empty. */
  objects(name: string): RecordMembers[] {
    const value = this.#take(name);
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong(name, 'is not a list');
    return value.map((json, index) => new RecordMembers(json, this.#source, `${this.#at(name)}[${index}]`));
  }

  /** @throws ImmuError UNSUPPORTED_FORMAT if a member was not taken */
  end(): void {
    for (const name of this.#members.keys())
      throw tooNew(this.#source, `a member ${JSON.stringify(this.#at(name))}`);
  }

  #take(name: string): unknown {
    const value = this.#members.get(name);
    if (value === undefined) throw this.#wrong(name, 'is missing');
    this.#members.delete(name);
    return value;
  }

  #at(name: string): string {
    return [this.#path, name].filter((part) => part !== '').join('.');
  }

  #wrong(name: string, problem: string): Error {
    return corrupt(this.#source, `"${this.#at(name)}" ${problem}`);
  }
}
