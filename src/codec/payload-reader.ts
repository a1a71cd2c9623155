// A payload of unknown origin, read from its beginning: nothing beyond its end, nothing larger or deeper than may be
// written, and nothing thrown but what says that it cannot be read. Big-endian.
import { fromUtf8 } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { FORBIDDEN_NAMES, MAX_DEPTH, MAX_VALUES } from './payload-limits.js';

/** Reads one payload. */
export class PayloadReader {
  readonly #codec: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #end: number;
  #values = MAX_VALUES;

  /**
   * @param codec what it should have been written by, for errors
   * @param bytes from anyone
   */
  constructor(codec: string, bytes: Uint8Array) {
    this.#codec = codec;
    // Not a Buffer, whose slices are views.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** @throws ImmuError `UNREADABLE_RECORD` always */
  refuse(problem: string): never {
    throw new ImmuError('UNREADABLE_RECORD', `The payload is not ${this.#codec}: ${problem}.`);
  }

  /** Refuses what follows. */
  assertAtEnd(): void {
    if (this.#at !== this.#end) this.refuse(`${this.#end - this.#at} bytes follow its end`);
  }

  /** Counts a value. What could not have been written, since it is too many, is not read either. */
  count(): void {
    if (--this.#values < 0) this.refuse(`it has more than ${MAX_VALUES} values`);
  }

  /** The levels that are left inside of something that takes `taken` of them. */
  below(levels: number, taken: number): number {
    if (levels < taken) this.refuse(`it is nested deeper than ${MAX_DEPTH} levels`);
    return levels - taken;
  }

  /** A number of things to come, each of `size` bytes at least. */
  length(count: number, size: number): number {
    if (count * size > this.#end - this.#at) this.refuse('it ends too early');
    return count;
  }

  /** The next `length` bytes by `read`, which must read all of them. */
  within<T>(length: number, read: () => T): T {
    const outer = this.#end;
    this.#end = this.#at + this.length(length, 1);
    const result = read();
    this.assertAtEnd();
    this.#end = outer;
    return result;
  }

  /** A byte. */
  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** 16 bits, unsigned. */
  u16(): number {
    return this.#view.getUint16(this.#skip(2));
  }

  /** 32 bits, unsigned. */
  u32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  /** 64 bits, unsigned. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8));
  }

  /** A single. */
  f32(): number {
    return this.#view.getFloat32(this.#skip(4));
  }

  /** A double. */
  f64(): number {
    return this.#view.getFloat64(this.#skip(8));
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** The text of the next bytes. */
  text(length: number): string {
    return fromUtf8(this.bytes(length)) ?? this.refuse('a text of it is not UTF-8');
  }

  /**
   * The properties of an object.
   *
   * @param count how many
   * @param nameLength reads what stands before a name
   * @param valueOf reads what belongs to it
   * @param order of names in UTF-8, in which they must ascend
   */
  properties(
    count: number,
    nameLength: () => number,
    valueOf: () => unknown,
    order: (a: Uint8Array, b: Uint8Array) => number,
  ): Record<string, unknown> {
    const properties: Record<string, unknown> = {};
    let previous: Uint8Array | undefined;
    for (let index = 0; index < count; index++) {
      const bytes = this.bytes(nameLength());
      if (previous !== undefined && order(previous, bytes) >= 0)
        this.refuse('the names of an object are not in their order');
      previous = bytes;
      const name = fromUtf8(bytes) ?? this.refuse('a name of it is not UTF-8');
      if (FORBIDDEN_NAMES.has(name)) this.refuse(`it has a property ${name}`);
      properties[name] = valueOf();
    }
    return properties;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) this.refuse('it ends too early');
    this.#at = at + count;
    return at;
  }
}
